import hashlib
from datetime import date
from pathlib import Path

import pytest

from chalicelib.local.sample_shop import write_sample_shop
from tests.local.sample.reading import TODAY, Read, read, rows


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Read:
    """The shop of 600."""
    return read(write_sample_shop(tmp_path_factory.mktemp("sample"), today=TODAY))


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def test_the_columns_are_the_field_names_of_the_api(sample: Read) -> None:
    assert list(sample.customers[0]) == [
        *("id", "email", "first_name", "last_name", "locale", "time_zone", "country", "region", "birthday"),
        *("joined_on", "consent.status", "consent.basis", "consent.at", "consent.source", "consent.text"),
        "consent.tracking",
    ]
    assert list(sample.products[0]) == [
        *("sku", "name", "category", "brand", "price", "cost", "currency", "stock", "image_url", "url"),
        "launched_at",
    ]
    assert list(sample.lines[0]) == [
        *("order_id", "customer_id", "placed_at", "sku", "quantity", "unit_price", "currency"),
    ]


def test_the_answer_counts_what_was_written(sample: Read) -> None:
    shop = sample.shop

    assert (shop.customers, shop.products) == (600, 60)
    assert [shop.customers, shop.products, shop.order_lines] == [
        len(sample.customers),
        len(sample.products),
        len(sample.lines),
    ]
    assert shop.orders == len({line["order_id"] for line in sample.lines})
    assert 6000 <= shop.orders <= 9000


def test_the_same_day_and_number_give_the_same_bytes(sample: Read, tmp_path: Path) -> None:
    again = write_sample_shop(tmp_path, today=TODAY)

    assert again.customers_csv.read_bytes() == sample.shop.customers_csv.read_bytes()
    assert again.products_csv.read_bytes() == sample.shop.products_csv.read_bytes()
    assert again.orders_csv.read_bytes() == sample.shop.orders_csv.read_bytes()


def test_every_machine_and_python_version_writes_these_bytes(tmp_path: Path) -> None:
    """A change of the generator changes these three; a change of Python or of the machine must not."""
    shop = write_sample_shop(tmp_path, today=date(2025, 6, 15), customers=60)

    assert (digest(shop.customers_csv), digest(shop.products_csv), digest(shop.orders_csv)) == (
        "eb4a3b54d8753c8e",
        "05995170b05abb8f",
        "24ad13b373fc7bda",
    )


def test_writing_again_replaces_the_files_and_makes_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    write_sample_shop(folder, today=TODAY, customers=50)

    shop = write_sample_shop(folder, today=TODAY, customers=20)

    assert len(rows(shop.customers_csv)) == 20
    assert sorted(path.name for path in folder.iterdir()) == ["customers.csv", "orders.csv", "products.csv"]


@pytest.mark.parametrize("customers", [0, -1])
def test_a_shop_without_customers_is_refused_and_nothing_is_written(tmp_path: Path, customers: int) -> None:
    with pytest.raises(ValueError, match=f"customers must be 1 or more, got {customers}"):
        write_sample_shop(tmp_path / "none", today=TODAY, customers=customers)

    assert not (tmp_path / "none").exists()


def test_two_thousand_customers_order_in_proportion(sample: Read, tmp_path: Path) -> None:
    shop = write_sample_shop(tmp_path, today=TODAY, customers=2000)

    assert shop.orders / 2000 == pytest.approx(sample.shop.orders / 600, rel=0.15)


@pytest.mark.parametrize("customers", [1, 2, 20])
def test_a_very_small_shop_works_too(tmp_path: Path, customers: int) -> None:
    found = read(write_sample_shop(tmp_path, today=TODAY, customers=customers))

    assert len(found.customers) == customers
    assert len(found.products) == 60
    assert set(found.order_times()) <= {customer["id"] for customer in found.customers}
