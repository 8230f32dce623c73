"""What an order's lines cost, what an offer takes off them, and on which line, to the last minor unit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from json import dumps
from typing import Any

from chalicelib.domain.offers import Offer
from chalicelib.errors import Detail, MalformedRequest

MAX_LINES = 1_000
MAX_UNIT_PRICE = 10**12  # minor units: ten thousand million in a currency with cents
MAX_QUANTITY = 10**6
MAX_ID = 200  # characters of an order id or a sku


@dataclass(frozen=True, slots=True, kw_only=True)
class BasketLine:
    """One line of an order that is being paid."""

    sku: str
    quantity: int  # 1 or more
    unit_price: int  # minor units, 1 or more

    @property
    def total(self) -> int:
        """Minor units."""
        return self.quantity * self.unit_price


@dataclass(frozen=True, slots=True, kw_only=True)
class Basket:
    """An order that wants to use a voucher."""

    order_id: str
    currency: str
    lines: tuple[BasketLine, ...]

    @property
    def total(self) -> int:
        """Minor units over all lines."""
        return sum(line.total for line in self.lines)

    @property
    def skus(self) -> list[str]:
        """Each sku once, in the order of the lines."""
        return list(dict.fromkeys(line.sku for line in self.lines))

    def fingerprint(self, code: str, customer_id: str | None) -> str:
        """Hash of everything a redeem request says: the same request again has the same one."""
        lines = [[line.sku, line.quantity, line.unit_price] for line in self.lines]
        said = dumps([code, customer_id, self.order_id, self.currency, lines])
        return sha256(said.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDiscount:
    """What one line gets."""

    sku: str
    quantity: int
    unit_price: int  # minor units
    discount: int  # minor units off the whole line


def basket_from_fields(fields: Any) -> Basket:
    """Read the `order` of a validate or redeem request.

    Raises:
        MalformedRequest: with one detail for each wrong place: an amount below 1 or too long, not a whole number.
    """
    if not isinstance(fields, Mapping):
        raise MalformedRequest("`order` must be an object with order_id, currency and lines.")
    wrong: list[Detail] = []
    order_id = _text(fields.get("order_id"), "order.order_id", wrong)
    currency = _text(fields.get("currency"), "order.currency", wrong).upper()
    lines = tuple(_lines(fields.get("lines"), wrong))
    if wrong:
        raise MalformedRequest(f"The order is malformed in {len(wrong)} place(s); see details.", wrong)
    return Basket(order_id=order_id, currency=currency, lines=lines)


def _lines(value: Any, wrong: list[Detail]) -> list[BasketLine]:
    if not isinstance(value, list | tuple) or not 1 <= len(value) <= MAX_LINES:
        wrong.append(Detail("order.lines", f"must be a list of 1 to {MAX_LINES} lines"))
        return []
    return [_line(line, f"order.lines[{number}]", wrong) for number, line in enumerate(value)]


def _line(value: Any, where: str, wrong: list[Detail]) -> BasketLine:
    fields = value if isinstance(value, Mapping) else {}
    return BasketLine(
        sku=_text(fields.get("sku"), f"{where}.sku", wrong),
        quantity=_whole(fields.get("quantity"), f"{where}.quantity", MAX_QUANTITY, wrong),
        unit_price=_whole(fields.get("unit_price"), f"{where}.unit_price", MAX_UNIT_PRICE, wrong),
    )


def _text(value: Any, where: str, wrong: list[Detail]) -> str:
    if isinstance(value, str) and 1 <= len(value.strip()) <= MAX_ID:
        return value.strip()
    wrong.append(Detail(where, f"must be a text of 1 to {MAX_ID} characters"))
    return ""


def _whole(value: Any, where: str, most: int, wrong: list[Detail]) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most:
        return value
    wrong.append(Detail(where, f"must be a whole number from 1 to {most}"))
    return 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What an offer gives to a basket."""

    discount: int  # minor units
    lines: tuple[LineDiscount, ...]  # all lines of the basket; their discounts add up to `discount`
    eligible: int  # minor units of the goods that the offer is for


def grant(offer: Offer, basket: Basket, categories: Mapping[str, str | None]) -> Grant:
    """What the offer's benefit takes off the basket, conditions aside.

    Args:
        offer: with a list of categories, only lines of these are eligible.
        basket: the order.
        categories: sku -> category; a sku that is absent has none.
    """
    wanted = set(offer.conditions.categories)
    totals = [line.total if not wanted or categories.get(line.sku) in wanted else 0 for line in basket.lines]
    discount = offer.benefit.taken_off(sum(totals))
    lines = tuple(
        LineDiscount(sku=line.sku, quantity=line.quantity, unit_price=line.unit_price, discount=share)
        for line, share in zip(basket.lines, spread(discount, totals), strict=True)
    )
    return Grant(discount=discount, lines=lines, eligible=sum(totals))


def spread(amount: int, weights: Sequence[int]) -> list[int]:
    """Share an amount in proportion to weights (both minor units); none gets more than its weight.

    The shares add up to the amount exactly: what whole units leave over goes to the largest remainders, the
    earlier first. `amount` is at most the sum of the weights.
    """
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    shares = [amount * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda place: (-(amount * weights[place] % whole), place))
    for place in by_remainder[: amount - sum(shares)]:
        shares[place] += 1
    return shares
