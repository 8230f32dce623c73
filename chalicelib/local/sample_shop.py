"""The sample shop "Kettle & Crane": writes its customers, products and orders as the files that an import takes.

Made up from a fixed seed: the same day and number of customers give the same bytes on every machine.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from chalicelib.local.sample.catalogue import SampleProduct, sample_products
from chalicelib.local.sample.chance import Chance
from chalicelib.local.sample.consent import SampleConsent
from chalicelib.local.sample.orders import SampleOrder, sample_orders
from chalicelib.local.sample.people import Person, sample_people

SEED = 20_240_229
CURRENCY = "GBP"
IMAGE_BASE = "https://images.example.com/products"
CONSENT_COLUMNS = tuple(f"consent.{name}" for name in ("status", "basis", "at", "source", "text", "tracking"))
CUSTOMER_COLUMNS = (
    *("id", "email", "first_name", "last_name", "locale", "time_zone", "country", "region", "birthday", "joined_on"),
    *CONSENT_COLUMNS,
)
PRODUCT_COLUMNS = (
    *("sku", "name", "category", "brand", "price", "cost", "currency", "stock"),
    *("image_url", "url", "launched_at"),
)
ORDER_COLUMNS = ("order_id", "customer_id", "placed_at", "sku", "quantity", "unit_price", "currency")


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleShop:
    """Where the three files are, and how much is in them."""

    customers_csv: Path
    products_csv: Path
    orders_csv: Path
    customers: int
    products: int
    orders: int
    order_lines: int  # rows of the orders file


def write_sample_shop(folder: Path, *, today: date, customers: int = 600, image_base: str = IMAGE_BASE) -> SampleShop:
    """Write `customers.csv`, `products.csv` and `orders.csv` into the folder, made if absent; old ones are replaced.

    Args:
        folder: where to write.
        today: the day on which birthdays, joining days and launches fall; the orders end the day before.
        customers: how many; orders grow with them, about 11 each.
        image_base: what a product's `image_url` begins with; `/<sku>.svg` follows. No slash at the end.

    Raises:
        ValueError: `customers` is below 1.
    """
    if customers < 1:
        raise ValueError(f"customers must be 1 or more, got {customers}")
    # A stream of chance for each file: another number of customers leaves the products as they are.
    products = sample_products(Chance(SEED), today=today)
    people = sample_people(Chance(SEED + 1), today=today, count=customers)
    orders = sample_orders(Chance(SEED + 2), people, products, today=today)
    folder.mkdir(parents=True, exist_ok=True)
    return SampleShop(
        customers_csv=_write(folder / "customers.csv", CUSTOMER_COLUMNS, map(_customer_row, people)),
        products_csv=_write(folder / "products.csv", PRODUCT_COLUMNS, (_product_row(p, image_base) for p in products)),
        orders_csv=_write(folder / "orders.csv", ORDER_COLUMNS, _order_rows(orders)),
        customers=len(people),
        products=len(products),
        orders=len(orders),
        order_lines=sum(len(order.lines) for order in orders),
    )


def _write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
    return path


def _customer_row(person: Person) -> Sequence[str]:
    return (
        *(person.id, person.email, person.first_name, person.last_name, person.locale, person.home.zone),
        *(person.home.country, person.region),
        person.birthday.isoformat() if person.birthday else "",
        person.joined_on.isoformat(),
        *_consent_cells(person.consent),
    )


def _consent_cells(consent: SampleConsent | None) -> Sequence[str]:
    if consent is None:
        return ("",) * len(CONSENT_COLUMNS)
    return (consent.status, consent.basis, _utc(consent.at), consent.source, consent.text, consent.tracking)


def _product_row(product: SampleProduct, image_base: str) -> Sequence[str]:
    return (
        *(product.sku, product.name, product.category, product.brand),
        *(_major(product.price), _major(product.cost), CURRENCY, str(product.stock)),
        *(f"{image_base}/{product.sku}.svg", product.url, _utc(product.launched_at)),
    )


def _order_rows(orders: Iterable[SampleOrder]) -> Iterator[Sequence[str]]:
    for order in orders:
        placed_at = _utc(order.placed_at)
        for line in order.lines:
            price = _major(line.unit_price)
            yield (order.order_id, order.customer_id, placed_at, line.sku, str(line.quantity), price, CURRENCY)


def _utc(at: datetime) -> str:
    """RFC 3339 to the second, from an aware UTC time."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _major(pence: int) -> str:
    """Pounds with two decimals."""
    return f"{pence // 100}.{pence % 100:02d}"
