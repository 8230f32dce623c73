"""`habitue segment`."""

import json

from chalicelib.services.place_order import place_order
from chalicelib.services.put_customer import put_customer
from chalicelib.services.put_segment import put_segment
from chalicelib.services.refresh_statistics import refresh_statistics

RULE = {"all": [{"field": "stats.orders", "op": ">=", "value": 1}, {"field": "country", "op": "=", "value": "GB"}]}


def fill(app):
    for name, country in (("ann", "GB"), ("bob", "DE")):
        put_customer(app, name, {"country": country})
        lines = [{"sku": "tea", "quantity": 1, "unit_price": 500}]
        place_order(
            app, {"order_id": name, "customer_id": name, "placed_at": "2026-11-01T10:00:00+00:00", "lines": lines}
        )
        refresh_statistics(app, name)
    put_segment(app, "british", RULE)


def test_a_segment_is_shown_as_its_rule(habitue):
    fill(habitue.server.app)

    assert json.loads(habitue("segment", "show", "british").out) == RULE
    assert json.loads(habitue("segment", "show", "british", "--json").out) == {"name": "british", "rule": RULE}


def test_members_are_counted(habitue):
    fill(habitue.server.app)

    assert habitue("segment", "count", "british").out == "1\n"
    assert json.loads(habitue("segment", "count", "british", "--json").out) == {"count": 1}


def test_it_is_explained_line_by_line_why_somebody_is_in_or_out(habitue):
    fill(habitue.server.app)

    ran = habitue("segment", "explain", "british", "bob")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        "not a member",
        "  yes  the number of orders is at least 1  (found: 1)",
        "  no   the country is GB  (found: DE)",
    ]
    assert json.loads(habitue("segment", "explain", "british", "ann", "--json").out)["member"] is True


def test_an_unknown_segment_or_customer_is_refused_by_its_name(habitue):
    fill(habitue.server.app)

    ran = habitue("segment", "count", "scottish")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "habitue: There is no segment 'scottish'. Check the spelling, or create it first.\n"
    ran = habitue("segment", "explain", "british", "eve")
    assert (ran.code, ran.out) == (1, "")
    assert "'eve'" in ran.err
