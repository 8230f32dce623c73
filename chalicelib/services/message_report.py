"""Use case: what became of a message and what it brought, as the API shows it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib.domain.arms import holdout_report, variants_report
from chalicelib.domain.counts import Count
from chalicelib.domain.dates import instant_text
from chalicelib.domain.messages import Message
from chalicelib.domain.reputation import standing
from chalicelib.domain.rounding import quotient
from chalicelib.ports import App
from chalicelib.services.count_part import counted
from chalicelib.services.load_version import load_version

GROUPS = ("country", "hour", "provider", "segment")
_COUNTED = ("sent", "delivered", "bounced", "complained", "clicked", "unsubscribed", "failed", "skipped")

Fields = dict[str, Any]


def count_all(app: App, messages: Iterable[Message]) -> tuple[Count, datetime | None]:
    """The counts of several messages together, and when the oldest was made; None: all now. Raises: NotMeasured."""
    total, times = Count(), []
    for message in messages:
        found = counted(app, message)
        total.merge(found.count)
        times += [found.at] if found.at else []
    return total, min(times, default=None)


def report_fields(app: App, count: Count, at: datetime | None) -> Fields:
    """All counts are people, save where docs/reports.md says that they are clicks or orders."""
    tally, takings, currency = count.tally, count.takings, app.catalog.shop().currency
    known = standing(tally.sent, tally.bounced, tally.complained)
    return {
        "counted_at": instant_text(at) if at else None,
        "planned": tally.planned,
        "sent": tally.sent,
        "skipped": dict(sorted(tally.skipped.items())),
        "failed": tally.failed,
        "unknown": tally.unknown,
        "pending": tally.pending,
        "waiting": dict(sorted(tally.waiting.items())),
        "delivered": tally.delivered,
        "bounced": tally.bounced,
        "soft_bounced": tally.soft_bounced,
        "rejected": tally.rejected,
        "complained": tally.complained,
        "opened": tally.opened,
        "machine_opens": tally.machine_opened,
        "clicked": tally.clicked,
        "human_clicks": tally.human_clicks,
        "machine_clicks": tally.machine_clicks,
        "anonymous_clicks": tally.anonymous_clicks,
        "unsubscribed": tally.unsubscribed,
        "redeemed": takings.redeemed,
        "orders": takings.orders,
        "revenue": _money(takings.revenue, currency),
        "revenue_by_voucher": _money(takings.revenue_by_voucher, currency),
        "discount": _money(takings.discount, currency),
        "profit": None if takings.profit is None else _money(takings.profit, currency),
        "share_of_revenue_with_known_cost": quotient(takings.costed, takings.revenue),
        "holdout": holdout_report(count.arms, currency),
        "variants": variants_report(count.arms, currency),
        "warnings": [known.words] if known.words else [],
    }


def group_fields(count: Count, by: str | None) -> Fields:
    """The mails in groups of one kind, most mails first; a name of `""`: not known. Nothing where no kind is asked for.

    They stand apart from the report, because customers change: what it says of a campaign must not change with them.
    """
    if by is None:
        return {}
    found = [{"name": name, **_group(counts)} for name, counts in count.tally.groups.get(by, {}).items()]
    return {"by": by, "groups": sorted(found, key=lambda one: (-one["sent"], one["name"]))}


def link_fields(app: App, count: Count, message: Message | None) -> list[Fields]:
    """People who clicked, by link, most first. `link` is the address as the template has it, where that is known."""
    found = []
    addresses: dict[str, Sequence[str]] = {}
    for key, people in sorted(count.tally.links.items(), key=lambda pair: (-pair[1], pair[0])):
        variant, _, name = key.partition("/")
        if message is not None and variant not in addresses:
            addresses[variant] = _addresses(app, message.arm(variant))
        number = int(name) if name.isdigit() else None
        known = addresses.get(variant, ()) if number is not None else ()
        link = known[number] if number is not None and number < len(known) else None
        found.append({"variant": variant or None, "number": number, "link": link, "clicked": people})
    return found


def _addresses(app: App, message: Message) -> Sequence[str]:
    """Of the first version that the launch pinned: those of other languages have the same links in the same places."""
    return next((load_version(app, version).links for version in message.versions.values()), ())


def _group(counts: Mapping[str, int]) -> Fields:
    return {name: Counter(counts)[name] for name in _COUNTED}


def _money(amount: int, currency: str) -> Fields:
    return {"amount": amount, "currency": currency}
