import re
from collections import Counter
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from chalicelib.local.sample.catalogue import CATEGORIES
from chalicelib.local.sample_shop import write_sample_shop
from tests.local.sample.reading import TODAY, Read, read, rows

MIDNIGHT = datetime.combine(TODAY, time(0), UTC)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Read:
    """The shop of 600."""
    return read(write_sample_shop(tmp_path_factory.mktemp("sample"), today=TODAY))


def test_sixty_products_in_six_categories_and_several_brands(sample: Read) -> None:
    categories = Counter(product["category"] for product in sample.products)

    assert categories == dict.fromkeys(CATEGORIES, 10)
    assert len({product["sku"] for product in sample.products}) == 60
    assert len({product["name"] for product in sample.products}) == 60
    assert len({product["brand"] for product in sample.products}) >= 6


def test_prices_are_pounds_with_two_decimals_and_leave_a_margin(sample: Read) -> None:
    for product in sample.products:
        assert re.fullmatch(r"\d+\.\d\d", product["price"])
        assert re.fullmatch(r"\d+\.\d\d", product["cost"])
        assert Decimal("0.25") <= Decimal(product["cost"]) / Decimal(product["price"]) <= Decimal("0.6")
        assert product["currency"] == "GBP"
        assert int(product["stock"]) >= 0


def test_three_products_in_three_categories_are_new_and_one_starts_today_at_six(sample: Read) -> None:
    launched = {p["sku"]: datetime.fromisoformat(p["launched_at"]) for p in sample.products}
    new = {sku: at for sku, at in launched.items() if at > MIDNIGHT - timedelta(days=7)}
    category = {product["sku"]: product["category"] for product in sample.products}

    assert new == {
        "CB-110": datetime(2026, 3, 2, 6, tzinfo=UTC),
        "BT-310": datetime(2026, 3, 1, 6, tzinfo=UTC),
        "GT-410": datetime(2026, 2, 27, 6, tzinfo=UTC),
    }
    assert len({category[sku] for sku in new}) == 3
    ages = [(MIDNIGHT - at).days for sku, at in launched.items() if sku not in new]
    assert min(ages) >= 29
    assert max(ages) <= 3 * 365


def test_pictures_and_pages_are_at_reserved_domains_unless_another_base_is_given(sample: Read, tmp_path: Path) -> None:
    assert sample.products[0]["image_url"] == "https://images.example.com/products/CB-101.svg"
    assert sample.products[0]["url"] == "https://shop.example.com/products/cb-101"

    local = write_sample_shop(tmp_path, today=TODAY, customers=5, image_base="http://127.0.0.1:8000/local/images")

    assert rows(local.products_csv)[59]["image_url"] == "http://127.0.0.1:8000/local/images/BG-610.svg"
