"""Offers in one line."""

import pytest

from chalicelib.domain.benefits import Benefit
from chalicelib.domain.offer_words import offer_in_words
from chalicelib.domain.offers import Conditions, Offer


def words(locale, benefit, currency="GBP", **conditions):
    offer = Offer(name="x", benefit=benefit, currency=currency, conditions=Conditions(**conditions))
    return offer_in_words(offer, locale).replace("\u00a0", "_")


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("en-GB", "15% off, at most £20.00, on orders from £1,234.05, for tea, coffee"),
        ("de_AT", "15_% Rabatt, höchstens 20,00_£, ab 1.234,05_£ Bestellwert, für tea, coffee"),
        ("fr", "15% off, at most £20.00, on orders from £1,234.05, for tea, coffee"),
    ],
)
def test_an_offer_says_what_it_gives_and_what_it_asks(locale, said):
    benefit = Benefit(kind="percent", percent=15, ceiling=2_000)

    assert words(locale, benefit, min_basket=123_405, categories=("tea", "coffee")) == said


@pytest.mark.parametrize(
    ("benefit", "english", "german"),
    [
        (Benefit(kind="amount", amount=500), "£5.00 off", "5,00_£ Rabatt"),
        (Benefit(kind="free_delivery"), "free delivery", "kostenlose Lieferung"),
        (Benefit(kind="gift", sku="mug-1", name="a blue mug"), "a gift: a blue mug", "ein Geschenk: a blue mug"),
        (Benefit(kind="gift", sku="mug-1"), "a gift: mug-1", "ein Geschenk: mug-1"),
    ],
)
def test_each_kind_has_its_words(benefit, english, german):
    assert words("en", benefit) == english
    assert words("de", benefit) == german


@pytest.mark.parametrize(
    ("currency", "english", "german"),
    [
        ("EUR", "€5.00 off", "5,00_€ Rabatt"),
        ("JPY", "¥500 off", "500_¥ Rabatt"),
        ("CHF", "CHF_5.00 off", "5,00_CHF Rabatt"),
        ("KWD", "KWD_0.500 off", "0,500_KWD Rabatt"),
    ],
)
def test_money_has_the_digits_of_its_currency(currency, english, german):
    assert words("en", Benefit(kind="amount", amount=500), currency) == english
    assert words("de", Benefit(kind="amount", amount=500), currency) == german
