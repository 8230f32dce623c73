"""The minute's work: each moment of each flow starts once, whenever, however often and wherever the tick runs."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain.products import Product
from chalicelib.ports import Document
from chalicelib.services.disable_flow import disable_flow
from chalicelib.services.enable_flow import enable_flow
from chalicelib.services.launch_campaign import launch_campaign
from chalicelib.services.load_flow import load_flow
from chalicelib.services.put_flow import put_flow
from chalicelib.services.run_tick import run_tick
from tests.services.sending import DAY, SendingShop, open_shop

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
# 14 zones, from the first to begin a day to the last.
ZONES = (
    *("Pacific/Kiritimati", "Pacific/Auckland", "Australia/Sydney", "Asia/Tokyo", "Asia/Kolkata", "Asia/Dubai"),
    *("Europe/Berlin", "Europe/London", "Atlantic/Azores", "America/Sao_Paulo", "America/New_York"),
    *("America/Los_Angeles", "Pacific/Honolulu", "Etc/GMT+12"),
)
BIRTHDAY = {"trigger": {"date": "birthday"}}


@pytest.fixture
def shop():
    return quiet_shop()


def quiet_shop(now=datetime(2026, 11, 22, 12, tzinfo=UTC)) -> SendingShop:
    """A shop that has had its shipped things before, so that a tick has only the test's flows to start."""
    shop = open_shop(now)
    shop.app.catalog.put(Document(kind="library", name="shipped", body={"fingerprint": shop.app.library.fingerprint}))
    return shop


def switched_on(shop, name="birthday", **fields):
    shop.flow(name, **{**BIRTHDAY, **fields})
    enable_flow(shop.app, name)


def live(shop, until, step=HOUR):
    """The tick and the workers, every `step`."""
    while shop.clock.now() <= until:
        run_tick(shop.app)
        shop.work()
        shop.clock.advance(step)


def sent(shop, name="birthday"):
    """(customer, when by the own clock) of the mails of a flow."""
    return [
        (row.customer_id, row.at.astimezone(ZoneInfo(shop.customers.items[row.customer_id].time_zone or "UTC")))
        for row in shop.rows.items.values()
        if row.status == "sent" and row.message_id.startswith(f"f.{name}.")
    ]


@pytest.mark.parametrize(
    ("start", "day"),
    [
        (datetime(2026, 11, 20, tzinfo=UTC), date(2026, 11, 22)),
        (datetime(2026, 3, 27, tzinfo=UTC), date(2026, 3, 29)),  # the clocks of Europe go forward
        (datetime(2026, 10, 23, tzinfo=UTC), date(2026, 10, 25)),  # and back
        (datetime(2026, 12, 30, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_a_birthday_in_14_zones_reaches_each_person_on_the_local_day(start, day):
    """B1."""
    shop = quiet_shop(start)
    switched_on(shop)
    for number, zone in enumerate(ZONES):
        shop.person(f"p{number:02}", time_zone=zone, birthday=day.replace(year=1990))

    live(shop, start + 5 * DAY, timedelta(minutes=20))

    found = sent(shop)
    assert sorted(name for name, _ in found) == [f"p{number:02}" for number in range(14)]
    assert {at.date() for _, at in found} == {day}
    assert all(9 <= at.hour < 10 for _, at in found)
    assert len(shop.mailer.accepted) == 14


def test_three_years_have_three_birthdays(monkeypatch):
    """B2, B4: also for someone born on 29 February."""
    shop = quiet_shop(datetime(2026, 1, 2, tzinfo=UTC))
    monkeypatch.setattr("chalicelib.services.run_tick.seed_shop", lambda app: False)
    switched_on(shop)
    shop.person("leap", birthday=date(1992, 2, 29))
    shop.person("ann", birthday=date(1990, 6, 15))

    live(shop, datetime(2029, 1, 2, tzinfo=UTC), 8 * HOUR)

    days = {name: sorted(at.date().isoformat() for who, at in sent(shop) if who == name) for name in ("leap", "ann")}
    assert days == {
        "leap": ["2026-02-28", "2027-02-28", "2028-02-29"],
        "ann": ["2026-06-15", "2027-06-15", "2028-06-15"],
    }


def test_ticks_that_race_start_each_thing_once(shop):
    """A13, B9."""
    switched_on(shop)
    shop.person("ann", birthday=date(1990, 11, 22))

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: run_tick(shop.app), range(6)))
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: shop.work(), range(6)))
    shop.run()

    assert shop.mailer.recipients == ["ann@example.com"]
    assert sorted(shop.messages.items) == ["f.birthday.2026-11-22", "f.birthday.2026-11-23"]


@pytest.mark.parametrize(("outage", "status"), [(9 * HOUR, "sent"), (2 * DAY, "too_late"), (30 * DAY, None)])
def test_after_an_outage_the_day_is_caught_up_once_or_dropped_and_said_so(shop, outage, status, caplog):
    """A13, B7: in the row where there is one, else in the log."""
    switched_on(shop)
    shop.person("ann", birthday=date(1990, 11, 24))
    run_tick(shop.app)
    shop.clock.business = shop.clock.machine = datetime(2026, 11, 24, 10, tzinfo=UTC) + outage

    for _ in range(3):
        live(shop, shop.clock.now() + 5 * MINUTE, MINUTE)

    assert shop.statuses() == ({"ann": status} if status else {})
    assert len(shop.mailer.accepted) == (1 if status == "sent" else 0)
    said = "flow birthday: nothing ran on the days 2026-11-24 to 2026-12-21; their mails would be too late"
    assert [one.getMessage() for one in caplog.records if "nothing ran" in one.getMessage()] == (
        [] if status else [said]
    )


def test_a_scheduler_that_fires_early_sends_nothing_before_the_time_and_starts_it_once(shop):
    """A13."""
    shop.person("ann")
    shop.campaign(send_at="2026-11-22T15:00:00Z")
    launch_campaign(shop.app, "spring")
    live(shop, datetime(2026, 11, 22, 14, 58, tzinfo=UTC), 4 * MINUTE)
    assert (shop.mailer.accepted, shop.rows.items) == ([], {})

    live(shop, datetime(2026, 11, 22, 15, 5, tzinfo=UTC), MINUTE)

    assert (shop.mailer.recipients, sorted(shop.messages.items)) == (["ann@example.com"], ["c.spring"])


def test_a_flow_that_is_off_starts_nothing_and_begins_again_with_the_present_days(shop):
    switched_on(shop)
    disable_flow(shop.app, "birthday")
    assert run_tick(shop.app) == 0
    assert shop.messages.items == {}

    shop.clock.advance(100 * DAY)
    enable_flow(shop.app, "birthday")
    run_tick(shop.app)

    assert sorted(shop.messages.items) == ["f.birthday.2027-03-02", "f.birthday.2027-03-03"]
    flow, _ = load_flow(shop.app, "birthday") or pytest.fail("no flow")
    assert flow.planned_through == date(2027, 3, 3)


def test_a_day_that_begins_between_the_look_and_the_note_is_not_lost(shop):
    """The tick runs as a day begins in Kiritimati: it notes what it has looked at, not what is due by then."""
    shop.clock.business = datetime(2026, 11, 22, 9, 59, 59, tzinfo=UTC)
    switched_on(shop)
    shop.once(shop.messages, "create", lambda: shop.clock.advance(MINUTE))

    run_tick(shop.app)
    run_tick(shop.app)

    assert sorted(shop.messages.items) == [f"f.birthday.2026-11-{day}" for day in (21, 22, 23)]


def test_a_tick_that_was_faster_has_noted_it_already(shop):
    """A13: while this tick launches, another one looks, launches and notes."""
    switched_on(shop)
    shop.once(shop.messages, "create", lambda: run_tick(shop.app))

    run_tick(shop.app)

    flow, revision = load_flow(shop.app, "birthday") or pytest.fail("no flow")
    assert (flow.planned_through, revision) == (date(2026, 11, 23), 3)


@pytest.mark.parametrize("change", ["switched off and on", "put anew"])
def test_a_flow_that_changes_during_the_tick_is_looked_at_again(shop, change):
    switched_on(shop)

    def meanwhile():
        if change == "put anew":
            put_flow(shop.app, "birthday", {**BIRTHDAY, "template": "birthday", "topic": "news"})
        else:
            disable_flow(shop.app, "birthday")
            enable_flow(shop.app, "birthday")

    shop.once(shop.messages, "create", meanwhile)
    run_tick(shop.app)
    run_tick(shop.app)

    assert sorted(shop.messages.items) == ["f.birthday.2026-11-22", "f.birthday.2026-11-23"]
    flow, _ = load_flow(shop.app, "birthday") or pytest.fail("no flow")
    assert (flow.enabled, flow.planned_through) == (True, date(2026, 11, 23))


def test_a_note_that_meets_a_change_is_written_by_the_next_tick(shop):
    switched_on(shop)
    stored = shop.app.catalog.get("flow", "birthday")
    shop.app.catalog.get = _changing(shop.app.catalog, shop.app.catalog.get)

    run_tick(shop.app)

    assert shop.app.catalog.items["flow", "birthday"].body["planned_through"] is None
    del shop.app.catalog.get
    run_tick(shop.app)
    assert shop.app.catalog.items["flow", "birthday"].body["planned_through"] == "2026-11-23"
    assert stored.revision < shop.app.catalog.items["flow", "birthday"].revision


def _changing(catalog, real):
    """Whoever reads the flow's document finds that it changed right after."""

    def get(kind, name):
        found = real(kind, name)
        if kind == "flow":
            catalog.put(found)
        return found

    return get


def test_a_segment_gets_its_mail_once_a_period(shop, monkeypatch):
    shop.person("ann")
    switched_on(shop, "quarter", trigger={"segment": "everyone", "every": "month"})

    live(shop, datetime(2027, 1, 31, tzinfo=UTC), 6 * HOUR)

    assert sorted(shop.messages.items) == ["f.quarter.2026-11", "f.quarter.2026-12", "f.quarter.2027-01"]
    assert len(shop.mailer.accepted) == 3


def test_a_flow_that_was_just_switched_on_tells_of_what_was_launched_in_these_days(shop):
    shop.person("ann")
    shop.segment("fans-of-tea", {"field": "stage", "op": "=", "value": "prospect"})
    shop.app.products.put(Product(sku="a", name="A", category="tea", launched_at=shop.clock.now() - DAY))
    shop.app.products.put(Product(sku="b", name="B", category="tea", launched_at=shop.clock.now() - 8 * DAY))
    switched_on(shop, "news", trigger={"product": "launched"})

    live(shop, shop.clock.now() + 5 * MINUTE, MINUTE)
    shop.app.products.put(Product(sku="c", name="C", category="tea", launched_at=shop.clock.now()))
    live(shop, shop.clock.now() + 5 * MINUTE, MINUTE)

    assert [message.products for message in shop.messages.items.values()] == [("a",)]  # later ones come by the stream
    assert len(shop.mailer.accepted) == 1


def test_a_flow_that_cannot_start_holds_up_neither_the_others_nor_what_is_due(shop, caplog):
    """A template that was taken away must not stop all sending."""
    shop.person("ann", birthday=date(1990, 11, 22))
    for name in ("a-broken", "birthday"):
        switched_on(shop, name)
    document = shop.app.catalog.get("template", "a-broken")
    shop.app.catalog.put(replace(document, body={"locales": {}}))
    shop.campaign()
    launch_campaign(shop.app, "spring")

    live(shop, shop.clock.now() + 5 * MINUTE, MINUTE)

    assert Counter(row.message_id for row in shop.rows.items.values()) == {"f.birthday.2026-11-22": 1, "c.spring": 1}
    assert caplog.messages[0].startswith(
        "flow a-broken cannot start: invalid template 'a-broken' has no active version"
    )


def test_a_fault_of_ours_still_feeds_what_is_due_and_is_not_hidden(shop, monkeypatch):
    """A16, invariant 11."""
    shop.person("ann")
    shop.launch()
    shop.queue.take("marketing")
    shop.clock.advance(5 * MINUTE)
    monkeypatch.setattr(shop.app.catalog, "list", lambda kind: (_ for _ in ()).throw(ConnectionError))

    with pytest.raises(ConnectionError):
        run_tick(shop.app)

    assert len(shop.queue.take("marketing")) == 1


def test_before_the_shop_has_its_settings_there_is_nothing_to_do(shop):
    switched_on(shop)
    del shop.app.catalog.items["shop", "shop"]

    assert run_tick(shop.app) == 0

    assert shop.messages.items == {}
