"""What a customer's orders add up to: always from all of them, so that their sequence cannot matter."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from statistics import fmean
from zoneinfo import ZoneInfo

from chalicelib.domain.customers import Statistics
from chalicelib.domain.months import month_of, months_of
from chalicelib.domain.order_sums import Sums
from chalicelib.domain.orders import OrderHeader
from chalicelib.domain.returns import Remains
from chalicelib.domain.tastes import KEPT_BRANDS, favourites, weights

_DAY = timedelta(days=1)
_DIGITS = 6  # of a day: a tenth of a second, and the same number after any storage


def statistics(
    headers: Iterable[OrderHeader], remains: Mapping[str, Remains], currency: str, zone: ZoneInfo
) -> Statistics:
    """The statistics of one customer from the headers of all orders, whatever their sequence.

    Only placed orders count. `remains` says what returns left of some of them (domain/returns.py). Money in another
    currency than the shop's `currency` is kept apart; its orders count, and so do their times. Months are those of the
    shop's `zone`.
    """
    counted = [header for header in headers if header.status == "placed" and _counts(header, remains)]
    times = sorted({header.placed_at for header in counted})
    mean, variance = _gaps(times)
    sums = {header.order_id: _sums(header, remains) for header in counted}
    ours = [(header, sums[header.order_id]) for header in counted if header.currency == currency]
    brands = weights((header.placed_at, left.brands) for header, left in ours)
    return Statistics(
        orders=len(counted),
        spent=sum(left.total for _, left in ours),
        receipts=len(ours),
        costed=sum(left.costed for _, left in ours),
        cost=sum(left.cost for _, left in ours),
        first_order_at=times[0] if times else None,
        last_order_at=times[-1] if times else None,
        mean_gap_days=mean,
        gap_variance=variance,
        months=months_of(
            (month_of(header.placed_at, zone), sums[header.order_id].total if header.currency == currency else 0)
            for header in counted
        ),
        categories=weights((header.placed_at, left.categories) for header, left in ours),
        brands={name: brands[name] for name in favourites(brands, KEPT_BRANDS)},
        other_currencies=_others(counted, sums, currency),
    )


def _counts(header: OrderHeader, remains: Mapping[str, Remains]) -> bool:
    left = remains.get(header.order_id)
    return left is None or left.counts


def _sums(header: OrderHeader, remains: Mapping[str, Remains]) -> Sums:
    if left := remains.get(header.order_id):
        return left.sums
    return Sums(
        total=header.total,
        categories=header.categories,
        brands=header.brands,
        costed=header.costed,
        cost=header.cost,
    )


def _others(headers: Iterable[OrderHeader], sums: Mapping[str, Sums], currency: str) -> dict[str, int]:
    spent: Counter[str] = Counter()
    for header in headers:
        if header.currency != currency:
            spent[header.currency] += sums[header.order_id].total
    return dict(sorted(spent.items()))


def _gaps(times: Sequence[datetime]) -> tuple[float | None, float | None]:
    """Mean and population variance of the days between two order times; None where there are too few."""
    gaps = [(later - earlier) / _DAY for earlier, later in zip(times, times[1:], strict=False)]
    if not gaps:
        return None, None
    mean = (times[-1] - times[0]) / _DAY / len(gaps)
    variance = fmean((gap - mean) ** 2 for gap in gaps) if len(gaps) > 1 else None
    return round(mean, _DIGITS), None if variance is None else round(variance, _DIGITS)
