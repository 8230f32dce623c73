"""The products' store and its stand-in obey one port."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from chalicelib.domain.products import Product
from chalicelib.errors import StaleRevision
from chalicelib.storage.products import ProductsTable
from tests.fakes.products import MemoryProducts
from tests.storage.one_table import client_of, fresh_table

FULL = Product(
    sku="CB-1",
    name="Antigua Volcán",
    category="Coffee beans",
    brand="Crane",
    price=0,
    cost=390,
    compare_at_price=900,
    stock=0,
    image_url="https://i.example.com/1.svg",
    url="https://s.example.com/1",
    launched_at=datetime(2026, 3, 1, 6, tzinfo=UTC),
    attributes={"roast": 3, "organic": False},
    as_of=datetime(2026, 3, 2, 6, tzinfo=UTC),
)


@pytest.fixture(params=["memory", "ministack"])
def store(request):
    if request.param == "memory":
        return MemoryProducts()
    dynamodb = client_of(request.getfixturevalue("emulator"))
    return ProductsTable(dynamodb, fresh_table(dynamodb, "Products"))


def test_what_was_put_comes_back_with_the_next_revision(store):
    bare = store.put(Product(sku="X", name="Bare"))
    full = store.put(FULL)

    assert full == replace(FULL, revision=1)
    assert store.get("CB-1") == full
    assert store.get("none") is None
    assert store.get_many(["CB-1", "X", "none", "X"]) == {"CB-1": full, "X": bare}


def test_a_stale_write_is_refused_and_changes_nothing(store):
    first = store.put(FULL)
    second = store.put(replace(first, price=5, stock=None))

    for stale in (FULL, first):
        with pytest.raises(StaleRevision):
            store.put(replace(stale, name="late"))
    assert store.get("CB-1") == second


def test_many_are_put_and_those_that_changed_in_between_are_told(store):
    old = store.put(FULL)
    store.put(replace(old, name="theirs"))
    fresh = [Product(sku=f"P-{n}", name="P") for n in range(40)]

    assert store.put_many([*fresh, replace(old, name="mine")]) == {"CB-1"}
    assert store.put_many([replace(fresh[0], name="again")]) == {"P-0"}
    assert sorted(product.sku for product in store.all()) == sorted(["CB-1", *(f"P-{n}" for n in range(40))])
    assert store.get("CB-1").name == "theirs"


def test_what_a_product_no_longer_has_is_gone_also_in_bulk(store):
    full = store.put(FULL)
    bare = Product(sku=FULL.sku, name="Bare", revision=full.revision)

    assert store.put_many([bare, Product(sku="new", name="New")]) == set()
    assert store.get(FULL.sku) == replace(bare, revision=2)
    assert store.get("new").revision == 1
