"""Segments as the API has them: saved, counted, listed, explained."""

import pytest

from chalicelib.domain.customers import Customer, Statistics
from chalicelib.errors import InvalidInput, NotFound
from chalicelib.services import segment_members as members_module
from chalicelib.services.count_segment import count_segment
from chalicelib.services.explain_segment import explain_segment
from chalicelib.services.get_segment import get_segment
from chalicelib.services.load_basis import load_basis
from chalicelib.services.put_segment import put_segment
from chalicelib.services.segment_members import segment_members
from tests.fakes import make_app
from tests.fakes.customers import MemoryCustomers

RICH = {"field": "stats.spent", "op": ">", "value": 500}


@pytest.fixture
def app():
    customers = [Customer(id=f"c-{n}", stats=Statistics(orders=1, spent=n * 100)) for n in range(10)]
    return make_app(customers=MemoryCustomers(*customers))


def test_a_saved_segment_is_read_counted_and_listed(app):
    segment = put_segment(app, "rich", RICH)

    assert get_segment(app, "rich") == segment
    assert count_segment(app, "rich") == 4
    assert segment_members(app, "rich", 10, None) == (["c-6", "c-7", "c-8", "c-9"], None)


@pytest.mark.parametrize("limit", [1, 2, 3, 4])
def test_members_are_listed_page_by_page_each_once(app, limit, monkeypatch):
    monkeypatch.setattr(members_module, "PAGE", 3)
    put_segment(app, "rich", RICH)
    found, cursor = [], None

    while True:
        page, cursor = segment_members(app, "rich", limit, cursor)
        assert len(page) <= limit
        found += page
        if cursor is None:
            break

    assert found == ["c-6", "c-7", "c-8", "c-9"]


def test_the_rule_is_asked_now_not_the_names_kept_with_the_customers(app):
    put_segment(app, "rich", RICH)
    assert app.customers.get("c-9").segments == ()

    put_segment(app, "rich", {**RICH, "value": 800})

    assert count_segment(app, "rich") == 1


def test_membership_is_explained(app):
    put_segment(app, "rich", {"all": [RICH, {"field": "country", "op": "=", "value": "GB"}]})

    assert explain_segment(app, "rich", "c-9") == {
        "member": False,
        "because": [
            {"condition": "the money spent (minor units) is above 500", "holds": True, "found": 900},
            {"condition": "the country is GB", "holds": False, "found": None},
        ],
    }


def test_unknown_names_are_told(app):
    for ask in (get_segment, count_segment):
        with pytest.raises(NotFound, match="There is no segment 'none'"):
            ask(app, "none")
    with pytest.raises(NotFound, match="There is no segment 'none'"):
        segment_members(app, "none", 1, None)
    with pytest.raises(NotFound, match="There is no customer 'nobody'"):
        explain_segment(app, "regulars", "nobody")


@pytest.mark.parametrize(
    ("name", "rule", "message"),
    [
        ("Rich People", RICH, "The name of a segment must be a name of a-z"),
        ("rich", {"field": "colour", "op": "=", "value": 1}, "rule.field unknown field 'colour'"),
        ("rich", {"field": "segment", "op": "=", "value": "none"}, "there is no segment 'none'"),
        ("rich", {"field": "segment", "op": "=", "value": "rich"}, "segment 'rich' comes back to itself: rich -> rich"),
        ("regulars", {"field": "segment", "op": "=", "value": "names-regulars"}, "comes back to itself"),
    ],
)
def test_a_wrong_segment_is_refused_and_changes_nothing(app, name, rule, message):
    put_segment(app, "names-regulars", {"field": "segment", "op": "=", "value": "regulars"})
    before = dict(app.catalog.items)

    with pytest.raises(InvalidInput, match=message):
        put_segment(app, name, rule)
    assert app.catalog.items == before


def test_all_saved_rules_are_loaded_ready_to_ask(app):
    put_segment(app, "rich", RICH)
    put_segment(app, "not-rich", {"field": "segment", "op": "!=", "value": "rich"})

    rules = load_basis(app).rules

    assert sorted(rules) == ["lapsing", "not-rich", "regulars", "rich"]
    assert rules["not-rich"].holds(app.customers.get("c-1"), app.clock.now())
