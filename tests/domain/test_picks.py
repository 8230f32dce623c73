"""Which products a mail picks: favourites first, the newest first, never what is sold out."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.customers import Customer, Statistics
from chalicelib.domain.picks import Catalogue
from chalicelib.domain.products import Product

FAN = Customer(id="ann", stats=Statistics(categories={"tea": 900, "coffee": 500}))
CATALOGUE = [
    Product(sku="mug", name="Mug", category="ware"),
    Product(sku="kenya", name="Kenya", category="coffee", launched_at=datetime(2026, 1, 1, tzinfo=UTC)),
    Product(sku="peru", name="Peru", category="coffee", launched_at=datetime(2026, 5, 1, tzinfo=UTC), stock=3),
    Product(sku="assam", name="Assam", category="tea"),
    Product(sku="darjeeling", name="Darjeeling", category="tea", launched_at=datetime(2026, 3, 1, tzinfo=UTC)),
    Product(sku="sencha", name="Sencha", category="tea", stock=0),
    Product(sku="card", name="Gift card"),
]


def picked(customer, count, without=()):
    return [product.sku for product in Catalogue(CATALOGUE, without).pick(customer, count)]


def test_favourite_categories_come_first_and_in_each_the_newest():
    assert picked(FAN, 10) == ["darjeeling", "assam", "peru", "kenya", "card", "mug"]


def test_without_favourites_the_newest_come_first():
    assert picked(Customer(id="bo"), 3) == ["peru", "darjeeling", "kenya"]


def test_by_the_new_no_category_comes_first():
    new = Catalogue(CATALOGUE).pick(FAN, 3, by="new")

    assert [product.sku for product in new] == ["peru", "darjeeling", "kenya"]


@pytest.mark.parametrize(("count", "skus"), [(2, ["darjeeling", "assam"]), (0, []), (-1, [])])
def test_no_more_than_asked(count, skus):
    assert picked(FAN, count) == skus


def test_what_the_mail_is_about_is_not_picked_again():
    assert picked(FAN, 2, without={"darjeeling"}) == ["assam", "peru"]


@given(st.permutations(CATALOGUE))
def test_the_same_catalogue_in_any_order_gives_the_same_picks(shuffled):
    assert Catalogue(shuffled).pick(FAN, 4) == Catalogue(CATALOGUE).pick(FAN, 4)
