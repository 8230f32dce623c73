"""A campaign that goes to a few first: who belongs to which stage is frozen, and each goes once, when it is time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from chalicelib.errors import Conflict
from chalicelib.services.continue_campaign import continue_campaign
from chalicelib.services.erase_customer import erase_customer
from chalicelib.services.launch_campaign import launch_campaign
from chalicelib.services.move_campaign import move_campaign
from chalicelib.services.run_campaigns import run_campaigns
from chalicelib.services.show_campaign import show_campaign
from tests.services.sending import BUDGET, open_shop

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def shop():
    shop = open_shop()
    shop.people(40)
    shop.person("bob", country="GB")
    shop.person("cyd", country="FR")
    return shop


def stages(shop):
    """How many people got a mail of each message."""
    messages = list(shop.got().values())
    return {message: messages.count(message) for message in sorted(set(messages))}


BY_PLACE = [{"field": "country", "in": ["GB"]}, {"field": "country", "in": ["FR", "BE"]}]


def test_it_goes_on_by_hand_stage_by_stage_and_everybody_gets_it_once(shop):
    shop.launch(stages=BY_PLACE)
    shop.live(5)
    assert stages(shop) == {"c.spring": 1}
    report = shop.report()
    assert (report["state"], report["planned"], report["pending"]) == ("sending", 42, 41)

    continue_campaign(shop.app, "spring")
    shop.live(5)
    assert stages(shop) == {"c.spring": 1, "c.spring.stage-2": 1}
    continue_campaign(shop.app, "spring")
    shop.live(5)

    assert stages(shop) == {"c.spring": 1, "c.spring.stage-2": 1, "c.spring.stage-3": 40}
    assert (shop.report()["sent"], shop.report()["state"]) == (42, "done")
    assert shop.messages.items["c.spring"].state == "done"
    with pytest.raises(Conflict, match="'spring' is done"):
        continue_campaign(shop.app, "spring")
    assert not shop.due.at
    assert [key for key in shop.files.objects if key.startswith("plans/") and not key.endswith("planned")] == []


def test_whoever_joins_or_moves_after_the_launch_changes_no_stage(shop):
    shop.launch(stages=BY_PLACE)
    shop.live(2)
    shop.person("dan", country="GB")
    shop.change("cyd", country="GB")

    continue_campaign(shop.app, "spring")
    shop.live(2)

    assert shop.got() == {"bob": "c.spring", "cyd": "c.spring.stage-2"}


def test_it_goes_on_by_itself_after_its_time_once_however_many_ticks_there_are(shop):
    """A13."""
    shop.launch(stages=[{"share": 30}], go_on="after 2d")
    shop.live(2 * 24 - 1, HOUR)
    first = dict(shop.got())
    assert 2 <= len(first) <= 25

    shop.live(6, HOUR)

    assert len(shop.got()) == 42
    assert {name: message for name, message in shop.got().items() if message == "c.spring"} == first
    waited = shop.messages.items["c.spring.stage-2"].created_at - shop.messages.items["c.spring"].created_at
    assert timedelta(0) <= waited - 2 * DAY < HOUR
    assert show_campaign(shop.app, "spring").parts[0].because == "2d after the stage before"


def test_segments_make_a_stage_as_they_are_at_the_launch(shop):
    shop.segment("friends", {"field": "country", "op": "=", "value": "FR"})
    shop.launch(stages=[{"segments": ["friends"]}])
    shop.live(3)

    assert shop.got() == {"cyd": "c.spring"}


def test_a_paused_campaign_does_not_go_on_and_goes_on_when_it_is_resumed(shop):
    """A9, A17."""
    shop.launch(stages=BY_PLACE, go_on="after 1d")
    shop.live(3)
    move_campaign(shop.app, "spring", "paused")
    shop.live(30, HOUR)
    assert stages(shop) == {"c.spring": 1}
    with pytest.raises(Conflict, match="is paused"):
        continue_campaign(shop.app, "spring")

    move_campaign(shop.app, "spring", "sending")
    shop.live(30, HOUR)

    assert stages(shop) == {"c.spring": 1, "c.spring.stage-2": 1, "c.spring.stage-3": 40}


def test_a_pause_reaches_the_stage_that_is_going_out(shop):
    shop.launch(stages=BY_PLACE)
    shop.live(2)
    continue_campaign(shop.app, "spring")

    move_campaign(shop.app, "spring", "paused")
    shop.live(5)

    assert stages(shop) == {"c.spring": 1}
    assert shop.messages.items["c.spring.stage-2"].state == "paused"
    move_campaign(shop.app, "spring", "sending")
    shop.live(5)
    assert stages(shop) == {"c.spring": 1, "c.spring.stage-2": 1}


def test_a_cancelled_campaign_skips_those_who_wait_for_a_later_stage(shop):
    """Invariant 2: nobody vanishes."""
    shop.launch(stages=BY_PLACE)
    shop.live(2)

    move_campaign(shop.app, "spring", "cancelled")
    shop.live(5)

    report = shop.report()
    assert (report["state"], report["planned"], report["sent"]) == ("cancelled", 42, 1)
    assert report["skipped"] == {"cancelled": 41}
    assert not shop.due.at
    assert shop.app.catalog.list("live-campaign") == []


@pytest.mark.parametrize("to", ["paused", "cancelled"])
@pytest.mark.parametrize("after", [False, True])
def test_a_stage_that_begins_while_the_campaign_is_stopped_is_stopped_too(shop, to, after):
    """A9: whichever of the two comes first."""
    shop.launch(stages=BY_PLACE, go_on="after 1d")
    shop.live(2)
    shop.clock.advance(DAY)
    shop.once(shop.messages, "create", lambda: move_campaign(shop.app, "spring", to), after=after)

    shop.live(5)

    assert stages(shop) == {"c.spring": 1}
    assert shop.messages.items["c.spring.stage-2"].state == to
    if to == "cancelled":
        assert shop.report()["skipped"] == {"cancelled": 41}
        assert shop.app.catalog.list("live-campaign") == []


def test_a_stage_that_begins_after_the_pause_has_looked_for_parts_is_paused_too(shop):
    """A9."""
    shop.launch(stages=BY_PLACE)
    shop.live(2)
    shop.once(shop.messages, "move", lambda: continue_campaign(shop.app, "spring"))

    move_campaign(shop.app, "spring", "paused")
    shop.live(5)

    assert {message.state for message in shop.messages.items.values()} == {"paused"}
    assert stages(shop) == {"c.spring": 1}


def test_a_part_that_is_cancelled_while_its_planner_does_not_come_is_counted_all_the_same(shop):
    """Invariant 2."""
    shop.launch(stages=BY_PLACE)
    shop.live(2)
    continue_campaign(shop.app, "spring")
    shop.queue.take("plan")

    move_campaign(shop.app, "spring", "cancelled")
    shop.live(10)

    assert (shop.report()["planned"], shop.report()["skipped"]) == (42, {"cancelled": 41})
    assert not shop.due.at


def test_eight_ticks_at_once_begin_one_stage(shop):
    """A13."""
    shop.launch(stages=BY_PLACE, go_on="after 1d")
    shop.live(2)
    shop.clock.advance(DAY)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: run_campaigns(shop.app), range(8)))
    shop.live(3)

    assert stages(shop) == {"c.spring": 1, "c.spring.stage-2": 1}


def test_the_next_stage_cannot_begin_while_the_one_before_goes_out(shop):
    shop.campaign(stages=BY_PLACE)
    launch_campaign(shop.app, "spring")

    with pytest.raises(Conflict, match="The stage before 'stage-2' of 'spring' is still going out"):
        continue_campaign(shop.app, "spring")

    shop.plan()
    shop.live(2)
    continue_campaign(shop.app, "spring")
    with pytest.raises(Conflict, match="The stage before 'stage-3' of 'spring' is still going out"):
        continue_campaign(shop.app, "spring")


def test_a_campaign_without_stages_has_none_to_go_on_with(shop):
    shop.launch()

    with pytest.raises(Conflict, match="has no stage left"):
        continue_campaign(shop.app, "spring")


def test_an_erasure_reaches_those_who_wait_for_a_later_stage(shop):
    """A10: the page forgets the name, and the place in the report stays."""
    shop.launch(stages=[{"field": "country", "in": ["GB"]}])
    shop.live(2)

    assert erase_customer(shop.app, "cyd", deadline=shop.clock.real() + BUDGET)

    waiting = [content for key, content in shop.files.objects.items() if key.startswith("plans/c.spring.stage-2/")]
    assert waiting
    assert not any(b'"cyd"' in content for content in waiting)
    continue_campaign(shop.app, "spring")
    shop.live(3)
    assert (shop.report()["planned"], shop.report()["skipped"]) == (42, {"no_customer": 1})
    assert "cyd@example.com" not in shop.mailer.recipients


def test_whoever_was_deleted_while_waiting_is_counted_and_not_mailed(shop):
    """A10."""
    shop.launch(stages=[{"field": "country", "in": ["GB"]}])
    shop.live(2)
    shop.customers.delete("cyd")
    continue_campaign(shop.app, "spring")
    shop.live(3)

    assert (shop.report()["planned"], shop.report()["sent"], shop.row("cyd").reason) == (42, 41, "no_customer")
