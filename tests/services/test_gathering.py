"""Adding up all customers, stretch by stretch: who died is gone on from, and no file names a person."""

import json

import pytest

from chalicelib.services import refresh_part
from chalicelib.services.start_measuring import start_measuring
from tests.services.measuring import LONG_AGO, measured, open_shop_with_buyers, work, work_off_scans


@pytest.fixture
def app(monkeypatch):
    monkeypatch.setattr(refresh_part, "AT_ONCE", 1)
    app = open_shop_with_buyers()
    start_measuring(app)
    return app


def test_no_file_holds_an_id_of_a_customer(app):
    """C9."""
    work_off_scans(app, LONG_AGO)

    kept = {key: content.decode() for key, content in app.files.objects.items() if key.startswith("measures/")}
    assert len(kept) > 12
    for key, content in kept.items():
        assert not [id_ for id_ in app.customers.items if f"/{id_}." in key or f'"{id_}"' in content]


def test_whoever_died_before_handing_over_is_gone_on_from_at_the_same_place(app):
    """A2: the file of the stretch is there, the message with the rest never went out."""
    first, *others = app.queue.take("scan")
    work(app, first, LONG_AGO)
    [rest] = app.queue.take("scan")

    work(app, first, LONG_AGO)

    assert app.queue.take("scan") == [rest]
    app.queue.send("scan", [rest, *others])
    work_off_scans(app)
    assert measured(app).buyers == 12


def test_a_place_that_was_erased_since_ends_the_run_not_the_next_one(app):
    first, *_ = app.queue.take("scan")
    work(app, first, LONG_AGO)
    [rest] = app.queue.take("scan")
    del app.customers.items[rest["cursor"]]

    work(app, first, LONG_AGO)

    assert app.queue.take("scan") == []


def test_a_file_says_what_was_found_and_where_it_goes_on(app):
    first, *_ = app.queue.take("scan")
    work(app, first, LONG_AGO)

    [(key, content)] = [(k, c) for k, c in app.files.objects.items() if k.startswith("measures/")]
    assert key == f"measures/{first['run']}/0/start.json"
    told = json.loads(content)
    assert told["found"]["buyers"] == 1
    assert told["next"] == app.keyed.place(first["run"], "c01")
