"""How an offer is said in one line of a mail, in English and in German."""

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.domain.money import CURRENCY_DIGITS
from chalicelib.domain.offers import Offer

_SYMBOLS = {"GBP": "£", "EUR": "€", "USD": "$", "JPY": "¥"}
_NO_BREAK = "\u00a0"  # keeps a number and its sign on one line


@dataclass(frozen=True, slots=True, kw_only=True)
class _Language:
    percent: str
    amount: str
    free_delivery: str
    gift: str
    ceiling: str
    min_basket: str
    categories: str
    thousands: str
    point: str
    money: str  # with a symbol or a code


_LANGUAGES: Mapping[str, _Language] = {
    "en": _Language(
        percent="{percent}% off",
        amount="{amount} off",
        free_delivery="free delivery",
        gift="a gift: {gift}",
        ceiling="at most {amount}",
        min_basket="on orders from {amount}",
        categories="for {categories}",
        thousands=",",
        point=".",
        money="{symbol}{number}",
    ),
    "de": _Language(
        percent=f"{{percent}}{_NO_BREAK}% Rabatt",
        amount="{amount} Rabatt",
        free_delivery="kostenlose Lieferung",
        gift="ein Geschenk: {gift}",
        ceiling="höchstens {amount}",
        min_basket="ab {amount} Bestellwert",
        categories="für {categories}",
        thousands=".",
        point=",",
        money=f"{{number}}{_NO_BREAK}{{symbol}}",
    ),
}


def offer_in_words(offer: Offer, locale: str) -> str:
    """The benefit and what it asks for, parted by commas: "15% off, at most £20.00, on orders from £50.00".

    Args:
        offer: the offer.
        locale: such as "de-AT"; a language that is not known here reads as English.
    """
    words = _LANGUAGES.get(locale.replace("_", "-").split("-")[0].lower(), _LANGUAGES["en"])
    benefit, conditions = offer.benefit, offer.conditions
    parts = [
        getattr(words, benefit.kind).format(
            percent=benefit.percent,
            amount=_money(benefit.amount or 0, offer.currency, words),
            gift=benefit.name or benefit.sku,
        )
    ]
    if benefit.ceiling is not None:
        parts.append(words.ceiling.format(amount=_money(benefit.ceiling, offer.currency, words)))
    if conditions.min_basket is not None:
        parts.append(words.min_basket.format(amount=_money(conditions.min_basket, offer.currency, words)))
    if conditions.categories:
        parts.append(words.categories.format(categories=", ".join(conditions.categories)))
    return ", ".join(parts)


def _money(amount: int, currency: str, words: _Language) -> str:
    digits = CURRENCY_DIGITS.get(currency, 2)
    whole, fraction = divmod(amount, 10**digits)
    number = f"{whole:,}".replace(",", words.thousands)
    if digits:
        number += f"{words.point}{fraction:0{digits}}"
    symbol = _SYMBOLS.get(currency, currency + _NO_BREAK if words.money.startswith("{symbol") else currency)
    return words.money.format(symbol=symbol, number=number)
