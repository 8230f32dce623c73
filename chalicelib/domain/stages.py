"""Where a customer stands on the loyalty ladder, and what it takes to buy on a rhythm."""

from datetime import datetime, timedelta
from math import sqrt

from chalicelib.domain.customers import Statistics

# Four orders make three gaps: the fewest of which one can say that they are alike.
RHYTHM_ORDERS = 4
# Standard deviation over mean of the gaps. Purchases that fall at random have 1; a weekly or monthly habit stays well
# below. Someone whose gaps scatter more than chance would have no rhythm.
RHYTHM_VARIATION = 1.0
# Silent for more than twice the usual gap: the habit is in doubt.
OVERDUE = 2.0
# Per cent of such purchases that a customer says are made here: from this on it is as good as "only here".
LOYAL_SHARE = 90
_DAY = timedelta(days=1)
_EVER = 1_000_000 * 86_400.0  # seconds: 2,700 years


def gap_variation(stats: Statistics) -> float | None:
    """Standard deviation of the gaps over their mean; None where there are too few, or all orders were at one time."""
    variance, gap = stats.gap_variance, stats.mean_gap_days
    return None if variance is None or not gap else sqrt(variance) / gap


def days_since_last_order(stats: Statistics, now: datetime) -> int | None:
    """Whole days, 0 or more; None without an order."""
    if stats.last_order_at is None:
        return None
    return max((now - stats.last_order_at).days, 0)


def overdue(stats: Statistics, now: datetime) -> float | None:
    """The present silence as a multiple of the customer's mean gap; None below two orders."""
    if stats.last_order_at is None or not stats.mean_gap_days:
        return None
    return max((now - stats.last_order_at) / _DAY, 0.0) / stats.mean_gap_days


def silent_for(stats: Statistics, multiple: float) -> datetime | None:
    """The moment at which the silence reaches so many times the mean gap; None below two orders.

    Whatever is decided on `overdue` is decided by comparing the time with this moment: a quotient of floats would
    disagree with the moment that was noted for it.
    """
    last, gap = stats.last_order_at, stats.mean_gap_days
    if last is None or not gap:
        return None
    seconds = multiple * 86_400 * gap
    return last + timedelta(0, seconds if seconds < _EVER else _EVER)


def has_rhythm(stats: Statistics) -> bool:
    """Whether the orders, whenever they were, came on a rhythm."""
    variation = gap_variation(stats)
    return stats.orders >= RHYTHM_ORDERS and variation is not None and variation <= RHYTHM_VARIATION


def stage(stats: Statistics, now: datetime, share_of_wallet: float | None = None) -> str:
    """prospect (no order), buyer (one), client (more), regular (on a rhythm, and not long overdue), loyal.

    `loyal` is a regular who says that (nearly) all such purchases are made here: `share_of_wallet` in per cent, None
    where the customer never said. `advocate` (brings others) needs referrals: nobody has it before that data exists.
    """
    if stats.orders <= 0:
        return "prospect"
    if stats.orders == 1:
        return "buyer"
    late_at = silent_for(stats, OVERDUE)
    if not has_rhythm(stats) or late_at is None or now > late_at:
        return "client"
    return "loyal" if share_of_wallet is not None and share_of_wallet >= LOYAL_SHARE else "regular"


def next_stage_at(stats: Statistics, now: datetime) -> datetime | None:
    """The first moment after now at which the stage is another, if nothing new happens; None: never."""
    late_at = silent_for(stats, OVERDUE)
    return late_at + timedelta.resolution if late_at and stage(stats, now) == "regular" else None
