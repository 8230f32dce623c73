"""What is left of a customer's orders after returns: which earlier order a negative line takes goods back from."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from chalicelib.domain.order_sums import Sums, sums_of, without
from chalicelib.domain.orders import Order, OrderLine
from chalicelib.domain.refunds import Refund


@dataclass(frozen=True, slots=True, kw_only=True)
class Remains:
    """What one order still holds."""

    sums: Sums
    skus: tuple[str, ...] = ()  # of which it still holds units, sorted
    counts: bool  # whether it still is an order: some goods were bought and not taken back


class _Holding:
    """The units that one order holds, by sku and unit price."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.changed = order.takes_back
        self._units: defaultdict[str, Counter[int]] = defaultdict(Counter)
        for line in order.lines:
            if line.quantity > 0:
                self._units[line.sku][line.unit_price] += line.quantity
        self._given_up = 0  # minor units, for goods that stay
        for refund in order.refunds:
            self._refund(refund)

    def _refund(self, refund: Refund) -> None:
        """Goods leave this very order, the dearest units first; money is subtracted from what is left of it."""
        if refund.whole:
            self._units.clear()
        for sku, units in refund.units.items():
            self.take(OrderLine(sku=sku, quantity=-units, unit_price=max(self._units[sku], default=0)), units)
        self._given_up += refund.amount or 0

    def take(self, line: OrderLine, wanted: int) -> int:
        """Take up to `wanted` units: those at the price of the line first, then the dearest. How many were there."""
        units = self._units[line.sku]
        taken = 0
        for price in sorted((price for price in units if units[price]), key=lambda p: (p != line.unit_price, -p)):
            part = min(units[price], wanted - taken)
            units[price] -= part
            taken += part
        self.changed = self.changed or taken > 0
        return taken

    def remains(self) -> Remains:
        """What was not taken."""
        left = [(sku, count, price) for sku, units in self._units.items() for price, count in units.items() if count]
        skus = tuple(sorted({sku for sku, _, _ in left}))
        sums = sums_of(left, self.order)
        rest = without(sums, self._given_up)
        # Who got all the money back has bought nothing; a gift was never paid, and stays.
        counts = bool(left) and (rest.total > 0 or sums.total == 0)
        return Remains(sums=rest, skus=skus, counts=counts)


def remains(orders: Iterable[Order]) -> dict[str, Remains]:
    """What is left of one customer's placed orders, for those that take back or were taken from.

    What was refunded of an order leaves that very order first. Then a line with a negative quantity takes units of its
    sku from the orders of the same currency placed at its own time or before, the latest first (at one time: the
    greatest id first), at the price they were bought for. What finds nothing has no effect. Returns are worked off by
    time, then id; the sequence of `orders` and of their lines does not matter.
    """
    holdings = [_Holding(order) for order in sorted(orders, key=lambda order: (order.placed_at, order.order_id))]
    for holding in holdings:
        if holding.order.takes_back:
            _take_back(holding.order, holdings)
    return {holding.order.order_id: holding.remains() for holding in holdings if holding.changed}


def _take_back(order: Order, holdings: list[_Holding]) -> None:
    # An order of the same minute may have a greater id: it counts as earlier, too.
    sources = [
        source
        for source in holdings
        if source.order.placed_at <= order.placed_at and source.order.currency == order.currency
    ]
    lines = sorted((line for line in order.lines if line.quantity < 0), key=lambda line: (line.sku, line.unit_price))
    for line in lines:
        wanted = -line.quantity
        for source in reversed(sources):
            if not wanted:
                break
            wanted -= source.take(line, wanted)
