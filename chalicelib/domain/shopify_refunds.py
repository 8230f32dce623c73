"""How a refund of Shopify becomes ours: the units that came back, or else the money that went back.

Source: https://shopify.dev/docs/api/admin-rest/latest/resources/refund
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from chalicelib.domain.deliveries import Told, inner, money, needed, objects, text_id, tidy

_PAID_BACK = ("success", "pending")


def refund_told(body: Mapping[str, Any], order_id: str, currency: str) -> Told | None:
    """One refund of the order, or None where neither goods nor money went back. Raises: InvalidInput."""
    units: Counter[str] = Counter()
    for line in objects(body.get("refund_line_items"), "refund_line_items"):
        units[line_sku({**inner(line, "line_item"), "id": line.get("line_item_id")})] += _count(line.get("quantity"))
    amount = sum(_paid_back(one, currency) for one in objects(body.get("transactions"), "transactions"))
    fields: dict[str, Any] = {"refund_id": text_id(needed(body, "id"), "id")}
    if at := body.get("processed_at") or body.get("created_at"):
        fields["at"] = at
    if lines := [{"sku": sku, "quantity": count} for sku, count in units.items() if count > 0]:
        return Told(id=order_id, fields=fields | {"lines": lines})
    return Told(id=order_id, fields=fields | {"amount": amount}) if amount else None


def line_sku(line: Mapping[str, Any]) -> str:
    """What a line sells: its sku, else its variant, else its product, else the line itself (an entry by hand)."""
    for name in ("sku", "variant_id", "product_id"):
        if found := tidy(str(line.get(name) or ""), 128):
            return found
    return f"line-{text_id(needed(line, 'id'), 'id')}"


def _count(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _paid_back(transaction: Mapping[str, Any], currency: str) -> int:
    if transaction.get("kind") != "refund" or transaction.get("status") not in _PAID_BACK:
        return 0
    return money(transaction.get("amount"), str(transaction.get("currency") or currency), "transactions.amount") or 0
