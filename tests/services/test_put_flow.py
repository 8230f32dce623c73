"""Flows: put, listed, switched on and off, reported; the offer that a flow carries goes with it."""

from dataclasses import replace
from datetime import date

import pytest

from chalicelib.errors import HabitueError, InvalidInput, NotFound, StaleRevision
from chalicelib.ports import Document
from chalicelib.services.disable_flow import disable_flow
from chalicelib.services.enable_flow import enable_flow
from chalicelib.services.flow_report import flow_report
from chalicelib.services.list_flows import list_flows
from chalicelib.services.load_flow import load_flow, require_flow, store_flow
from chalicelib.services.put_flow import put_flow
from chalicelib.services.run_tick import run_tick
from tests.services.sending import open_shop

BIRTHDAY = {"trigger": {"date": "birthday"}, "template": "spring"}
OFFER = {"benefit": {"kind": "percent", "percent": 15}}


@pytest.fixture
def shop():
    return open_shop()


def test_a_flow_is_stored_as_it_was_put_and_is_off(shop):
    flow = put_flow(shop.app, "birthday", {**BIRTHDAY, "offer": OFFER, "local_time": "10:00"})

    assert load_flow(shop.app, "birthday") == (flow, 1)
    assert (flow.enabled, flow.offer_name) == (False, "birthday")
    assert shop.app.catalog.offer("birthday").benefit.percent == 15


def test_putting_it_anew_keeps_whether_it_is_on_and_how_far_it_has_planned(shop):
    put_flow(shop.app, "birthday", BIRTHDAY)
    enabled = replace(enable_flow(shop.app, "birthday"), planned_through=date(2026, 11, 23))
    store_flow(shop.app, enabled, 2)

    changed = put_flow(shop.app, "birthday", {**BIRTHDAY, "topic": "news"})

    assert (changed.enabled, changed.planned_through, changed.topic) == (True, date(2026, 11, 23), "news")
    assert load_flow(shop.app, "birthday") == (changed, 4)


@pytest.mark.parametrize(
    "fields",
    [{**BIRTHDAY, "colour": 1}, {**BIRTHDAY, "offer": {"benefit": {"kind": "percent", "percent": 150}}}, {}],
)
def test_a_wrong_flow_changes_nothing(shop, fields):
    with pytest.raises(HabitueError):
        put_flow(shop.app, "birthday", fields)

    assert (shop.app.catalog.list("flow"), shop.app.catalog.list("offer")) == ([], [])


def test_a_flow_that_changed_meanwhile_is_not_overwritten(shop):
    """Invariant 10."""
    flow = put_flow(shop.app, "birthday", BIRTHDAY)

    with pytest.raises(StaleRevision):
        store_flow(shop.app, flow, 0)


def test_flows_are_listed_by_name(shop):
    for name in ("welcome", "birthday"):
        put_flow(shop.app, name, BIRTHDAY)

    assert [flow.name for flow in list_flows(shop.app)] == ["birthday", "welcome"]


def test_switching_on_and_off_twice_is_once(shop):
    put_flow(shop.app, "birthday", BIRTHDAY)

    assert enable_flow(shop.app, "birthday") == enable_flow(shop.app, "birthday")
    assert require_flow(shop.app, "birthday")[1] == 2
    assert disable_flow(shop.app, "birthday") == disable_flow(shop.app, "birthday")
    assert require_flow(shop.app, "birthday")[1] == 3


def test_a_flow_whose_template_may_not_be_sent_stays_off(shop):
    """C9."""
    shop.template(refuses=["has no unsubscribe link"])
    put_flow(shop.app, "birthday", BIRTHDAY)

    with pytest.raises(InvalidInput, match="template 'spring' cannot be launched as it is"):
        enable_flow(shop.app, "birthday")

    assert not require_flow(shop.app, "birthday")[0].enabled


def test_without_a_postal_address_a_flow_stays_off(shop, monkeypatch):
    """C9."""
    put_flow(shop.app, "birthday", BIRTHDAY)
    settings = replace(shop.app.catalog.shop(), postal_address=" ")
    monkeypatch.setattr(shop.app.catalog, "shop", lambda: settings)

    with pytest.raises(InvalidInput, match="The shop has no postal address"):
        enable_flow(shop.app, "birthday")

    assert not require_flow(shop.app, "birthday")[0].enabled


@pytest.mark.parametrize("use_case", [enable_flow, disable_flow, flow_report])
def test_an_unknown_flow_is_not_found(shop, use_case):
    with pytest.raises(NotFound, match="There is no flow 'birthday'"):
        use_case(shop.app, "birthday")


def test_a_report_counts_all_that_the_flow_has_sent(shop):
    shop.flow("birthday", trigger={"date": "birthday"})
    enable_flow(shop.app, "birthday")
    shop.app.catalog.put(Document(kind="library", name="shipped", body={"fingerprint": shop.app.library.fingerprint}))
    shop.person("ann", birthday=date(1990, 11, 22))
    shop.person("bo", birthday=date(1990, 11, 22), consent=False)
    run_tick(shop.app)
    shop.run()

    report = flow_report(shop.app, "birthday")

    assert (report["name"], report["enabled"]) == ("birthday", True)
    assert (report["planned"], report["sent"], report["skipped"]) == (2, 1, {"no_consent": 1})
