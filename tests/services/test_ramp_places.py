"""A new domain sends no more than a day allows, whoever races, dies or comes again; the rows say how the day went."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.errors import StaleRevision
from chalicelib.services.launch_campaign import launch_campaign
from chalicelib.services.put_campaign import put_campaign
from chalicelib.services.put_shop import put_shop
from chalicelib.services.ramp_places import give_back_places, open_day, ramp_today, take_places
from tests.fakes import NOON
from tests.services.sending import BEYOND_THE_LEASE, DAY, REFUSED, Died, die, open_shop, raising, recover

HOUR = timedelta(hours=1)


@pytest.fixture
def shop():
    shop = open_shop()
    put_shop(shop.app, {"ramp": {"start": 10, "until": 100}})
    return shop


def state(shop):
    settings = shop.app.catalog.shop()
    return ramp_today(shop.app, settings, shop.clock.now())[1]


def take(shop, count, message="c.spring"):
    return take_places(shop.app, shop.app.catalog.shop(), message, count, shop.clock.now())


def by_day(shop):
    sent = [row for row in shop.rows.items.values() if row.status == "sent"]
    return [count for _, count in sorted(Counter(row.at.date() for row in sent).items())]


def test_the_warmest_go_today_the_others_on_the_days_after_as_far_as_the_mail_may_be_late(shop):
    shop.people(60)
    for number in range(12):
        shop.person(f"w{number:02}")
        shop.mailboxes.put(replace(shop.box(f"w{number:02}"), last_click_at=NOON - number * 10 * DAY))
    shop.launch(max_lateness="2d")

    shop.run(step=HOUR, most=80)

    assert by_day(shop) == [10, 15, 22]
    first = {
        row.customer_id for row in shop.rows.items.values() if (row.status, row.at.date()) == ("sent", NOON.date())
    }
    assert first >= {"w00", "w01", "w02"}
    assert first <= {f"w{number:02}" for number in range(12)}
    assert shop.report()["skipped"] == {"ramp": 25}
    assert {row.waits_for for row in shop.rows.items.values() if row.status == "deferred"} == {"ramp"}


def test_with_a_day_of_lateness_the_next_day_still_counts(shop):
    shop.people(30)
    shop.launch()

    shop.run(step=HOUR, most=80)

    assert (by_day(shop), shop.report()["skipped"]) == ([10, 15], {"ramp": 5})


def test_two_campaigns_share_the_day_and_transactional_mail_does_not_count(shop):
    shop.people(8)
    shop.launch()
    put_campaign(shop.app, "autumn", {"segments": ["everyone"], "template": "spring"})
    launch_campaign(shop.app, "autumn")
    shop.run(step=timedelta(minutes=10), most=5)

    assert len(shop.mailer.accepted) == 10
    assert set(state(shop).messages) == {"c.spring", "c.autumn"}


def test_senders_that_race_take_no_place_twice(shop):
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda _: take(shop, 3), range(8)))

    assert sum(some or 0 for some in got) == state(shop).taken <= 10
    assert None in got or sum(got) == 10


def test_whoever_loses_every_round_asks_again_and_nobody_is_skipped(shop, monkeypatch):
    shop.people(5)
    shop.launch()
    real = shop.app.catalog.put

    def busy(document):
        if document.kind == "ramp":
            raise StaleRevision("ramp")
        return real(document)

    monkeypatch.setattr(shop.app.catalog, "put", busy)
    shop.send()
    assert (shop.mailer.accepted, shop.rows.items) == ([], {})

    monkeypatch.setattr(shop.app.catalog, "put", real)
    shop.run()
    assert len(shop.mailer.accepted) == 5


@pytest.mark.parametrize("after", [False, True])
def test_a_sender_that_dies_around_its_places_or_claims_never_makes_the_day_larger(after):
    """A2."""
    for method in ("put", "claim", "send"):
        fresh = open_shop()
        put_shop(fresh.app, {"ramp": {"start": 10, "until": 100}})
        fresh.people(14)
        fresh.launch()
        target = {"put": fresh.app.catalog, "claim": fresh.mailboxes, "send": fresh.mailer}[method]
        fresh.clock.advance(timedelta(minutes=31))
        fresh.once(target, method, die, after=after)
        with suppress(Died):
            fresh.send()
        fresh.clock.advance(BEYOND_THE_LEASE)
        fresh.run(step=HOUR, most=10)
        assert len(fresh.mailer.accepted) <= 10
        fresh.run(step=HOUR, most=40)
        report = fresh.report()
        assert report["pending"] == 0
        assert report["sent"] + report["unknown"] + report["skipped"].get("ramp", 0) == 14


def test_the_places_of_mailboxes_that_were_not_claimed_come_back(shop):
    assert take(shop, 8) == 8
    give_back_places(shop.app, shop.app.catalog.shop(), 3, shop.clock.now())

    assert (state(shop).taken, take(shop, 9)) == (5, 5)


def day_of_ten(shop, **changes):
    """Ten mails of one day, with a fact about some of them."""
    shop.people(10)
    shop.launch()
    shop.clock.advance(HOUR)
    shop.run()
    for key, row in list(shop.rows.items.items())[: changes.pop("count", 0)]:
        shop.rows.items[key] = replace(row, **changes)


@pytest.mark.parametrize(
    ("changes", "allowance"),
    [
        ({}, 15),
        ({"count": 1, "delivery": "bounced"}, 10),
        ({"count": 1, "delivery": "complained"}, 10),
        ({"count": 3, "delivery": "soft_bounced"}, 15),
    ],
)
def test_the_next_day_allows_what_the_rows_of_this_one_say(shop, changes, allowance):
    day_of_ten(shop, **changes)
    shop.clock.advance(DAY)

    for _ in range(2):
        open_day(shop.app)

    assert (state(shop).allowance, state(shop).taken) == (allowance, 0)
    assert take(shop, 40) == allowance


def test_what_becomes_known_of_a_day_later_changes_nothing_any_more(shop):
    day_of_ten(shop)
    shop.clock.advance(DAY)
    open_day(shop.app)
    for key, row in shop.rows.items.items():
        shop.rows.items[key] = replace(row, delivery="bounced")

    open_day(shop.app)

    assert state(shop).allowance == 15


def test_once_the_domain_is_warm_nothing_is_held_back_or_counted(shop):
    put_shop(shop.app, {"ramp": {"start": 10, "until": 15}})
    day_of_ten(shop)
    shop.clock.advance(DAY)
    assert take(shop, 5000) == 5000
    writes = shop.app.catalog.writes

    assert take(shop, 5000) == 5000
    shop.clock.advance(3 * DAY)
    assert take(shop, 5000) == 5000
    assert shop.app.catalog.writes == writes


def test_a_mail_that_is_refused_has_used_its_place_of_the_day(shop):
    """It was offered to a receiver, or might have been; the day brings fewer mails, never more."""
    shop.people(12)
    shop.mailer.before = raising(REFUSED)
    shop.launch()
    shop.run(step=timedelta(minutes=10), most=5)
    recover(shop)
    assert state(shop).taken == 10


def test_without_a_ramp_nothing_is_written(shop):
    put_shop(shop.app, {"ramp": None})
    shop.people(12)
    shop.launch()
    shop.run()

    assert len(shop.mailer.accepted) == 12
    assert shop.app.catalog.get("ramp", "marketing") is None
