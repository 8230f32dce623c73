"""What a launch would do, before it does: who would get the mail, when, how long it takes, and what it costs at most.

The decisions are those of domain/decisions.py, taken at the moment at which each person's turn would come.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.domain.customers import Customer
from chalicelib.domain.decisions import Decision, Defer, Send, decide, planned_for
from chalicelib.domain.drawing import draw
from chalicelib.domain.mailboxes import Mailbox
from chalicelib.domain.messages import Message
from chalicelib.domain.offers import Offer
from chalicelib.domain.shop import Shop
from chalicelib.errors import InvalidInput

SAMPLES = 10
# US dollars for a billion mails. SES: $0.10 for a thousand, https://aws.amazon.com/ses/pricing/
# Ours: the most that the requests around a mail may cost, from the plan to the last event.
_SES, _OURS = 100_000, 3_500
_WAITS = 8  # each wait leads forward; more of them than reasons to wait do not occur
_DAY = timedelta(days=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)


def in_the_end(
    customer: Customer, box: Mailbox | None, message: Message, shop: Shop, now: datetime
) -> tuple[datetime, Decision]:
    """What will be decided about this person, and when, if nothing changes until then."""
    at = max(now, planned_for(message, customer, shop))
    decision: Decision = Send()
    for _ in range(_WAITS):
        decision = decide(customer, box, message, "", shop, now=at)
        if not isinstance(decision, Defer):
            break
        at = decision.until
    return at, decision


@dataclass(slots=True)
class Forecast:
    """Counts that grow with the reasons and the minutes, not with the people."""

    audience: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    due: Counter[int] = field(default_factory=Counter)  # minutes since 1970 -> mails that leave then, at the earliest
    samples: list[tuple[float, str]] = field(default_factory=list)  # ten by lot: (what was drawn, customer id)

    @property
    def will_send(self) -> int:
        """Mails."""
        return self.due.total()

    def skip(self, reason: str) -> None:
        """One more who gets nothing."""
        self.audience += 1
        self.skipped[reason] += 1

    def send(self, message_id: str, customer_id: str, at: datetime) -> None:
        """One more who gets the mail."""
        self.audience += 1
        self.due[(at - _EPOCH) // _MINUTE] += 1
        self.samples.append((draw("sample", message_id, customer_id), customer_id))
        if len(self.samples) > 2 * SAMPLES:
            self.samples = sorted(self.samples)[:SAMPLES]

    def sample_ids(self) -> list[str]:
        """Whose mails are shown."""
        return [customer_id for _, customer_id in sorted(self.samples)[:SAMPLES]]

    def to_fields(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "audience": self.audience,
            "skipped": dict(self.skipped),
            "due": {str(minute): count for minute, count in self.due.items()},
            "samples": sorted(self.samples)[:SAMPLES],
        }


def forecast_from_fields(fields: Mapping[str, Any]) -> Forecast:
    """The counts so far. Raises: InvalidInput, where they are not those that an answer gave."""
    try:
        return Forecast(
            audience=int(fields["audience"]),
            skipped=Counter({str(reason): int(count) for reason, count in fields["skipped"].items()}),
            due=Counter({int(minute): int(count) for minute, count in fields["due"].items()}),
            samples=[(float(drawn), str(customer_id)) for drawn, customer_id in fields["samples"]],
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise InvalidInput("`next` is not what the last answer gave; begin again without it.") from None


def minutes_needed(due: Mapping[int, int], rate: float, per_day: int, sent_today: int) -> int | None:
    """Whole minutes from the first mail to the last, waits between due times included; None: it cannot send at all.

    Args:
        due: minutes since 1970 -> mails.
        rate: mails per second that the account allows.
        per_day: mails in 24 hours that it allows; below 0: any number.
        sent_today: of them used up.
    """
    if not any(due.values()):
        return 0
    if rate <= 0 or per_day == 0:
        return None
    start = at = min(minute for minute, count in due.items() if count) * 60.0
    window_end, room = start + _DAY.total_seconds(), per_day - sent_today
    for minute, count in sorted(due.items()):
        at, left = max(at, minute * 60.0), count
        while left:
            if at >= window_end or (per_day > 0 and room <= 0):
                at, room = max(at, window_end), per_day
                window_end = at + _DAY.total_seconds()
            some = left if per_day < 0 else min(left, room)
            at, left, room = at + some / rate, left - some, room - some
    return max(1, -int(-(at - start) // 60))


def send_cost(mails: int) -> int:
    """US cents, rounded up: what SES takes, and what our requests cost beside it."""
    return -(-mails * (_SES + _OURS) // 10_000_000)


def worst_offer_cost(offer: Offer, mails: int, gift_cost: int | None) -> int | None:
    """Minor units that the offer costs at most if everybody uses it; None: nothing bounds that.

    Args:
        offer: as it stands.
        mails: vouchers of it that would be issued, each good for one redemption. A code that everybody shares, or an
            offer without one, is bounded by the offer's own limits only.
        gift_cost: minor units that the product of a gift costs the shop; None: not known.
    """
    limits, benefit = offer.limits, offer.benefit
    each = {
        "amount": benefit.amount,
        "percent": benefit.ceiling,
        "gift": gift_cost,
    }.get(benefit.kind)
    bounds: Iterable[int | None] = (mails if offer.code.kind == "unique" else None, limits.total)
    uses = min((bound for bound in bounds if bound is not None), default=None)
    worst = each * uses if each is not None and uses is not None else None
    return min((bound for bound in (worst, limits.budget) if bound is not None), default=None)
