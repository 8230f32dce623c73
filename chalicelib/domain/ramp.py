"""How a new domain warms up: so many marketing mails a day, more after each that went well, the most engaged first.

Source: Amazon SES developer guide, "Warming up dedicated IP addresses"; receivers judge a new domain in the same way.
The defaults are 500 a day, then half as many more, while bounces stay below 2 % and complaints below 0.1 %.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from math import floor
from typing import Any

from chalicelib.domain.customers import Customer
from chalicelib.domain.engagement import UNENGAGED_AFTER, last_reaction
from chalicelib.domain.mailboxes import Mailbox

MAX_START, MAX_UNTIL = 100_000, 10_000_000
MAX_BOUNCED, MAX_COMPLAINED = 0.02, 0.001  # of the mails of a day; from here on the allowance stays as it is
_MIN_USED = 0.5  # of a day's allowance: what was hardly used proves nothing
_WARM = (timedelta(days=30), timedelta(days=90), UNENGAGED_AFTER)
BEHIND = timedelta(minutes=10)  # so much later is the turn of the next colder people


@dataclass(frozen=True, slots=True, kw_only=True)
class Ramp:
    """What the shop set."""

    start: int = 500  # marketing mails on the first day
    growth: float = 1.5
    until: int = 50_000  # from this allowance on there is no limit any more


@dataclass(frozen=True, slots=True, kw_only=True)
class RampDay:
    """Where the ramp stands: the last day on which marketing mail was claimed, in the shop's zone."""

    day: date
    start: int  # of the ramp that it belongs to
    allowance: int
    taken: int = 0  # places of that day
    messages: tuple[str, ...] = ()  # whose rows tell how the day went


def opened(ramp: Ramp, last: RampDay | None, today: date, sent: int, bounced: int, complained: int) -> RampDay:
    """The first state of a day.

    Args:
        ramp: of the shop.
        last: the state before; None: this is the first day.
        today: later than the day of `last`.
        sent: mails of that day that SES accepted, by their rows.
        bounced: hard bounces among them, as far as they are known.
        complained: complaints among them.
    """
    if last is None or last.start != ramp.start:
        return RampDay(day=today, start=ramp.start, allowance=ramp.start)
    used = last.taken >= last.allowance * _MIN_USED
    well = bounced < MAX_BOUNCED * sent and complained < MAX_COMPLAINED * sent
    allowance = floor(last.allowance * ramp.growth) if used and well else last.allowance
    return RampDay(day=today, start=ramp.start, allowance=allowance)


def is_over(ramp: Ramp, state: RampDay) -> bool:
    """Whether the domain is warm: nothing is held back any more."""
    return state.allowance >= ramp.until


def with_places(state: RampDay, message_id: str, wanted: int) -> tuple[RampDay, int]:
    """The state with so many places taken by a message, and how many it got."""
    got = max(0, min(wanted, state.allowance - state.taken))
    messages = state.messages if message_id in state.messages or not got else (*state.messages, message_id)
    return replace(state, taken=state.taken + got, messages=messages), got


def coldness(customer: Customer, box: Mailbox | None, now: datetime) -> int:
    """0 for whoever clicked or ordered within 30 days, 1 within 90, 2 within 180, 3 for all others."""
    reaction = last_reaction(customer, box or Mailbox(hash=""))
    return len(_WARM) if reaction is None else sum(reaction <= now - within for within in _WARM)


def ramp_from_fields(value: Any) -> Ramp:
    """Read the field `ramp` of the shop. Raises: ValueError, TypeError, naming what is wrong."""
    if not isinstance(value, Mapping) or not set(value) <= {"start", "growth", "until"}:
        raise TypeError('must be an object such as {"start": 500, "growth": 1.5, "until": 50000}')
    given = {name: part for name, part in value.items() if part is not None}
    ramp = Ramp(**given)
    for name, number, most in (("start", ramp.start, MAX_START), ("until", ramp.until, MAX_UNTIL)):
        if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= most:
            raise ValueError(f"{name} must be a whole number from 1 to {most}, got {number!r}")
    if not isinstance(ramp.growth, int | float) or isinstance(ramp.growth, bool) or not 1 <= ramp.growth <= 3:
        raise ValueError(f"growth must be a number from 1 to 3, got {ramp.growth!r}")
    if ramp.until <= ramp.start:
        raise ValueError(f"until must lie above start, got {ramp.until} and {ramp.start}")
    return ramp


def ramp_to_fields(ramp: Ramp) -> dict[str, Any]:
    """As the API and the store write it."""
    return {"start": ramp.start, "growth": ramp.growth, "until": ramp.until}


def day_to_body(state: RampDay) -> dict[str, Any]:
    """As the catalog keeps it."""
    return {
        "day": state.day.isoformat(),
        "start": state.start,
        "allowance": state.allowance,
        "taken": state.taken,
        "messages": list(state.messages),
    }


def day_from_body(body: Mapping[str, Any]) -> RampDay:
    """The state that the catalog kept."""
    return RampDay(
        day=date.fromisoformat(body["day"]),
        start=body["start"],
        allowance=body["allowance"],
        taken=body["taken"],
        messages=tuple(body["messages"]),
    )
