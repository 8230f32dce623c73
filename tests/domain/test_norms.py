"""Norms come back as they were written; classes follow from them and the customer alone."""

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain.customers import Classes, Customer, Statistics
from chalicelib.domain.derive import Basis, derive
from chalicelib.domain.history import NO_HISTORY
from chalicelib.domain.months import Months
from chalicelib.domain.norms import classes, norms_from_fields, norms_of, norms_to_fields
from chalicelib.domain.segments import compile_rules
from chalicelib.domain.spread import Spread
from chalicelib.domain.thresholds import Thresholds

AT = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)  # July by the clocks of London
LONDON = ZoneInfo("Europe/London")
JUNE = 2026 * 12 + 5


def buyer(number: int) -> Customer:
    return Customer(
        id=f"c{number}",
        stats=Statistics(
            orders=number,
            receipts=number,
            spent=number * 100,
            last_order_at=AT - timedelta(days=50 - number),
            months=Months(last=JUNE, span=3, spent=(number, None, number)),
        ),
    )


@pytest.fixture
def norms():
    spread = Spread()
    for number in range(1, 6):
        spread.add(buyer(number))
    return norms_of(spread, AT, LONDON, Thresholds(a=50, b=90))


def test_they_come_back_as_they_were_written(norms):
    assert norms_from_fields(json.loads(json.dumps(norms_to_fields(norms)))) == norms
    assert (norms.month, norms.buyers, list(norms.limits)) == (JUNE, 5, [400, 200])


def test_a_customer_gets_the_classes(norms):
    assert classes(buyer(5), norms) == Classes(rfm="555", abc="A", xyz="Y", opportunity="medium")
    assert classes(buyer(1), norms) == Classes(rfm="111", abc="C", xyz="Y", opportunity="high")
    assert classes(Customer(id="bob"), norms) == Classes()


def test_an_empty_shop_gives_nobody_a_class():
    """F12."""
    empty = norms_of(Spread(), AT, LONDON, Thresholds())

    assert classes(Customer(id="bob"), empty) == Classes()
    assert classes(buyer(1), empty) == Classes(xyz="Y", opportunity="high")
    assert norms_from_fields(json.loads(json.dumps(norms_to_fields(empty)))) == empty


def test_rules_see_the_classes_of_the_same_derivation(norms):
    rules = compile_rules(
        {"best": {"all": [{"field": "abc", "op": "=", "value": "A"}, {"field": "rfm.money", "op": ">=", "value": 5}]}}
    )
    basis = Basis(rules=rules, norms=norms)

    assert derive(buyer(5), basis, AT, NO_HISTORY).segments == ("best",)
    assert derive(derive(buyer(5), basis, AT, NO_HISTORY), basis, AT, NO_HISTORY) == derive(
        buyer(5), basis, AT, NO_HISTORY
    )
    assert derive(buyer(1), basis, AT, NO_HISTORY).segments == ()
    assert derive(derive(buyer(5), basis, AT, NO_HISTORY), Basis(rules=rules), AT, NO_HISTORY).classes == Classes()
