"""A campaign before its launch: merged, read back, and left alone once it was launched."""

from datetime import UTC, datetime

import pytest

from chalicelib.errors import Conflict, InvalidInput, NotFound
from chalicelib.services.get_campaign import get_campaign
from chalicelib.services.put_campaign import put_campaign
from tests.services.sending import open_shop


@pytest.fixture
def shop():
    return open_shop()


def test_named_fields_are_merged_and_null_clears_one(shop):
    put_campaign(shop.app, "spring", {"segments": ["everyone"], "template": "spring", "topic": "news"})

    changed = put_campaign(shop.app, "spring", {"topic": None, "send_at": "2026-07-01T10:00:00"})

    assert (changed.segments, changed.template, changed.topic) == (("everyone",), "spring", None)
    assert changed.send_at == datetime(2026, 7, 1, 9, tzinfo=UTC)  # London in summer
    assert get_campaign(shop.app, "spring") == (changed, None)


def test_a_needed_field_cannot_be_cleared(shop):
    shop.campaign()
    before = shop.app.catalog.get("campaign", "spring")

    with pytest.raises(InvalidInput, match="template is needed"):
        put_campaign(shop.app, "spring", {"template": None})

    assert shop.app.catalog.get("campaign", "spring") is before


@pytest.mark.parametrize("name", ["a.b", "Spring", "../x"])
def test_a_name_that_cannot_stand_in_a_key_is_refused(shop, name):
    with pytest.raises(InvalidInput):
        put_campaign(shop.app, name, {"segments": ["everyone"], "template": "spring"})

    assert shop.app.catalog.list("campaign") == []


def test_a_launched_campaign_is_not_changed(shop):
    """A9."""
    shop.launch()
    before = shop.app.catalog.get("campaign", "spring")

    with pytest.raises(Conflict, match="was launched and cannot be changed. Make a new one under another name"):
        put_campaign(shop.app, "spring", {"template": "other"})

    assert shop.app.catalog.get("campaign", "spring") is before


def test_an_unknown_campaign_is_not_found(shop):
    with pytest.raises(NotFound, match="There is no campaign 'winter'"):
        get_campaign(shop.app, "winter")


def test_a_launched_one_is_read_with_its_launch(shop):
    shop.launch()

    campaign, message = get_campaign(shop.app, "spring")

    assert (campaign.name, message and message.state) == ("spring", "sending")
