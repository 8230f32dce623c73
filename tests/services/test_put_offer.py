"""Offers are created, changed field by field, stopped for good, and read."""

import pytest

from chalicelib.domain.offers import offer_to_fields
from chalicelib.errors import Conflict, InvalidInput, MalformedRequest, NotFound, StaleRevision
from chalicelib.services.get_offer import get_offer
from chalicelib.services.put_offer import put_offer
from chalicelib.services.stop_offer import stop_offer
from tests.services.voucher_shop import PERCENT, open_shop


@pytest.fixture
def shop():
    return open_shop()


def test_an_offer_is_created_in_the_shops_currency(shop):
    made = put_offer(shop.app, "spring", {"benefit": PERCENT, "limits": {"total": 20}})

    assert get_offer(shop.app, "spring") == made
    assert offer_to_fields(made) == {
        "benefit": {"kind": "percent", "percent": 15},
        "conditions": {},
        "limits": {"total": 20},
        "validity": {},
        "code": {"kind": "unique"},
        "stacking": {"exclusive": False},
        "currency": "GBP",
        "stopped": False,
    }


def test_a_put_merges_what_is_named_and_null_clears(shop):
    shop.offer(limits={"total": 20, "per_customer": 1}, conditions={"min_basket": 500}, stacking={"exclusive": True})

    changed = put_offer(
        shop.app, "spring", {"limits": {"total": 30}, "conditions": {"min_basket": None}, "stacking": None}
    )

    assert (changed.limits.total, changed.limits.per_customer) == (30, 1)
    assert changed.conditions.min_basket is None
    assert changed.exclusive is False
    assert changed.benefit.percent == 15


def test_what_is_one_choice_is_replaced_as_a_whole(shop):
    shop.offer(benefit=PERCENT | {"ceiling": 500}, validity={"ends_at": "2026-12-31"})

    changed = put_offer(shop.app, "spring", {"benefit": PERCENT, "validity": {"days_from_issue": 14}})

    assert changed.benefit.ceiling is None
    assert (changed.validity.ends_at, changed.validity.days_from_issue) == (None, 14)


def test_null_clears_a_group_of_limits(shop):
    shop.offer(limits={"total": 20})

    assert put_offer(shop.app, "spring", {"limits": None}).limits.total is None


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"benefit": {"kind": "percent", "percent": 101}}, InvalidInput),
        ({"limits": {"budget": -5}}, MalformedRequest),
        ({"limits": "20"}, MalformedRequest),
        ({"currency": "EUR"}, InvalidInput),
        ({"nonsense": 1}, InvalidInput),
    ],
)
def test_a_wrong_field_changes_nothing(shop, fields, error):
    shop.offer()
    before = shop.app.catalog.get("offer", "spring")

    with pytest.raises(error):
        put_offer(shop.app, "spring", fields)

    assert shop.app.catalog.get("offer", "spring") == before
    with pytest.raises(error):
        put_offer(shop.app, "new", {"benefit": PERCENT, **fields})
    assert shop.app.catalog.offer("new") is None


def test_an_offer_is_stopped_for_good(shop):
    """E13."""
    shop.offer()

    assert stop_offer(shop.app, "spring").stopped
    assert stop_offer(shop.app, "spring").stopped
    with pytest.raises(Conflict, match="was stopped and stays so"):
        put_offer(shop.app, "spring", {"stopped": False})
    assert put_offer(shop.app, "spring", {"limits": {"total": 1}}).stopped
    assert get_offer(shop.app, "spring").stopped


@pytest.mark.parametrize("use_case", [get_offer, stop_offer])
def test_an_offer_that_is_not_there_is_named(shop, use_case):
    with pytest.raises(NotFound, match="There is no offer 'summer'"):
        use_case(shop.app, "summer")


def test_a_shared_code_is_bound_to_its_offer(shop):
    shop.offer(code={"kind": "shared", "value": "Spring-15"})

    assert shop.vouchers.get("SPRING15").offer == "spring"
    shop.offer(limits={"total": 5})


def test_two_offers_cannot_share_one_code(shop):
    shop.offer(code={"kind": "shared", "value": "Spring-15"})

    with pytest.raises(Conflict, match="Code 'SPRING 15' belongs to another offer"):
        shop.offer("summer", code={"kind": "shared", "value": "SPRING 15"})

    assert shop.app.catalog.offer("summer") is None
    assert shop.vouchers.get("SPRING15").offer == "spring"


def test_a_customers_code_cannot_become_a_shared_one(shop):
    shop.offer()
    voucher = shop.issue()

    with pytest.raises(Conflict):
        shop.offer("summer", code={"kind": "shared", "value": voucher.code})

    assert shop.vouchers.get(voucher.code) == voucher


def test_a_change_that_meets_another_is_made_on_top_of_it(shop, monkeypatch):
    shop.offer(limits={"total": 20})
    put, meanwhile = shop.app.catalog.put, [{"limits": {"budget": 900}}]

    def interrupted(document):
        if meanwhile:
            fields = meanwhile.pop()
            put_offer(shop.app, "spring", fields)
        return put(document)

    monkeypatch.setattr(shop.app.catalog, "put", interrupted)

    changed = put_offer(shop.app, "spring", {"limits": {"total": 30}})

    assert (changed.limits.total, changed.limits.budget) == (30, 900)


def test_a_change_that_is_overtaken_again_and_again_gives_up(shop, monkeypatch):
    shop.offer()

    def stale(document):
        raise StaleRevision("changed meanwhile")

    monkeypatch.setattr(shop.app.catalog, "put", stale)

    with pytest.raises(Conflict, match="being changed by others"):
        put_offer(shop.app, "spring", {"limits": {"total": 30}})
