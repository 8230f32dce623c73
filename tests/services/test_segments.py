"""Segments as the API has them: saved, counted, listed, explained."""

import csv
import io
from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib.domain.customers import Customer, Statistics
from chalicelib.errors import InvalidInput, NotFound
from chalicelib.services import segment_members as members_module
from chalicelib.services.count_segment import count_segment
from chalicelib.services.explain_segment import explain_segment
from chalicelib.services.export_segment import COLUMNS, export_segment
from chalicelib.services.get_segment import get_segment
from chalicelib.services.load_basis import load_basis
from chalicelib.services.put_segment import put_segment
from chalicelib.services.segment_members import segment_members
from chalicelib.services.segment_overlap import segment_overlap
from chalicelib.services.segment_sizes import KEPT, keep_size, segment_sizes
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


def test_members_are_exported_page_by_page_and_no_cell_is_a_formula(app):
    """D14."""
    put_segment(app, "rich", RICH)
    app.customers.put(replace(app.customers.get("c-9"), first_name="=1+1", country="GB"))
    pages, cursor = [], None

    while True:
        page, cursor = export_segment(app, "rich", 3, cursor)
        pages.append(page)
        if cursor is None:
            break

    header, *lines = csv.reader(io.StringIO("".join(pages), newline=""))
    assert header == list(COLUMNS)
    assert [line[0] for line in lines] == ["c-6", "c-7", "c-8", "c-9"]
    ninth = dict(zip(header, lines[-1], strict=True))
    assert (ninth["first_name"], ninth["country"], ninth["spent"], ninth["email"]) == ("'=1+1", "GB", "900", "")
    with pytest.raises(NotFound):
        export_segment(app, "none", 3, None)


def test_the_overlap_of_segments_is_counted_in_one_walk(app):
    put_segment(app, "rich", RICH)
    put_segment(app, "middle", {"all": [{**RICH, "value": 300}, {**RICH, "op": "<", "value": 800}]})
    put_segment(app, "nobody", {**RICH, "value": 9000})

    assert segment_overlap(app, ["rich", "middle"]) == {"counts": {"rich": 4, "middle": 4}, "all": 2, "any": 6}
    assert segment_overlap(app, ["rich", "middle", "nobody"])["all"] == 0
    assert segment_overlap(make_app(), ["regulars", "lapsing"]) == {
        "counts": {"regulars": 0, "lapsing": 0},
        "all": 0,
        "any": 0,
    }  # F12


@pytest.mark.parametrize("names", [["rich"], ["rich", "rich"], [f"s{n}" for n in range(11)]])
def test_an_overlap_of_too_few_or_too_many_is_refused(app, names):
    with pytest.raises(InvalidInput, match="must name 2 to 10 different segments"):
        segment_overlap(app, names)


def test_an_overlap_with_an_unknown_segment_is_told(app):
    with pytest.raises(NotFound, match="There is no segment 'none'"):
        segment_overlap(app, ["regulars", "none"])


def test_sizes_are_kept_by_day_the_last_count_of_a_day_counts_and_the_oldest_go(app):
    put_segment(app, "rich", RICH)
    assert segment_sizes(app, "rich") == []
    first = date(2026, 1, 1)

    for day in range(KEPT + 5):
        keep_size(app, "rich", first + timedelta(days=day), day)
    keep_size(app, "rich", first + timedelta(days=KEPT + 4), 7)

    sizes = segment_sizes(app, "rich")
    assert len(sizes) == KEPT
    assert (sizes[0], sizes[-1]) == ({"day": "2026-01-06", "count": 5}, {"day": "2027-02-09", "count": 7})
    with pytest.raises(NotFound):
        segment_sizes(app, "none")


def test_rules_take_people_whose_zone_or_birthday_is_not_known(app):
    """B3, B6: nobody is left out for want of a zone, and a date that was refused satisfies no rule but its absence."""
    put_segment(app, "born", {"field": "birthday", "op": "within_days", "value": 366})
    put_segment(app, "unborn", {"field": "birthday", "op": "exists", "value": False})
    put_segment(app, "zoneless", {"field": "time_zone", "op": "exists", "value": False})

    assert (count_segment(app, "born"), count_segment(app, "unborn"), count_segment(app, "zoneless")) == (0, 10, 10)
