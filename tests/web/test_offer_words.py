from datetime import UTC, datetime

import pytest

from chalicelib.domain.benefits import Benefit
from chalicelib.domain.offers import CodeRule, Conditions, Limits, Offer
from chalicelib.domain.shop import Shop
from chalicelib.web.offer_words import benefit_words, day_words, money_words, term_words
from chalicelib.web.texts import texts_in

SHOP = Shop(name="Shop", sender="a@b.example", postal_address="1 Dock Street", links_url="https://l.example")
ENGLISH, GERMAN = texts_in("en", "Shop"), texts_in("de", "Shop")


@pytest.mark.parametrize(
    ("amount", "currency", "locale", "words"),
    [
        (1250, "GBP", "en", "£12.50"),
        (1200, "GBP", "en-GB", "£12"),
        (123456789, "GBP", "en", "£1,234,567.89"),
        (1250, "EUR", "de-DE", "12,50\xa0€"),
        (100000, "EUR", "de", "1.000\xa0€"),
        (500, "JPY", "en-US", "¥500"),
        (1250, "GBP", "xx-YY", "£12.50"),
        (0, "GBP", "en", "£0"),
    ],
)
def test_money_reads_as_people_write_it(amount, currency, locale, words):
    assert money_words(amount, currency, locale) == words


@pytest.mark.parametrize(
    ("benefit", "english", "german"),
    [
        (Benefit(kind="percent", percent=15), "15% off", "15\xa0% Rabatt"),
        (Benefit(kind="amount", amount=500), "£5 off", "5\xa0£ Rabatt"),
        (Benefit(kind="free_delivery"), "Free delivery", "Kostenlose Lieferung"),
        (Benefit(kind="gift", name="Mug"), "A gift for you: Mug", "Ein Geschenk für Sie: Mug"),
    ],
)
def test_each_benefit_has_a_headline(benefit, english, german):
    assert benefit_words(benefit, "GBP", "en", ENGLISH) == english
    assert benefit_words(benefit, "GBP", "de", GERMAN) == german


@pytest.mark.parametrize(
    ("end", "locale", "words"),
    [
        (datetime(2026, 12, 6, 23, 59, 59, 999999, UTC), "en", "6 December 2026"),
        (datetime(2026, 12, 7, 0, 0, tzinfo=UTC), "en-US", "December 6, 2026"),
        (datetime(2026, 7, 1, 23, 30, tzinfo=UTC), "de-AT", "2. Juli 2026"),
    ],
)
def test_the_last_day_is_named_in_the_shops_zone(end, locale, words):
    assert day_words(end, SHOP, locale) == words


def test_terms_say_what_applies_and_nothing_else():
    offer = Offer(
        name="o",
        benefit=Benefit(kind="percent", percent=10, ceiling=2000),
        currency="GBP",
        conditions=Conditions(min_basket=5000, categories=("Tea", "Coffee")),
        limits=Limits(per_customer=1),
        code=CodeRule(kind="shared", value="WELCOME"),
        exclusive=True,
    )

    assert term_words(offer, datetime(2026, 12, 7, tzinfo=UTC), SHOP, "en", ENGLISH) == [
        "Valid until 6 December 2026",
        "For a purchase of £50 or more",
        "For Tea, Coffee",
        "£20 off at most",
        "Can be used once",
        "Cannot be combined with other offers",
    ]
    bare = Offer(name="o", benefit=offer.benefit, currency="GBP", code=CodeRule(kind="none"))
    assert term_words(bare, None, SHOP, "en", ENGLISH) == ["£20 off at most"]
