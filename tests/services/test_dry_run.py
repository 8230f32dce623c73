"""A dry run tells what the launch then does, and leaves nothing behind."""

import copy
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.mailboxes import Sent
from chalicelib.errors import Conflict, InvalidInput
from chalicelib.services.dry_run import dry_run
from chalicelib.services.put_shop import put_shop
from tests.fakes import NOON
from tests.services.sending import open_shop

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def shop():
    return open_shop()


def tried(shop, so_far=None, *, budget=timedelta(seconds=15)):
    return dry_run(shop.app, "spring", so_far, deadline=shop.clock.real() + budget)


def everything(shop):
    """All that is stored."""
    ports = (shop.customers, shop.mailboxes, shop.vouchers, shop.rows)
    return copy.deepcopy([vars(port).get("items") for port in ports]), dict(shop.files.objects)


def mixed_audience(shop):
    """Thirty who get it, and some of each kind who do not."""
    shop.people(30)
    shop.person("away", consent=False)
    shop.person("twin", "p000@example.com")
    shop.person("night", time_zone="Asia/Tokyo")
    shop.person("island", time_zone="Pacific/Honolulu")
    shop.customers.put(replace(shop.customers.items["p001"], email=None, mailbox=None))
    for name, hours in (("p002", 5), ("p003", 30)):
        shop.mailboxes.put(replace(shop.box(name), sends=(Sent(topic="offers", at=NOON - hours * HOUR),)))
    dull = tuple(Sent(topic="offers", at=NOON - days * DAY) for days in range(100, 0, -10))
    shop.mailboxes.put(replace(shop.box("p004"), sends=dull))
    caps = {"all": {"count": 1, "per": "1d"}, "over": "skip"}
    put_shop(shop.app, {"quiet_hours": {"from": "21:00", "to": "11:00"}, "caps": caps})
    shop.campaign(max_lateness="12h", holdout_percent=20, offer=shop.offer())


def test_the_launch_does_what_the_dry_run_said(shop):
    """By reason: the same decisions, taken when each person's turn comes."""
    mixed_audience(shop)
    found = tried(shop)

    shop.launch(max_lateness="12h", holdout_percent=20, offer="ten-off")
    shop.run(step=HOUR, most=30)

    report = shop.report()
    assert found.forecast.audience == report["planned"] == 34
    assert found.forecast.will_send == report["sent"] > 15
    assert dict(found.forecast.skipped) == report["skipped"]
    assert set(report["skipped"]) == {
        *("no_address", "no_consent", "already_sent", "frequency_cap", "unengaged", "quiet_hours", "holdout"),
    }


def test_it_sends_stores_and_issues_nothing(shop):
    """E9: it uses no code."""
    mixed_audience(shop)
    before = everything(shop)

    found = tried(shop)

    assert everything(shop) == before
    assert (shop.mailer.accepted, shop.messages.items, shop.batches.items, shop.due.at) == ([], {}, {}, {})
    assert shop.vouchers.vouchers == {}
    assert shop.queue.take("plan") + shop.queue.take("marketing") == []
    assert len(found.samples) == 10
    assert all("SAMPLE-CODE" in sample["html"] and sample["subject"] == "Hello" for sample in found.samples)


def test_parts_of_it_add_up_to_the_whole(shop):
    """A large shop takes several calls; each goes on where the one before ended."""
    shop.people(4500)
    shop.person("away", consent=False)
    shop.campaign()
    whole, part, parts = tried(shop), tried(shop, budget=timedelta(0)), 1
    while part.next is not None:
        assert part.samples == []
        part, parts = tried(shop, part.next, budget=timedelta(0)), parts + 1

    assert parts == 3
    assert part.forecast.to_fields() == whole.forecast.to_fields()
    assert (part.samples, part.minutes, part.cost) == (whole.samples, whole.minutes, whole.cost)
    assert (whole.forecast.will_send, whole.forecast.skipped) == (4500, {"no_consent": 1})
    assert whole.cost.to_fields() == {"amount": 47, "currency": "USD"}
    assert whole.minutes == -(-4500 // (60 * int(shop.mailer.rate)))


@pytest.mark.parametrize("broken", ["", "x", "bm8=", "eyJhZnRlciI6ICJwMSJ9"])
def test_a_part_that_no_answer_gave_is_refused(shop, broken):
    shop.campaign()

    with pytest.raises(InvalidInput, match="begin again without it"):
        tried(shop, broken or "e30=")


def test_what_nothing_bounds_is_a_warning_and_no_guess(shop):
    shop.people(3)
    shop.campaign(offer=shop.offer())
    found = tried(shop)
    assert found.worst_offer_cost is None
    assert [warning["rule"] for warning in found.warnings] == ["unbounded-offer"]

    shop.offer("ten-off", benefit={"kind": "amount", "amount": 500})
    found = tried(shop)
    assert found.worst_offer_cost.to_fields() == {"amount": 1500, "currency": "GBP"}
    assert list(found.warnings) == []


def test_a_sample_that_cannot_be_made_says_so(shop):
    """D11."""
    shop.template(html="{{ customer.attributes.size }} {{ unsubscribe_url }}")
    shop.people(2)
    shop.campaign()

    found = tried(shop)

    assert found.samples == []
    assert {warning["where"] for warning in found.warnings} == {"customer p000", "customer p001"}
    assert "This mail would fail" in found.warnings[0]["message"]


def test_what_could_not_be_launched_is_refused_as_the_launch_would(shop):
    shop.campaign(segments=["nobody"], offer="none")

    with pytest.raises(InvalidInput) as refused:
        tried(shop)
    assert {detail.where for detail in refused.value.details} == {"segments", "offer"}


def test_what_was_launched_has_a_report(shop):
    shop.people(1)
    shop.launch()

    with pytest.raises(Conflict, match="see its report"):
        tried(shop)


def test_the_days_of_a_new_domain_are_counted(shop):
    """The launch does what was said."""
    put_shop(shop.app, {"ramp": {"start": 10, "until": 100}})
    shop.people(40)
    shop.campaign()
    found = tried(shop)

    shop.launch()
    shop.run(step=HOUR, most=40)

    report = shop.report()
    assert (found.forecast.will_send, dict(found.forecast.skipped)) == (25, {"ramp": 15})
    assert (report["sent"], report["skipped"]) == (25, {"ramp": 15})
    assert found.minutes == 20 * 60 + 1  # until eight in the morning


def test_samples_and_costs_know_the_variants(shop):
    shop.template("spring-b", subject="Other words")
    shop.offer("five-off", benefit={"kind": "amount", "amount": 500})
    shop.offer("two-off", benefit={"kind": "amount", "amount": 200})
    shop.people(20)
    arms = [
        {"name": "a", "share": 50, "offer": "five-off"},
        {"name": "b", "share": 50, "template": "spring-b", "offer": "two-off"},
    ]
    shop.campaign(variants=arms)

    found = tried(shop)

    assert found.worst_offer_cost.amount == 10 * 500 + 10 * 200
    assert {sample["subject"] for sample in found.samples} == {"Hello", "Other words"}
