"""A launch happens once, pins what it promises, and is refused before anyone is mailed."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.errors import InvalidInput, NotFound
from chalicelib.ports import Document
from chalicelib.services.get_campaign import get_campaign
from chalicelib.services.launch_campaign import launch_campaign
from chalicelib.services.stop_offer import stop_offer
from tests.services.sending import open_shop


@pytest.fixture
def shop():
    shop = open_shop()
    shop.person("ann")
    return shop


def refused(shop):
    with pytest.raises(InvalidInput) as error:
        launch_campaign(shop.app, "spring")
    assert (shop.messages.items, shop.due.at, shop.queue.sent) == ({}, {}, {})
    return {(detail.where, detail.message) for detail in error.value.details} or error.value.message


def test_launching_again_answers_with_the_same_launch_and_starts_nothing(shop):
    """A1, A13."""
    shop.campaign()
    first = launch_campaign(shop.app, "spring")
    shop.run()

    again = launch_campaign(shop.app, "spring")

    assert (again.id, again.state) == (first.id, "sending")
    assert shop.due.at == {}
    assert len(shop.mailer.accepted) == 1


def test_launched_ten_times_at_once_it_starts_once(shop):
    """A13."""
    shop.campaign()

    with ThreadPoolExecutor(10) as pool:
        messages = list(pool.map(lambda _: launch_campaign(shop.app, "spring"), range(10)))
    shop.run()

    assert {message.id for message in messages} == {"c.spring"}
    assert shop.mailer.recipients == ["ann@example.com"]


def test_the_version_that_was_active_at_the_launch_is_sent(shop):
    """A9, D13."""
    shop.launch()
    shop.template(subject="Changed after the approval")

    shop.run()

    assert shop.mailer.accepted[0].subject == "Hello"


def test_an_unknown_campaign_is_not_found(shop):
    with pytest.raises(NotFound, match="There is no campaign 'spring'"):
        launch_campaign(shop.app, "spring")


def test_without_a_postal_address_the_launch_is_refused(shop, monkeypatch):
    """C9."""
    shop.campaign()
    settings = replace(shop.app.catalog.shop(), postal_address=" ")
    monkeypatch.setattr(shop.app.catalog, "shop", lambda: settings)

    assert refused(shop) == {("shop.postal_address", "is empty: marketing mail must carry the shop's postal address")}


def test_a_template_without_an_unsubscribe_link_is_refused(shop):
    """C9."""
    shop.template(refuses=["has no unsubscribe link"])
    shop.campaign()

    assert refused(shop) == {("template spring (en)", "has no unsubscribe link")}


@pytest.mark.parametrize("template", ["draft", "none"])
def test_a_template_that_was_not_activated_is_refused(shop, template):
    shop.app.catalog.put(
        Document(kind="template", name="draft", body={"locales": {"en": {"versions": ["v1"], "active": None}}})
    )
    shop.campaign(template=template)

    assert refused(shop) == f"template {template!r} has no active version: upload it and activate it first"


def test_everything_that_stands_against_it_is_named(shop):
    shop.campaign(segments=["nobody", "everyone"], exclude=["gone"], offer="ten-off")

    assert refused(shop) == {
        ("segments", "there is no segment 'nobody'"),
        ("segments", "there is no segment 'gone'"),
        ("offer", "there is no offer 'ten-off'"),
    }


@pytest.mark.parametrize("end", ["stopped", "over"])
def test_an_offer_whose_vouchers_would_be_refused_is_refused(shop, end):
    """E13."""
    shop.offer(validity={"ends_at": "2026-11-22T12:00:00Z" if end == "over" else "2026-12-22"})
    if end == "stopped":
        stop_offer(shop.app, "ten-off")
    shop.campaign(offer="ten-off")

    assert refused(shop) == {("offer", "offer 'ten-off' has ended or was stopped: its voucher would be refused")}


@pytest.mark.parametrize("send_at", [None, "2026-12-01T09:00:00Z"])
@pytest.mark.parametrize("local_time", [None, "18:00"])
def test_the_audience_is_frozen_at_the_launch_whenever_the_mail_is_due(shop, send_at, local_time):
    shop.campaign(send_at=send_at, local_time=local_time)

    launch_campaign(shop.app, "spring")
    shop.plan()
    shop.person("late")
    shop.run(timedelta(hours=6), most=60)

    assert {row.customer_id for row in shop.rows.items.values()} == {"ann"}
    assert shop.messages.items["c.spring"].frozen_at == datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize("local_time", [None, "09:00"])
def test_a_time_that_is_so_long_past_that_everybody_would_be_skipped_is_refused(shop, local_time):
    """A13."""
    shop.campaign(send_at="2026-11-19T09:00:00Z", **({"local_time": local_time} if local_time else {}))

    [(where, message)] = refused(shop)

    assert where == "send_at"
    assert "max_lateness (1d): everybody would be skipped" in message


def test_one_that_repeats_until_a_day_that_is_over_is_refused(shop):
    shop.campaign(repeat={"every": "day", "until": "2026-11-21"}, local_time="09:00")

    assert refused(shop) == {("repeat.until", "2026-11-21 is over: it would never go out. Set a later day.")}


def test_a_time_that_is_a_little_past_is_now(shop):
    shop.launch(send_at="2026-11-22T09:00:00Z")
    shop.run()

    assert shop.mailer.recipients == ["ann@example.com"]


@pytest.mark.parametrize(
    ("limits", "wrong"),
    [
        ({}, "ten-off has no limits.budget"),
        ({"budget": 50_001}, "its offers may cost 50001"),
        ({"budget": 50_000}, ""),
    ],
)
def test_an_offer_that_may_cost_more_than_the_campaign_s_budget_is_refused(shop, limits, wrong):
    shop.offer(limits=limits)
    shop.campaign(offer="ten-off", budget=50_000)

    if not wrong:
        assert launch_campaign(shop.app, "spring").id == "c.spring"
    else:
        [(where, message)] = refused(shop)
        assert where == "budget"
        assert wrong in message


def test_what_a_launch_pinned_is_shown_also_where_the_draft_was_changed_at_the_same_moment(shop):
    """A9."""
    shop.campaign(topic="news")
    stored = shop.app.catalog.get("campaign", "spring")
    launch_campaign(shop.app, "spring")
    shop.app.catalog.put(replace(stored, body={**stored.body, "topic": "other"}))

    campaign, _ = get_campaign(shop.app, "spring")

    assert campaign.topic == "news"
