"""What the people of one arm of a test bought afterwards, and what a comparison of two arms can say.

An arm is a variant, everybody who was mailed, or the holdout: people who would have been mailed, and by lot were not.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import timedelta
from math import sqrt
from typing import Any

from chalicelib.domain.attribution import Takings, Worth
from chalicelib.domain.intervals import Z95, Share, difference, verdict, wilson
from chalicelib.domain.rounding import money_quotient

MAILED, HOLDOUT = "mailed", "holdout"
_VARIANT = "variant:"
AFTER = timedelta(days=14)  # for so long after the mail, or after it was withheld, orders are compared
LEAST = 30  # people of each arm; below, the means of money are not near enough to a normal distribution
KNOWN_ENOUGH = 0.8  # the part of the money spent whose cost must be known to speak of profit

Fields = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class Arm:
    """What the people of one arm did. Arms add up. Money in minor units."""

    people: int = 0
    clicked: int = 0
    redeemed: int = 0
    buyers: int = 0  # people with an order in the time after
    orders: int = 0
    spent: int = 0
    spent_squared: int = 0  # the sum of each person's spending, squared
    costed: int = 0
    profit: int = 0  # of the goods whose cost is known, less the vouchers' discount
    profit_squared: int = 0

    def add(self, bought: list[Worth], takings: Takings, *, clicked: bool) -> None:
        """Count one person: the orders of the time after, and what the mail's own voucher gave."""
        spent = sum(worth.total for worth in bought)
        costed = sum(worth.costed for worth in bought)
        profit = costed - sum(worth.cost for worth in bought) - takings.discount
        self.people += 1
        self.clicked += clicked
        self.redeemed += takings.redeemed > 0
        self.buyers += bool(bought)
        self.orders += len(bought)
        self.spent += spent
        self.spent_squared += spent * spent
        self.costed += costed
        self.profit += profit
        self.profit_squared += profit * profit

    def merge(self, other: "Arm") -> None:
        """Add what another part counted."""
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))

    def to_fields(self) -> dict[str, int]:
        """Plain JSON values."""
        return asdict(self)


def variant_arm(name: str) -> str:
    """What the arm of a variant is called."""
    return f"{_VARIANT}{name}"


def holdout_report(arms: Mapping[str, Arm], currency: str) -> Fields | None:
    """What the mail caused: those who were mailed against those who were held out; None without a holdout."""
    mailed, held = arms.get(MAILED, Arm()), arms.get(HOLDOUT, Arm())
    if not held.people:
        return None
    low, high = wilson(Share(held.buyers, held.people))
    enough = min(mailed.people, held.people) >= LEAST
    return {
        "mailed": _arm(mailed, currency),
        "holdout": _arm(held, currency),
        "days": AFTER.days,
        "buyers": _lift(Share(mailed.buyers, mailed.people), Share(held.buyers, held.people), enough=enough),
        "would_have_bought_anyway": {
            "people": round(mailed.people * held.buyers / held.people),
            "low": round(mailed.people * low),
            "high": round(mailed.people * high),
        },
        "incremental_revenue": _incremental(
            (mailed.people, mailed.spent, mailed.spent_squared), (held.people, held.spent, held.spent_squared), currency
        ),
        "incremental_profit": _profit(mailed, held, currency),
    }


def variants_report(arms: Mapping[str, Arm], currency: str) -> list[Fields]:
    """Each variant, and how it does against the first one by clicks of people, redemptions and buyers."""
    names = sorted(name.removeprefix(_VARIANT) for name in arms if name.startswith(_VARIANT))
    base = arms[variant_arm(names[0])] if names else Arm()
    found = []
    for place, name in enumerate(names):
        arm = arms[variant_arm(name)]
        told = {"variant": name, **_arm(arm, currency)}
        if place:
            enough = min(arm.people, base.people) >= LEAST
            told["against"] = names[0]
            for what in ("clicked", "redeemed", "buyers"):
                one, other = Share(getattr(arm, what), arm.people), Share(getattr(base, what), base.people)
                told[f"{what}_lift"] = _lift(one, other, enough=enough)
        found.append(told)
    return found


def _arm(arm: Arm, currency: str) -> Fields:
    return {
        "people": arm.people,
        "clicked": arm.clicked,
        "redeemed": arm.redeemed,
        "buyers": arm.buyers,
        "orders": arm.orders,
        "spent": {"amount": arm.spent, "currency": currency},
        "spent_a_person": _money(money_quotient(arm.spent, arm.people), currency),
    }


def _lift(one: Share, other: Share, *, enough: bool) -> Fields:
    """The difference of two rates in points of 0 to 1, its 95 % interval, and what it says."""
    low, high = difference(one, other)
    known = one.of and other.of
    return {
        "lift": round(one.rate - other.rate, 6) if known else None,
        "low": round(low, 6) if known else None,
        "high": round(high, 6) if known else None,
        "verdict": verdict(one, other) if enough else "cannot_tell",
    }


def _profit(mailed: Arm, held: Arm, currency: str) -> Fields:
    spent = mailed.spent + held.spent
    if not spent or (mailed.costed + held.costed) / spent < KNOWN_ENOUGH:
        return {"amount": None, "low": None, "high": None, "verdict": "cannot_tell", "because": "costs_not_known"}
    return _incremental(
        (mailed.people, mailed.profit, mailed.profit_squared), (held.people, held.profit, held.profit_squared), currency
    )


def _incremental(mailed: tuple[int, int, int], held: tuple[int, int, int], currency: str) -> Fields:
    """What all who were mailed brought beyond what they would have brought anyway, with its 95 % interval.

    The difference of the two means per person, times the people who were mailed; the interval is the normal one with
    each arm's own variance (B. L. Welch, 1938, Biometrika 29, 350-362), so both arms need `LEAST` people.
    """
    (people, total, squares), (others, rest, other_squares) = mailed, held
    if min(people, others) < LEAST:
        return {"amount": None, "low": None, "high": None, "verdict": "cannot_tell", "because": "too_few_people"}
    mean = total / people - rest / others
    half = Z95 * sqrt(_variance(people, total, squares) / people + _variance(others, rest, other_squares) / others)
    low, high = mean - half, mean + half
    return {
        "amount": _money(round(mean * people), currency),
        "low": _money(round(low * people), currency),
        "high": _money(round(high * people), currency),
        "verdict": "better" if low > 0 else "worse" if high < 0 else "cannot_tell",
        "because": "",
    }


def _variance(people: int, total: int, squares: int) -> float:
    # In whole numbers up to the last step: the difference of two large floats would lose it.
    return (squares * people - total * total) / (people * (people - 1))


def _money(amount: int | None, currency: str) -> Fields | None:
    return None if amount is None else {"amount": amount, "currency": currency}
