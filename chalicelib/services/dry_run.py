"""Use case: what launching a campaign now would do, without doing anything: who gets it, who does not and why."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import cycle

from chalicelib.domain.campaigns import Campaign
from chalicelib.domain.customers import Customer
from chalicelib.domain.decisions import Skip
from chalicelib.domain.forecasts import (
    Forecast,
    forecast_from_fields,
    in_the_end,
    minutes_needed,
    send_cost,
    worst_offer_cost,
)
from chalicelib.domain.launches import launch
from chalicelib.domain.messages import Message
from chalicelib.domain.money import Money
from chalicelib.domain.offers import Offer
from chalicelib.domain.ramp_outlook import within_ramp
from chalicelib.domain.shop import Shop
from chalicelib.errors import Conflict, HabitueError, InvalidInput
from chalicelib.ports import App
from chalicelib.services.compose_mail import best_locale
from chalicelib.services.get_campaign import get_campaign
from chalicelib.services.launch_campaign import check_launch
from chalicelib.services.launch_message import pin_versions
from chalicelib.services.load_version import load_version
from chalicelib.services.pin_variants import pin_variants
from chalicelib.services.ramp_places import ramp_today
from chalicelib.services.resolve_audience import resolve_audience
from chalicelib.services.sample_mail import Wanted, sample_mail

_NO_QUOTA = -1  # as `minutes_needed` writes that a day has no limit
_AT_ONCE = 100  # mailboxes that one request reads
_LARGEST_SAMPLES = 3_000_000  # characters of all sample mails: an answer of Lambda has 6 MB


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRun:
    """What it would do. While `next` is there, only a part of the customers was looked at."""

    forecast: Forecast
    cost: Money  # of the send, in US dollars, for that is what AWS bills
    worst_offer_cost: Money | None  # None: nothing bounds it
    minutes: int | None  # from the first mail to the last; None: the account may not send
    warnings: Sequence[dict[str, str]]  # {rule, where, message}
    samples: Sequence[dict[str, str]]  # {customer_id, subject, html, text}
    next: str | None  # to go on with; None: everybody was looked at


def dry_run(app: App, name: str, so_far: str | None, *, deadline: datetime) -> DryRun:
    """Decide about everybody of the audience as the senders would, on what is stored now, and change nothing of it.

    A variant with a subject of its own is a version of its template that is named by its content: that is stored, as it
    would be by a test of it.

    Customers are looked at page by page until the deadline; the answer of a part says how to go on. A mailbox of two
    customers counts once among those that one call looks at.

    Args:
        app: the ports.
        name: of a campaign that is not launched.
        so_far: `next` of the part before; None: begin.
        deadline: on the machine's clock; a page begins only before it, the first one always.

    Raises:
        NotFound: no such campaign. Conflict: it was launched.
        InvalidInput: it could not be launched, with every reason; or `so_far` is not what an answer gave.
    """
    campaign, launched = get_campaign(app, name)
    if launched is not None:
        raise Conflict(f"Campaign {name!r} was launched; see its report. A dry run tells what a launch would do.")
    shop = app.catalog.shop()
    check_launch(app, campaign, shop)
    versions, variants = pin_versions(app, campaign.template), pin_variants(app, campaign)
    message = launch(campaign, versions, shop, app.clock.now(), variants=variants)
    forecast, after = _start(so_far)
    after = _look(app, message, shop, forecast, after, deadline)
    return _answer(app, campaign, message, shop, forecast, after)


def _start(so_far: str | None) -> tuple[Forecast, str | None]:
    if so_far is None:
        return Forecast(), None
    try:
        found = json.loads(urlsafe_b64decode(so_far.encode()))
        return forecast_from_fields(found), str(found["after"])
    except (ValueError, KeyError, TypeError):
        raise InvalidInput("`next` is not what the last answer gave; begin again without it.") from None


def _look(
    app: App, message: Message, shop: Shop, forecast: Forecast, after: str | None, deadline: datetime
) -> str | None:
    """Count page by page; the customer after whom to go on, None at the end."""
    now, seen = app.clock.now(), set[str]()
    while True:
        customers, after = resolve_audience(app, message, after)
        for start in range(0, len(customers), _AT_ONCE):
            _count(app, message, shop, forecast, customers[start : start + _AT_ONCE], seen, now)
        if after is None or app.clock.real() >= deadline:
            return after


def _count(
    app: App,
    message: Message,
    shop: Shop,
    forecast: Forecast,
    some: Sequence[Customer],
    seen: set[str],
    now: datetime,
) -> None:
    boxes = app.mailboxes.get_many(sorted({customer.mailbox for customer in some if customer.mailbox}))
    for customer in some:
        at, decision = in_the_end(customer, boxes.get(customer.mailbox or ""), message, shop, now)
        if isinstance(decision, Skip):
            forecast.skip(decision.reason)
        elif customer.mailbox in seen:
            forecast.skip("already_sent")
        else:
            seen.add(customer.mailbox or "")
            forecast.send(message.id, customer.id, at)


def _answer(app: App, campaign: Campaign, message: Message, shop: Shop, raw: Forecast, after: str | None) -> DryRun:
    quota = app.mailer.quota()
    per_day = _NO_QUOTA if quota.per_day is None else quota.per_day
    forecast = _as_ramp_allows(app, message, shop, raw)
    worst, unbounded = _worst(app, campaign, message, forecast)
    following = json.dumps({**raw.to_fields(), "after": after}, separators=(",", ":")).encode()
    samples, broken = ([], []) if after else _samples(app, message, shop, forecast)
    return DryRun(
        forecast=forecast,
        cost=Money(amount=send_cost(forecast.will_send), currency="USD"),
        worst_offer_cost=None if unbounded else Money(amount=worst, currency=shop.currency),
        minutes=minutes_needed(forecast.due, quota.rate, per_day, quota.sent),
        warnings=[*_lint(app, message), *unbounded, *broken],
        samples=samples,
        next=urlsafe_b64encode(following).decode() if after else None,
    )


def _as_ramp_allows(app: App, message: Message, shop: Shop, raw: Forecast) -> Forecast:
    """The forecast with the days of a new domain's ramp; whoever finds no place in time is skipped."""
    if shop.ramp is None:
        return raw
    _, state = ramp_today(app, shop, app.clock.now())
    due, lost = within_ramp(raw.due, shop.ramp, state, shop.zone, message.max_lateness)
    skipped = raw.skipped + Counter({"ramp": lost})
    return Forecast(audience=raw.audience, skipped=skipped, due=due, samples=raw.samples)


def _worst(app: App, campaign: Campaign, message: Message, forecast: Forecast) -> tuple[int, list[dict[str, str]]]:
    """What the offers cost at most, each for as many people as may get it; and a warning of each without a bound."""
    people: Counter[str] = Counter()
    for arm in message.variants or (None,):
        offer = arm.offer if arm else message.offer
        # The rest goes to the winner, and that may be any.
        share = arm.share if arm and campaign.winner is None else 100
        if offer is not None:
            people[offer] += -(-forecast.will_send * share // 100)
    total, unbounded = 0, []
    for name, mails in sorted(people.items()):
        worst = _worst_of(app, app.catalog.offer(name), mails)
        total += worst or 0
        unbounded += [_unbounded(name)] if worst is None else []
    return total, unbounded


def _worst_of(app: App, offer: Offer | None, mails: int) -> int | None:
    if offer is None:
        return 0
    gifts = app.products.get_many([offer.benefit.sku]) if offer.benefit.sku else {}
    gift = gifts.get(offer.benefit.sku or "")
    return worst_offer_cost(offer, mails, gift.cost if gift else None)


def _warning(rule: str, where: str, message: str) -> dict[str, str]:
    return {"rule": rule, "where": where, "message": message, "severity": "warning"}


def _unbounded(name: str) -> dict[str, str]:
    message = (
        f"Nothing bounds what offer {name!r} may cost: a ceiling of its percentage, or limits.budget, would. "
        "A unique code, or limits.total, bounds how often it is used."
    )
    return _warning("unbounded-offer", f"offer {name}", message)


def _lint(app: App, message: Message) -> Iterator[dict[str, str]]:
    arms = {(arm.template, locale, arm.versions[locale]) for arm in _arms(message) for locale in arm.versions}
    for template, locale, version in sorted(arms):
        for warning in load_version(app, version).warnings:
            shown = warning.shown()
            yield {**shown, "where": f"{template} ({locale}) {shown['where']}".strip()}


def _arms(message: Message) -> list[Message]:
    return [message.arm(variant.name) for variant in message.variants] or [message]


def _samples(
    app: App, message: Message, shop: Shop, forecast: Forecast
) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Ten mails by the road of a preview, so that no voucher is used; and who of the ten could not get one.

    Of the variants, one after the other: who will be drawn for which does not matter for a look.
    """
    mails: list[dict[str, str]] = []
    broken: list[dict[str, str]] = []
    size, arms = 0, cycle(_arms(message))
    for customer, arm in zip(app.customers.get_many(forecast.sample_ids()).values(), arms, strict=False):
        locale = best_locale(arm.versions, customer.locale, shop.locale)
        wanted = Wanted(customer_id=customer.id, version=arm.versions[locale], offer=arm.offer)
        try:
            mail = sample_mail(app, arm.template, wanted, follow=False)
        except HabitueError as error:
            broken.append(
                _warning("sample-failed", f"customer {customer.id}", f"This mail would fail: {error.message}")
            )
            continue
        shown = {"customer_id": customer.id, "subject": mail.subject, "html": str(mail.body), "text": mail.text}
        size += len(shown["html"]) + len(shown["text"])
        if size > _LARGEST_SAMPLES:
            break
        mails.append(shown)
    return mails, broken
