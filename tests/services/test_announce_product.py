"""A new product is told to the fans of its category once, by each flow that listens."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.products import Product
from chalicelib.errors import InvalidInput
from chalicelib.services.announce_product import announce_product
from chalicelib.services.enable_flow import enable_flow
from tests.fakes import NOON
from tests.services.sending import DAY, open_shop

TEA = Product(sku="assam", name="Assam", category="Green tea", launched_at=NOON)


@pytest.fixture
def shop():
    shop = open_shop()
    shop.segment("fans-of-green-tea", {"field": "country", "op": "=", "value": "GB"})
    shop.person("fan", country="GB")
    shop.person("other", country="FR")
    shop.flow("news", trigger={"product": "launched"})
    shop.flow("birthday", trigger={"date": "birthday"})
    for name in ("news", "birthday"):
        enable_flow(shop.app, name)
    return shop


def test_the_fans_of_the_category_get_the_mail_on_the_day_of_the_launch(shop):
    assert announce_product(shop.app, TEA) == 1
    shop.run()

    assert shop.mailer.recipients == ["fan@example.com"]
    [message] = shop.messages.items.values()
    assert (message.products, message.send_at) == (("assam",), NOON)


def test_announcing_again_starts_nothing(shop):
    """A1: the stream is replayed, or the product changes."""
    announce_product(shop.app, TEA)

    assert announce_product(shop.app, replace(TEA, price=300)) == 0
    shop.run()

    assert len(shop.mailer.accepted) == 1


def test_a_launch_ahead_waits_for_its_day(shop):
    announce_product(shop.app, replace(TEA, launched_at=NOON + 30 * DAY))
    shop.run(timedelta(hours=12), most=58)
    assert shop.mailer.accepted == []

    shop.run(timedelta(hours=1))

    assert shop.row("fan").at >= NOON + 30 * DAY


@pytest.mark.parametrize(
    "product",
    [
        replace(TEA, launched_at=None),
        replace(TEA, launched_at=NOON - 8 * DAY),
        replace(TEA, category=None),
    ],
)
def test_what_is_no_news_or_has_no_fans_starts_nothing(shop, product):
    assert announce_product(shop.app, product) == 0
    assert shop.messages.items == {}


def test_a_flow_whose_template_was_taken_away_is_an_error_of_that_record(shop):
    """Invariant 11: it goes to the dead letters and can be tried again."""
    del shop.app.catalog.items["template", "news"]

    with pytest.raises(InvalidInput, match="template 'news' has no active version"):
        announce_product(shop.app, TEA)
    assert shop.messages.items == {}
