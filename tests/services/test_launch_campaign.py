"""A launch happens once, pins what it promises, and is refused before anyone is mailed."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.errors import InvalidInput, NotFound
from chalicelib.ports import Document
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


@pytest.mark.parametrize(
    ("fields", "planned"),
    [
        ({}, datetime(2026, 11, 22, 12, tzinfo=UTC)),
        ({"send_at": "2026-12-01T09:00:00Z"}, datetime(2026, 11, 22, 12, tzinfo=UTC)),
        ({"local_time": "18:00"}, datetime(2026, 11, 22, 12, tzinfo=UTC)),
        ({"send_at": "2026-12-01T09:00:00Z", "local_time": "18:00"}, datetime(2026, 11, 30, 10, tzinfo=UTC)),
    ],
)
def test_it_is_planned_at_the_launch_or_as_its_day_begins_somewhere(shop, fields, planned):
    shop.campaign(**fields)

    launch_campaign(shop.app, "spring")

    fed = planned == shop.clock.now()
    assert shop.due.at == {("c.spring", None): planned + (timedelta(minutes=3) if fed else timedelta(0))}
    assert len(shop.queue.take("plan")) == (1 if fed else 0)
