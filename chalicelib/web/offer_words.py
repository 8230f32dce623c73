"""How an offer reads on a page: what it gives and what it asks, in the customer's language and number format."""

from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from chalicelib.domain.benefits import Benefit
from chalicelib.domain.money import CURRENCY_DIGITS
from chalicelib.domain.offers import Offer
from chalicelib.domain.shop import Shop
from chalicelib.web.texts import Texts, fill, language_of

if TYPE_CHECKING:
    from babel import Locale


def benefit_words(benefit: Benefit, currency: str, locale: str, texts: Texts) -> str:
    """What the customer gets, as a headline: "15% off", "5,00 € Rabatt"."""
    return fill(
        texts[f"benefit_{benefit.kind}"],
        percent=_percent(benefit.percent or 0, locale),
        amount=money_words(benefit.amount or 0, currency, locale),
        name=benefit.name or benefit.sku or "",
    )


def term_words(offer: Offer, expires_at: datetime | None, shop: Shop, locale: str, texts: Texts) -> list[str]:
    """What the customer should know, each as one line; what does not apply is left out."""
    conditions, benefit = offer.conditions, offer.benefit
    terms = []
    if expires_at is not None:
        terms.append(fill(texts["term_until"], day=day_words(expires_at, shop, locale)))
    if conditions.min_basket:
        terms.append(fill(texts["term_min_basket"], amount=money_words(conditions.min_basket, offer.currency, locale)))
    if conditions.categories:
        terms.append(fill(texts["term_categories"], categories=", ".join(conditions.categories)))
    if benefit.ceiling is not None:
        terms.append(fill(texts["term_ceiling"], amount=money_words(benefit.ceiling, offer.currency, locale)))
    if offer.limits.per_customer == 1 or offer.code.kind == "unique":
        terms.append(texts["term_once"])
    return [*terms, texts["term_exclusive"]] if offer.exclusive else terms


def money_words(amount: int, currency: str, locale: str) -> str:
    """Minor units as people write them: 1250 GBP in "en" is "£12.50"; whole amounts without ".00"."""
    from babel.numbers import format_currency  # noqa: PLC0415 - slow to load, and only pages with an offer need it

    value = Decimal(amount).scaleb(-CURRENCY_DIGITS[currency])
    spoken = _spoken(locale)
    if value != value.to_integral_value():
        return str(format_currency(value, currency, locale=spoken))
    pattern = str(spoken.currency_formats["standard"].pattern).replace(".00", "")
    return str(format_currency(value, currency, locale=spoken, format=pattern, currency_digits=False))


def day_words(end: datetime, shop: Shop, locale: str) -> str:
    """The last day before the instant `end` in the shop's time zone, written out."""
    from babel.dates import format_date  # noqa: PLC0415

    last = (end - timedelta(microseconds=1)).astimezone(shop.zone)  # midnight ends the day before
    return str(format_date(last.date(), format="long", locale=_spoken(locale)))


def _percent(percent: int, locale: str) -> str:
    from babel.numbers import format_percent  # noqa: PLC0415

    return str(format_percent(Decimal(percent) / 100, locale=_spoken(locale)))


@cache
def _spoken(locale: str) -> "Locale":
    """Babel's rules for the locale, or for its language where the package has no more; British where only "en"."""
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415

    wanted = "en_GB" if locale == "en" else locale.replace("-", "_")
    try:
        return Locale.parse(wanted)
    except (UnknownLocaleError, ValueError):
        return Locale.parse(language_of(locale))
