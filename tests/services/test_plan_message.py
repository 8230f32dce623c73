"""Who a message is for, frozen page by page: run twice, raced, out of time, paused."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from chalicelib.domain.messages import Audience, Message
from chalicelib.services.launch_campaign import launch_campaign
from chalicelib.services.move_campaign import move_campaign
from chalicelib.services.plan_message import plan_message
from tests.fakes import NOON
from tests.services.sending import BUDGET, open_shop

BIRTHDAY = Message(
    id="f.birthday.2026-11-22",
    source="flow",
    name="birthday",
    once_key="f.birthday.2026-11-22",
    template="spring",
    versions={},
    audience=Audience(date_field="birthday", day=date(2026, 11, 22)),
    created_at=NOON,
)


@pytest.fixture
def shop(monkeypatch):
    monkeypatch.setattr("chalicelib.services.resolve_audience.PAGE", 10)
    return open_shop()


def launched(shop, **fields):
    shop.campaign(**fields)
    launch_campaign(shop.app, "spring")
    shop.queue.take("plan")


def plan(shop, message_id="c.spring"):
    return plan_message(shop.app, message_id, deadline=shop.clock.real() + BUDGET)


def planned(shop):
    """How often each person is in a batch."""
    return Counter(person for batch in shop.batches.items.values() for person in batch.people)


def test_everyone_of_the_segments_is_planned_once_and_the_excluded_are_not(shop):
    shop.people(35)
    for name in ("p003", "p030"):
        shop.change(name, country="FR")
    shop.change("p004", stage="buyer")
    shop.segment("french", {"field": "country", "op": "=", "value": "FR"})
    shop.segment("buyers", {"field": "stage", "op": "=", "value": "buyer"})
    launched(shop, segments=["everyone", "buyers"], exclude=["french"])

    assert plan(shop) is True

    assert planned(shop) == {f"p{number:03}": 1 for number in range(35) if number not in (3, 30)}
    assert shop.messages.items["c.spring"].state == "sending"
    assert [body["batch_id"] for body, _ in shop.queue.sent["marketing"]] == sorted(
        id_ for _, id_ in shop.batches.items
    )


def test_planning_again_changes_nothing(shop):
    """A1."""
    shop.people(25)
    launched(shop)
    plan(shop)
    before = dict(shop.batches.items)
    shop.person("late")

    assert plan(shop) is True

    assert shop.batches.items == before
    assert plan(shop, "c.unknown") is True


def test_a_planner_goes_on_where_another_one_ran_out_of_time(shop):
    """A6, A17: who was looked at before is not looked at again."""
    shop.people(35)
    launched(shop)
    real = shop.files.create
    shop.files.create = lambda *args: (shop.clock.advance(timedelta(seconds=40)), real(*args))[1]

    assert plan(shop) is False
    assert shop.queue.take("plan") == [{"v": 1, "message_id": "c.spring", "batch_id": None}]
    assert (len(planned(shop)), shop.messages.items["c.spring"].state) == (30, "planning")

    shop.customers.items.pop("p001")
    shop.person("a-newcomer")
    assert plan(shop) is True
    assert planned(shop) == {f"p{number:03}": 1 for number in range(35)}


def test_a_resumed_planner_writes_only_the_batches_of_the_last_page_again(shop, monkeypatch):
    shop.people(60)
    launched(shop)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("chalicelib.services.plan_message.forget_pages", die)
        with pytest.raises(KeyboardInterrupt):
            plan(shop)
    written: list[object] = []
    monkeypatch.setattr(shop.batches, "create_many", written.append)

    plan(shop)

    assert written == [[]]  # the seventh page is empty, and the six before it were written by whoever froze it
    assert sum(planned(shop).values()) == 60


def test_planners_that_race_write_the_same_batches(shop):
    """A1, A13."""
    shop.people(95)
    launched(shop)

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(lambda _: plan(shop), range(6))) == [True] * 6

    assert planned(shop) == {f"p{number:03}": 1 for number in range(95)}
    assert shop.messages.items["c.spring"].revision == 2


def test_of_two_pages_at_once_the_first_one_stands(shop):
    shop.people(5)
    launched(shop)

    def rival():
        plan(shop)
        shop.person("p999")

    shop.once(shop.files, "create", rival)
    shop.customers.items.pop("p004")
    plan(shop)

    assert planned(shop) == {f"p{number:03}": 1 for number in range(4)}


def test_a_pause_while_planning_loses_nobody(shop):
    """A9, A17: what was not planned at the pause is planned after it."""
    shop.people(35)
    launched(shop)

    def pause():
        move_campaign(shop.app, "spring", "paused")
        shop.clock.advance(BUDGET)

    shop.once(shop.files, "create", pause)
    assert plan(shop) is False
    assert plan(shop) is True
    assert (len(planned(shop)), shop.report()["state"]) == (10, "paused")
    shop.queue.take("plan")

    move_campaign(shop.app, "spring", "sending")
    shop.run()

    assert (shop.report()["sent"], shop.report()["state"]) == (35, "done")
    assert len(shop.mailer.accepted) == 35


def test_a_pause_at_the_end_of_planning_is_kept(shop):
    """A9."""
    shop.people(5)
    launched(shop)
    shop.once(shop.messages, "move", lambda: move_campaign(shop.app, "spring", "paused"))

    assert plan(shop) is True

    assert shop.messages.items["c.spring"].state == "paused"
    assert "marketing" not in shop.queue.sent


def born(shop, **days):
    for name, day in days.items():
        shop.person(name, birthday=date.fromisoformat(day))


def test_a_date_is_met_by_those_whose_day_it_is(shop):
    born(shop, ann="1990-11-22", bo="1990-11-21", baby="2026-11-22", old="1900-11-22")
    shop.person("no-date")
    shop.person("joined", joined_on=date(2020, 11, 22))
    shop.messages.create(BIRTHDAY, NOON)
    joining = replace(BIRTHDAY, id="f.joined.2026-11-22", audience=replace(BIRTHDAY.audience, date_field="joined_on"))
    shop.messages.create(joining, NOON)

    plan(shop, BIRTHDAY.id)
    plan(shop, joining.id)

    found = {batch.message_id: batch.people for batch in shop.batches.items.values()}
    assert found == {BIRTHDAY.id: ("ann", "old"), joining.id: ("joined",)}


@pytest.mark.parametrize(
    ("day", "people"),
    [
        (date(2027, 2, 28), ("common", "leap")),  # B2
        (date(2028, 2, 28), ("common",)),
        (date(2028, 2, 29), ("leap",)),
        (date(2027, 3, 1), ()),
    ],
)
def test_29_february_is_met_on_the_28th_in_common_years(shop, day, people):
    """B2."""
    born(shop, leap="2000-02-29", common="2000-02-28")
    shop.messages.create(replace(BIRTHDAY, audience=Audience(date_field="birthday", day=day)), NOON)

    plan(shop, BIRTHDAY.id)

    assert tuple(planned(shop)) == people


@pytest.mark.parametrize("now", [None, date(1990, 5, 1)])
def test_a_date_that_the_index_still_has_but_the_customer_has_not_counts_no_more(shop, now):
    """B5: changed or taken away a moment ago."""
    born(shop, ann="1990-11-22", bo="1990-11-22")
    shop.messages.create(BIRTHDAY, NOON)
    shop.customers.with_date = lambda date_field, month_day: iter(["ann", "bo", "ann"])
    shop.change("ann", birthday=now)

    plan(shop, BIRTHDAY.id)

    assert planned(shop) == {"bo": 1}


def test_a_message_without_its_day_is_for_nobody(shop):
    born(shop, ann="1990-11-22")
    shop.messages.create(replace(BIRTHDAY, audience=Audience(date_field="birthday")), NOON)

    assert plan(shop, BIRTHDAY.id) is True

    assert (planned(shop), shop.messages.items[BIRTHDAY.id].state) == ({}, "sending")


def test_an_excluded_segment_holds_for_dates_too(shop):
    born(shop, ann="1990-11-22", bo="1990-11-22")
    shop.change("bo", country="FR")
    shop.segment("french", {"field": "country", "op": "=", "value": "FR"})
    shop.messages.create(replace(BIRTHDAY, audience=replace(BIRTHDAY.audience, exclude=("french", "gone"))), NOON)

    plan(shop, BIRTHDAY.id)

    assert planned(shop) == {"ann": 1}


def test_people_are_due_at_the_local_time_of_their_zone(shop):
    """B1, B6."""
    shop.person("ann", time_zone="Asia/Tokyo")
    shop.person("bo", time_zone="America/New_York")
    shop.person("cy")
    launched(shop, local_time="15:00")

    plan(shop)

    assert {batch.people: batch.due_at for batch in shop.batches.items.values()} == {
        ("ann",): NOON,  # it was over at the launch
        ("cy",): datetime(2026, 11, 22, 15, tzinfo=UTC),
        ("bo",): datetime(2026, 11, 22, 20, tzinfo=UTC),
    }


def test_when_all_is_planned_no_file_names_anybody(shop):
    """F6: the pages of a plan are needed until all batches are there."""
    shop.people(25)
    launched(shop)

    plan(shop)

    assert shop.files.keys("plans/") == ["plans/c.spring/planned"]


def test_a_planner_that_lags_behind_one_who_has_finished_plans_nobody_anew(shop):
    """A1, A13: it read the end of the last page it knows, and everything was planned and tidied up meanwhile."""
    shop.people(25)
    launched(shop)
    real = shop.files.get

    def lag(key):
        shop.files.get = real
        plan(shop)
        shop.customers.items.pop("p001")
        shop.person("a-newcomer")
        return real(key)

    shop.files.get = lag
    assert plan(shop) is True

    assert planned(shop) == {f"p{number:03}": 1 for number in range(25)}
    assert shop.files.keys("plans/") == ["plans/c.spring/planned"]


def test_whoever_finds_that_all_was_planned_only_tidies_up_and_goes_on(shop):
    """A2: killed between the sign and the deletion of the pages."""
    shop.people(15)
    launched(shop)
    shop.once(shop.files, "delete", lambda: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        plan(shop)
    assert len(shop.files.keys("plans/")) == 3

    assert plan(shop) is True

    assert shop.files.keys("plans/") == ["plans/c.spring/planned"]
    assert shop.messages.items["c.spring"].state == "sending"
    assert planned(shop) == {f"p{number:03}": 1 for number in range(15)}
