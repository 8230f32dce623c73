"""Reads the sample shop's files back, for the tests."""

import csv
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from chalicelib.local.sample_shop import SampleShop

TODAY = date(2026, 3, 2)  # an ordinary Monday


@dataclass(frozen=True)
class Read:
    """The three files, read back."""

    shop: SampleShop
    customers: list[dict[str, str]]
    products: list[dict[str, str]]
    lines: list[dict[str, str]]

    def order_times(self) -> dict[str, list[datetime]]:
        """Each buyer's order times, oldest first."""
        times: dict[str, dict[str, datetime]] = defaultdict(dict)
        for line in self.lines:
            times[line["customer_id"]][line["order_id"]] = datetime.fromisoformat(line["placed_at"])
        return {customer: sorted(found.values()) for customer, found in times.items()}

    def spent(self) -> dict[str, Counter[str]]:
        """Pence by customer and category."""
        category = {product["sku"]: product["category"] for product in self.products}
        spent: dict[str, Counter[str]] = defaultdict(Counter)
        for line in self.lines:
            pence = int(Decimal(line["unit_price"]) * 100) * int(line["quantity"])
            spent[line["customer_id"]][category[line["sku"]]] += pence
        return spent


def rows(path: Path) -> list[dict[str, str]]:
    """One file, a dict for each row."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read(shop: SampleShop) -> Read:
    """All three files."""
    return Read(shop, rows(shop.customers_csv), rows(shop.products_csv), rows(shop.orders_csv))


def age(birthday: date, today: date) -> int:
    """Whole years on that day."""
    return today.year - birthday.year - ((today.month, today.day) < (birthday.month, birthday.day))
