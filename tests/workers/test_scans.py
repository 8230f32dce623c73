"""The scan queue: a part is worked off until its time runs short, what is left goes on in a new message."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from chalicelib.services import refresh_part as refresh_module
from chalicelib.services.put_customer import put_customer
from chalicelib.services.put_segment import put_segment
from chalicelib.services.scan_runs import PARTS
from chalicelib.services.start_refresh import start_refresh
from chalicelib.workers import scans as worker
from chalicelib.workers.scans import scan_part

RULE = {"field": "first_name", "op": "exists"}


@pytest.fixture
def named(app):
    """The three customers, and a rule that they fit; the messages of the rebuild wait in the queue."""
    put_segment(app, "named", RULE)
    return app.queue.take("scan")


def segments(app):
    return {id_: customer.segments for id_, customer in sorted(app.customers.items.items())}


def test_a_saved_rule_reaches_every_customer_part_by_part(app, named, sqs):
    assert [(body["job"], body["part"], body["parts"]) for body in named] == [
        ("refresh", part, PARTS) for part in range(PARTS)
    ]

    assert scan_part(sqs(*named)) == {"batchItemFailures": []}

    assert segments(app) == dict.fromkeys(("ann", "bob", "cy"), ("named",))
    assert app.queue.take("scan") == []


def test_the_same_messages_again_write_nothing(app, named, sqs):
    """A1."""
    scan_part(sqs(*named))
    before = app.customers.writes

    scan_part(sqs(*named))

    assert app.customers.writes == before


def test_work_that_runs_out_of_time_goes_on_where_it_stopped(app, named, sqs, monkeypatch):
    """A6, A17."""
    for name in ("dan", "eve", "fay", "gus", "hal"):
        put_customer(app, name, {"first_name": name, "country": "GB"})
    put_segment(app, "british", {"field": "country", "op": "=", "value": "GB"})
    monkeypatch.setattr(refresh_module, "AT_ONCE", 1)
    monkeypatch.setattr(worker, "BUDGET", timedelta(0))
    [first, *others] = app.queue.take("scan")

    scan_part(sqs(first))
    assert [body["cursor"] for body in app.queue.take("scan")] == ["ann"]
    assert segments(app)["ann"] == ("named",)

    waiting, rounds = [first, *others], 0
    while waiting:
        scan_part(sqs(*waiting))
        waiting, rounds = app.queue.take("scan"), rounds + 1
    assert rounds == 3  # of eight customers, four parts have two each, then find the end
    assert set(segments(app).values()) == {("named",), ("british", "named")}


def test_messages_of_an_older_rule_are_void(app, named, sqs):
    put_segment(app, "named", {"field": "first_name", "op": "=", "value": "ann"})

    assert scan_part(sqs(*named)) == {"batchItemFailures": []}
    assert set(segments(app).values()) == {()}

    scan_part(sqs(*app.queue.take("scan")))
    assert segments(app) == {"ann": ("named",), "bob": (), "cy": ()}


def test_a_poison_record_does_not_keep_the_others_from_their_turn(app, named, sqs):
    """A7."""
    unknown = {**named[0], "job": "dance"}

    answer = scan_part(sqs("{", {"v": 1}, {**named[0], "v": 9}, unknown, *named))

    assert answer == {"batchItemFailures": [{"itemIdentifier": f"m-{n}"} for n in range(4)]}
    assert segments(app)["ann"] == ("named",)


def test_a_rule_saved_again_as_it_is_starts_nothing(app, named):
    put_segment(app, "named", RULE)

    assert app.queue.take("scan") == []
    assert start_refresh(app) is False


def test_the_budget_ends_well_before_the_function(app):
    functions = json.loads((Path(__file__).parents[2] / ".chalice" / "config.json").read_text())["lambda_functions"]

    assert worker.BUDGET.total_seconds() <= functions["scan_part"]["lambda_timeout"] - 60
