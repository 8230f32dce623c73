"""What a customer's own rhythm says: when the next order is to be expected, and how late it is already."""

from datetime import datetime, timedelta

from chalicelib.domain.customers import Statistics
from chalicelib.domain.stages import overdue

FULL_SCORE = 100
_POINTS = 50  # of the score for each usual gap that an order is late


def expected_next_order_at(stats: Statistics) -> datetime | None:
    """The last order and one mean gap; None below two orders, or where all were at one time."""
    if stats.last_order_at is None or not stats.mean_gap_days:
        return None
    return stats.last_order_at + timedelta(days=stats.mean_gap_days)


def lapsing_score(stats: Statistics, now: datetime) -> float | None:
    """0 to 100: 0 until the next order is expected, 50 at twice the usual gap, 100 at three times; None as above."""
    late = overdue(stats, now)
    return None if late is None else round(min(max(_POINTS * (late - 1), 0.0), float(FULL_SCORE)), 2)


def gaps_at(score: float) -> float:
    """The silence, in usual gaps, at which the score comes to a value of more than 0 and at most `FULL_SCORE`."""
    return 1 + score / _POINTS
