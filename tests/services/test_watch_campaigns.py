"""A campaign that does harm pauses itself, once, from a recount of its rows."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.mail_events import MailEvent
from chalicelib.errors import Conflict
from chalicelib.services.continue_campaign import continue_campaign
from chalicelib.services.move_campaign import move_campaign
from chalicelib.services.record_events import record_events
from chalicelib.services.run_tick import run_tick
from chalicelib.services.watch_campaigns import EVERY, KIND, watch_campaigns
from tests.faults.ports import each_death
from tests.services.sending import SendingShop, open_shop

PEOPLE = 100


def sending_shop(count: int = PEOPLE) -> SendingShop:
    """All but the last batch are sent; the last one is due in an hour."""
    shop = open_shop()
    shop.people(count)
    shop.person("later", time_zone="Atlantic/Azores")
    shop.launch(local_time="12:00")
    shop.run(most=3)
    assert shop.report()["pending"] == 1
    return shop


def event(shop, kind, name):
    [batch] = [batch for batch in shop.batches.items.values() if name in batch.people]
    at = shop.clock.now()
    return MailEvent(
        kind=kind,
        at=at,
        message_id=batch.message_id,
        batch_id=batch.id,
        customer_id=name,
        ses_id=f"ses-{name}",
        suppresses=kind in {"bounced", "complained"},
        soft=kind == "soft_bounced",
    )


def events(shop, kind, numbers):
    return [event(shop, kind, f"p{number:03}") for number in numbers]


def state(shop):
    report = shop.report()
    return report["state"], report["state_reason"]


def test_nine_of_a_hundred_bounces_pause_it_and_eight_do_not():
    """C12: hard bounces at 5 %, by the lower bound, within so many events."""
    shop = sending_shop()
    for one in events(shop, "bounced", range(8)):
        record_events(shop.app, [one])
        shop.clock.advance(EVERY)
    assert state(shop) == ("sending", "")

    record_events(shop.app, events(shop, "bounced", [8]))

    words = "Paused by itself: 9 of 100 people have an address that does not exist: 9.00%, surely over 5.0%."
    assert state(shop) == ("paused", words)


def test_the_second_complaint_of_a_hundred_pauses_it():
    """C12: complaints at 0.3 %."""
    shop = sending_shop()
    record_events(shop.app, events(shop, "complained", [0]))
    assert state(shop)[0] == "sending"
    shop.clock.advance(EVERY)

    record_events(shop.app, events(shop, "complained", [1]))

    assert state(shop)[0] == "paused"


@pytest.mark.parametrize("kind", ["soft_bounced", "delivered", "delayed", "rejected", "opened"])
def test_nothing_else_pauses_it(kind):
    """C11, C12."""
    shop = sending_shop()

    record_events(shop.app, events(shop, kind, range(60)))
    watch_campaigns(shop.app)

    assert state(shop) == ("sending", "")
    assert shop.app.catalog.list(KIND) == []


def test_events_between_two_looks_are_seen_by_the_tick(monkeypatch):
    """C12: not more than one look in ten seconds, and none forgotten."""
    monkeypatch.setattr("chalicelib.services.run_tick.seed_shop", lambda app: None)  # it compiles what ships
    shop = sending_shop()
    record_events(shop.app, events(shop, "bounced", [0]))
    for one in events(shop, "bounced", range(1, 40)):
        record_events(shop.app, [one])
    assert state(shop)[0] == "sending"

    run_tick(shop.app)  # the minute's work

    assert state(shop)[0] == "paused"
    [watch] = shop.app.catalog.list(KIND)
    assert watch.body["wanted"] is False


def test_what_a_person_resumes_is_judged_by_what_leaves_since():
    """C12: once; a pause that a person ended does not come back for the same mails."""
    shop = sending_shop()
    record_events(shop.app, events(shop, "bounced", range(20)))
    assert state(shop)[0] == "paused"
    shop.clock.advance(timedelta(minutes=1))
    move_campaign(shop.app, "spring", "sending")

    record_events(shop.app, events(shop, "bounced", range(20, 40)))
    watch_campaigns(shop.app)
    shop.plan()
    assert state(shop)[0] == "sending"
    shop.clock.advance(timedelta(hours=2))
    shop.run(most=3)

    assert shop.row("later").status == "sent"
    assert state(shop)[0] == "done"


def test_a_campaign_in_stages_stops_as_a_whole():
    """C12: harm in one stage holds back the next ones."""
    shop = open_shop()
    shop.people(40, country="GB")
    shop.person("cyd", country="FR")
    shop.person("dee", country="DE")
    shop.launch(stages=[{"field": "country", "in": ["FR"]}, {"field": "country", "in": ["GB"]}])
    shop.live(5)
    continue_campaign(shop.app, "spring")
    shop.live(5)

    record_events(shop.app, events(shop, "bounced", range(10)))

    assert {one.id: one.state for one in shop.messages.items.values()} == {
        "c.spring": "paused",
        "c.spring.stage-2": "done",
    }
    assert state(shop)[1].startswith("Paused by itself: 10 of 40 people have an address that does not exist")
    with pytest.raises(Conflict, match="is paused"):
        continue_campaign(shop.app, "spring")


def test_a_flow_does_not_pause_itself_and_leaves_no_note():
    shop = sending_shop(6)
    flow = replace(shop.messages.items["c.spring"], id="f.birthday.2026-11-22", source="flow", name="birthday")
    shop.messages.items[flow.id] = flow
    told = [replace(one, message_id=flow.id) for one in events(shop, "bounced", range(6))]

    record_events(shop.app, told)
    watch_campaigns(shop.app)

    assert shop.messages.items[flow.id].state == flow.state
    assert shop.app.catalog.list(KIND) == []


def test_the_note_of_a_look_goes_after_two_months():
    shop = sending_shop()
    record_events(shop.app, events(shop, "bounced", [0]))
    shop.clock.advance(timedelta(days=59))
    watch_campaigns(shop.app)
    assert len(shop.app.catalog.list(KIND)) == 1

    shop.clock.advance(timedelta(days=2))
    watch_campaigns(shop.app)

    assert shop.app.catalog.list(KIND) == []


@pytest.mark.parametrize("moved", ["paused", "cancelled"])
def test_what_a_person_stopped_is_left_as_it_is(moved):
    shop = sending_shop()
    move_campaign(shop.app, "spring", moved)

    record_events(shop.app, events(shop, "bounced", range(40)))
    watch_campaigns(shop.app)

    assert state(shop) == (moved, "by hand")


def test_somebody_else_moves_it_meanwhile():
    """A9: a cancellation is not undone by a pause; the look is taken again."""
    shop = sending_shop()

    def cancel():
        move_campaign(shop.app, "spring", "cancelled")

    shop.once(shop.messages, "move", cancel)

    record_events(shop.app, events(shop, "bounced", range(40)))
    watch_campaigns(shop.app)

    assert state(shop) == ("cancelled", "by hand")


def test_killed_anywhere_it_is_paused_by_the_next_tick_and_once():
    """A2, C12: N of N."""
    told = events(sending_shop(6), "bounced", range(4))
    ways = 0
    for death, left in each_death(
        lambda: sending_shop(6), lambda one: one.app, lambda app: record_events(app, told[2:])
    ):
        record_events(left.app, told)  # the queue brings it again
        watch_campaigns(left.app)
        assert state(left)[0] == "paused", death
        moves = left.messages.items["c.spring"].revision
        watch_campaigns(left.app)
        assert left.messages.items["c.spring"].revision == moves, death
        ways += 1
    assert ways > 20


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 5), min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_doubled_and_shuffled_events_pause_alike(numbers, random):
    """A12, invariant 9."""
    ends = []
    shuffled = [*numbers, *numbers]
    random.shuffle(shuffled)
    for order in (numbers, shuffled):
        shop = sending_shop(6)
        for one in events(shop, "bounced", order):
            record_events(shop.app, [one])
        watch_campaigns(shop.app)
        ends.append(state(shop)[0])

    assert ends[0] == ends[1] == ("paused" if len(set(numbers)) >= 2 else "sending")
