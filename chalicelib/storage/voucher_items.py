"""How vouchers, redemptions and uses are written as items of the Vouchers table."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from chalicelib.domain.baskets import LineDiscount
from chalicelib.domain.redeeming import Use
from chalicelib.domain.vouchers import Redemption, Remaining, Voucher
from chalicelib.storage import keys
from chalicelib.storage.items import Attribute, pack, unpack

_TIMES = ("issued_at", "expires_at", "activated_at", "at")
Key = dict[str, Attribute]


def voucher_key(code: str) -> Key:
    """Where a code lies."""
    return pack({"pk": keys.voucher(code), "sk": keys.VOUCHER})


def budget_key(offer: str) -> Key:
    """Where an offer's uses are counted."""
    return pack({"pk": keys.offer(offer), "sk": keys.BUDGET})


def customer_key(offer: str, customer_id: str) -> Key:
    """Where one customer's uses of an offer are counted."""
    return pack({"pk": keys.offer(offer), "sk": keys.offer_customer(customer_id)})


def redemption_key(redemption_id: str) -> Key:
    """Where a redemption lies."""
    return pack({"pk": keys.redemption(redemption_id), "sk": keys.REDEMPTION})


def idempotency_key(key: str) -> Key:
    """Where it is noted what an idempotency key redeemed."""
    return pack({"pk": keys.redemption_key(key), "sk": keys.REDEMPTION_KEY})


def voucher_item(voucher: Voucher) -> dict[str, Attribute]:
    """A voucher with its key."""
    return {**voucher_key(voucher.code), **pack(_plain(asdict(voucher)))}


def read_voucher(item: Mapping[str, Attribute]) -> Voucher:
    """The voucher that an item holds."""
    return Voucher(**_fields(item))


def redemption_item(redemption: Redemption) -> dict[str, Attribute]:
    """A redemption with its key."""
    fields = asdict(redemption) | {"remaining": _set_only(asdict(redemption.remaining))}
    return {**redemption_key(redemption.id), **pack(_plain(fields))}


def read_redemption(item: Mapping[str, Attribute]) -> Redemption:
    """The redemption that an item holds."""
    fields = _fields(item)
    lines = tuple(LineDiscount(**line) for line in fields.pop("lines"))
    return Redemption(**fields | {"lines": lines, "remaining": Remaining(**fields["remaining"])})


def idempotency_item(key: str, redemption_id: str) -> dict[str, Attribute]:
    """The note of what an idempotency key redeemed."""
    return {**idempotency_key(key), **pack({"redemption_id": redemption_id})}


def read_use(budget: Mapping[str, Attribute] | None, customer: Mapping[str, Attribute] | None) -> Use:
    """An offer's use so far, from its two counters; one that is absent counts zero."""
    counted = unpack(budget or {})
    by_customer = unpack(customer or {}).get("used", 0)
    return Use(total=counted.get("used", 0), spent=counted.get("spent", 0), by_customer=by_customer)


def _plain(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in fields.items()}


def _set_only(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _fields(item: Mapping[str, Attribute]) -> dict[str, Any]:
    plain = {name: value for name, value in unpack(item).items() if name not in ("pk", "sk")}
    times = {name: datetime.fromisoformat(plain[name]) for name in _TIMES if name in plain}
    return plain | times
