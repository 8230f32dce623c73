"""How the rows of a file become orders: each row one line, grouped by order, the wrong ones refused one by one."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import TypeVar
from zoneinfo import ZoneInfo

from chalicelib.domain.dates import parse_instant
from chalicelib.domain.imports import RefusedRow
from chalicelib.domain.money import minor_units, require_currency
from chalicelib.domain.order_fields import MAX_ID, MAX_QUANTITY, MAX_TEXT, check_size, told_status
from chalicelib.domain.orders import Order, OrderLine
from chalicelib.domain.texts import one_line
from chalicelib.errors import InvalidInput

T = TypeVar("T")

_WHOLE = re.compile(r"([+-]?[0-9]{1,9})(\.0*)?", re.ASCII)
_TOLD_ONCE = ("store", "channel", "served_by", "voucher_code")  # the first row that says it counts

# Times, prices and ids repeat in neighbouring rows: reading each once takes a third of the time.
_instant = lru_cache(maxsize=10_000)(parse_instant)
_amount = lru_cache(maxsize=10_000)(minor_units)
_text = lru_cache(maxsize=10_000)(one_line)


@dataclass(slots=True)
class DraftOrder:
    """An order as far as its rows were read."""

    order_id: str
    customer_id: str
    placed_at: datetime
    currency: str
    status: str
    told: dict[str, str]
    lines: list[OrderLine] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)  # the line of the file of each

    def finish(self) -> Order:
        """The order. Raises InvalidInput where it is too large to store."""
        order = Order(
            order_id=self.order_id,
            customer_id=self.customer_id,
            placed_at=self.placed_at,
            currency=self.currency,
            lines=tuple(self.lines),
        )
        check_size(order)
        status, fulfilment = told_status(self.status)
        return replace(order, status=status, fulfilment=fulfilment, **self.told)  # type: ignore[arg-type]


class _Wrong(Exception):  # noqa: N818 - carries a refusal within this module
    def __init__(self, name: str, reason: str) -> None:
        super().__init__(reason)
        self.name = name
        self.reason = reason


class OrderRows:
    """Collects rows. Money is a decimal in major units; a time without an offset is in the shop's zone."""

    def __init__(self, currency: str, zone: ZoneInfo) -> None:
        self.orders: dict[str, DraftOrder] = {}
        self.refused: list[RefusedRow] = []
        self._currency = currency
        self._zone = zone

    def add(self, row: int, cells: Mapping[str, str]) -> None:
        """Read one row: an empty cell says nothing."""
        try:
            self._add(row, cells)
        except _Wrong as wrong:
            self.refused.append(RefusedRow(row, wrong.name, wrong.reason))

    def _add(self, row: int, cells: Mapping[str, str]) -> None:
        customer_id = _read("customer_id", cells, lambda text: _text(text, MAX_ID))
        order_id = _read("order_id", cells, lambda text: _text(text, MAX_ID))
        placed_at = _read("placed_at", cells, lambda text: _instant(text, self._zone))
        currency = require_currency(self._currency)
        if cells.get("currency"):
            currency = _read("currency", cells, require_currency)
        line = _line(cells, currency)
        status = _read("status", cells, _status) if cells.get("status") else "placed"
        told = {name: _read(name, cells, lambda text: _text(text, MAX_TEXT)) for name in _TOLD_ONCE if cells.get(name)}
        draft = self.orders.get(order_id)
        if draft is None:
            draft = DraftOrder(order_id, customer_id, placed_at, currency, status, {})
            self.orders[order_id] = draft
        _agree(draft, {"customer_id": customer_id, "currency": currency, "status": status})
        draft.placed_at = min(draft.placed_at, placed_at)
        draft.told = told | draft.told
        draft.lines.append(line)
        draft.rows.append(row)


def _line(cells: Mapping[str, str], currency: str) -> OrderLine:
    sku = _read("sku", cells, lambda text: _text(text, MAX_ID))
    quantity = _read("quantity", cells, _quantity)
    unit_price = _read("unit_price", cells, lambda text: _amount(text, currency))
    if unit_price < 0:
        raise _Wrong(
            "unit_price", f"{cells['unit_price'][:40]!r} is below 0; goods that came back have a quantity below 0"
        )
    return OrderLine(sku=sku, quantity=quantity, unit_price=unit_price)


def _read(name: str, cells: Mapping[str, str], parse: Callable[[str], T]) -> T:
    text = cells.get(name, "")
    if not text:
        raise _Wrong(name, "is empty")
    try:
        return parse(text)
    except InvalidInput as error:
        raise _Wrong(name, error.message) from error


def _quantity(text: str) -> int:
    found = _WHOLE.fullmatch(text)
    quantity = int(found[1]) if found else 0
    if not 1 <= abs(quantity) <= MAX_QUANTITY:
        raise InvalidInput(f"{text[:40]!r} is no whole number other than 0, up to {MAX_QUANTITY} either way")
    return quantity


def _status(text: str) -> str:
    try:
        told_status(text)
    except ValueError as error:
        raise InvalidInput(f"{text[:40]!r} is no status; it {error}") from error
    return text


def _agree(draft: DraftOrder, said: Mapping[str, str]) -> None:
    """Refuse a row that says otherwise of its order than the order's first row."""
    for name, value in said.items():
        first = getattr(draft, name)
        if value != first:
            raise _Wrong(name, f"{value[:40]!r}, but line {draft.rows[0]} says {first[:40]!r} of the same order")
