"""Products, one and many, and the segment of fans that a new category brings."""

from typing import Any

import pytest

from chalicelib.errors import InvalidInput, NotFound
from chalicelib.services.get_product import get_product
from chalicelib.services.get_segment import get_segment
from chalicelib.services.put_product import put_product
from chalicelib.services.put_products import put_products
from chalicelib.services.put_segment import put_segment
from tests.fakes import make_app
from tests.fakes.products import MemoryProducts

BEANS = {"name": "House Blend", "category": "Coffee beans", "price": 850}


@pytest.fixture
def app():
    return make_app()


def segments(app):
    return [document.name for document in app.catalog.list("segment")]


def test_a_product_is_put_and_read(app):
    product = put_product(app, "CB-1", BEANS)

    assert get_product(app, "CB-1") == product
    assert (product.name, product.price, product.revision) == ("House Blend", 850, 1)
    with pytest.raises(NotFound, match="There is no product 'CB-2'"):
        get_product(app, "CB-2")


def test_a_new_category_brings_its_segment_of_fans_once(app):
    put_product(app, "CB-1", BEANS)
    writes = app.catalog.writes
    put_product(app, "CB-2", {**BEANS, "name": "Other"})

    assert segments(app) == ["fans-of-coffee-beans", "lapsing", "regulars"]
    assert app.catalog.writes == writes


def test_two_categories_of_one_name_share_the_segment(app):
    put_product(app, "A", {**BEANS, "category": "Tea gear"})
    put_product(app, "B", {**BEANS, "category": "tea-gear"})
    put_product(app, "C", {**BEANS, "category": "Tea gear"})

    rule = get_segment(app, "fans-of-tea-gear").rule

    assert rule["any"][0]["all"][0] == {"field": "stats.top_categories", "op": "in", "value": ["Tea gear", "tea-gear"]}


def test_a_segment_that_the_shop_made_its_own_stays(app):
    put_product(app, "A", {**BEANS, "category": "Tea gear"})
    own = {"field": "points", "op": ">", "value": 1}
    put_segment(app, "fans-of-tea-gear", own)

    put_product(app, "B", {**BEANS, "category": "tea-gear"})

    assert get_segment(app, "fans-of-tea-gear").rule == own


def test_a_wrong_product_changes_nothing(app):
    with pytest.raises(InvalidInput, match="price must be 0 or more"):
        put_product(app, "CB-1", {**BEANS, "price": -1})
    assert app.products.items == {}
    assert segments(app) == ["lapsing", "regulars"]


def test_many_get_each_its_outcome_in_order(app):
    put_product(app, "known", BEANS)

    outcomes = put_products(
        app,
        [
            ("known", BEANS),
            ("new", {"name": "Tin", "category": "Tea"}),
            ("new", {"price": 400}),
            ("bad", {"price": 400}),
            ("known", {"price": 900}),
        ],
    )

    assert [one for one in outcomes if isinstance(one, str)] == ["unchanged", "created", "updated", "updated"]
    assert isinstance(outcomes[3], InvalidInput)
    assert app.products.get("new").price == 400
    assert app.products.get("new").revision == 1
    assert "fans-of-tea" in segments(app)


def test_a_dry_run_writes_nothing(app):
    assert put_products(app, [("new", BEANS)], dry_run=True) == ["created"]
    assert app.products.items == {}
    assert segments(app) == ["lapsing", "regulars"]


class Raced(MemoryProducts):
    """Somebody else writes "A" just before the bulk is written."""

    def put_many(self, products):
        super().put_many([product for product in products if product.sku == "A"])
        return super().put_many(products)


def test_what_was_written_in_between_is_put_again():
    app: Any = make_app(products=Raced())

    assert put_products(app, [("A", BEANS), ("A", {"stock": 3}), ("B", BEANS)]) == ["created", "updated", "created"]
    assert app.products.get("A").stock == 3
