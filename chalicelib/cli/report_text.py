"""How a campaign's report reads on a terminal: counts with their share of what they are a part of."""

from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.cli.output import money, table

_LINKS = 10  # lines

Report = Mapping[str, Any]


def report_text(report: Report) -> str:
    """The whole report."""
    head = f"{report['name']}: {report['state']}"
    if report["state_reason"]:
        head += f" - {report['state_reason']}"
    parts = [head, table(_people(report)), table(_money(report)), *_lists(report)]
    return "\n\n".join(part for part in parts if part)


def _people(report: Report) -> Iterator[tuple[str, str, str]]:
    planned, sent = report["planned"], report["sent"]
    for name in ("planned", "sent", "failed", "unknown", "pending"):
        yield _count(name, report[name], planned if name != "planned" else 0)
    for reason, count in report["skipped"].items():
        yield _count(f"skipped: {reason}", count, planned)
    for name in ("delivered", "bounced", "soft_bounced", "complained", "opened", "clicked", "unsubscribed", "redeemed"):
        yield _count(name, report[name], sent)
    for name in ("machine_opens", "machine_clicks"):
        yield _count(name, report[name], 0)


def _count(name: str, count: int, of: int) -> tuple[str, str, str]:
    share = f"{100 * count / of:.1f} % of {of:,}" if of else ""
    return name.replace("_", " "), f"{count:,}", share


def _money(report: Report) -> Iterator[tuple[str, str, str]]:
    yield "orders", f"{report['orders']:,}", ""
    for name in ("revenue", "revenue_by_voucher", "discount"):
        yield name.replace("_", " "), money(report[name]), ""
    known = report["share_of_revenue_with_known_cost"]
    about = "" if known is None else f"on the {100 * known:.0f} % of the revenue whose cost is known"
    yield "profit", money(report["profit"]) if report["profit"] else "not enough data", about


def _lists(report: Report) -> Iterator[str]:
    if report["holdout"]:
        yield table(_holdout(report["holdout"]))
    if report["variants"]:
        yield table(_variants(report["variants"]))
    if report["links"]:
        named = [(link["link"] or f"link {link['number']}", f"{link['clicked']:,}") for link in report["links"]]
        yield table([("link", "people"), *named[:_LINKS]])
    if "by" in report:
        yield table(_groups(report["by"], report["groups"]))
    yield from (f"Warning: {words}." for words in report["warnings"])


def _groups(by: str, groups: list[Report]) -> Iterator[tuple[str, ...]]:
    columns = ("sent", "clicked", "unsubscribed", "bounced", "complained")
    yield by, *columns
    for one in groups:
        yield one["name"] or "not known", *(f"{one[column]:,}" for column in columns)


def _holdout(found: Report) -> Iterator[tuple[str, str, str]]:
    mailed, held, anyway = found["mailed"], found["holdout"], found["would_have_bought_anyway"]
    yield f"bought within {found['days']} days", f"{mailed['buyers']:,}", f"of {mailed['people']:,} mailed"
    yield "", f"{held['buyers']:,}", f"of {held['people']:,} held out"
    yield "would have bought anyway", f"{anyway['people']:,}", f"between {anyway['low']:,} and {anyway['high']:,}"
    yield "more buyers", *_lift(found["buyers"])
    for name in ("incremental_revenue", "incremental_profit"):
        yield name.replace("_", " "), *_gain(found[name])


def _variants(found: list[Report]) -> Iterator[tuple[str, str, str, str, str]]:
    yield "variant", "people", "clicked", "bought", ""
    for one in found:
        against = f"clicks against {one['against']}: {' '.join(_lift(one['clicked_lift']))}" if "against" in one else ""
        yield one["variant"], f"{one['people']:,}", f"{one['clicked']:,}", f"{one['buyers']:,}", against


def _lift(lift: Report) -> tuple[str, str]:
    if lift["verdict"] == "cannot_tell":
        return "cannot tell yet", ""
    between = f"between {100 * lift['low']:+.1f} and {100 * lift['high']:+.1f}"
    return f"{100 * lift['lift']:+.1f} points", between


def _gain(gain: Report) -> tuple[str, str]:
    if gain["amount"] is None:
        why = {"too_few_people": "too few people", "costs_not_known": "too few costs are known"}
        return "cannot tell yet", why.get(gain["because"], "")
    between = f"between {money(gain['low'])} and {money(gain['high'])}"
    return money(gain["amount"]), between + (", so it may be chance" if gain["verdict"] == "cannot_tell" else "")
