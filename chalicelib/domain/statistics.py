"""What a customer's orders add up to: always from all of them, so that their sequence cannot matter."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from statistics import fmean

from chalicelib.domain.customers import Statistics
from chalicelib.domain.orders import OrderHeader
from chalicelib.domain.returns import Remains

_DAY = timedelta(days=1)
_DIGITS = 6  # of a day: a tenth of a second, and the same number after any storage


def statistics(headers: Iterable[OrderHeader], remains: Mapping[str, Remains], currency: str) -> Statistics:
    """The statistics of one customer from the headers of all orders, whatever their sequence.

    Only placed orders count. `remains` says what returns left of some of them (domain/returns.py). Money in another
    currency than the shop's `currency` is kept apart; its orders count, and so do their times.
    """
    counted = [header for header in headers if header.status == "placed" and _counts(header, remains)]
    times = sorted({header.placed_at for header in counted})
    mean, variance = _gaps(times)
    money = _money(counted, remains)
    return Statistics(
        orders=len(counted),
        spent=money.pop(currency, 0),
        first_order_at=times[0] if times else None,
        last_order_at=times[-1] if times else None,
        mean_gap_days=mean,
        gap_variance=variance,
        categories=_categories((header for header in counted if header.currency == currency), remains),
        other_currencies=dict(sorted(money.items())),
    )


def _counts(header: OrderHeader, remains: Mapping[str, Remains]) -> bool:
    left = remains.get(header.order_id)
    return left is None or left.counts


def _money(headers: Iterable[OrderHeader], remains: Mapping[str, Remains]) -> dict[str, int]:
    sums: Counter[str] = Counter()
    for header in headers:
        left = remains.get(header.order_id)
        sums[header.currency] += header.total if left is None else left.total
    return dict(sums)


def _categories(headers: Iterable[OrderHeader], remains: Mapping[str, Remains]) -> dict[str, int]:
    sums: Counter[str] = Counter()
    for header in headers:
        sums.update((remains.get(header.order_id) or header).categories)
    return {name: spent for name, spent in sorted(sums.items()) if spent}


def _gaps(times: Sequence[datetime]) -> tuple[float | None, float | None]:
    """Mean and population variance of the days between two order times; None where there are too few."""
    gaps = [(later - earlier) / _DAY for earlier, later in zip(times, times[1:], strict=False)]
    if not gaps:
        return None, None
    mean = (times[-1] - times[0]) / _DAY / len(gaps)
    variance = fmean((gap - mean) ** 2 for gap in gaps) if len(gaps) > 1 else None
    return round(mean, _DIGITS), None if variance is None else round(variance, _DIGITS)
