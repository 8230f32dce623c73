"""How money is written: the minor digits of each currency, and how a decimal text becomes whole minor units."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.errors import InvalidInput

# Minor digits as ISO 4217 lists them: https://www.six-group.com/en/products-services/financial-information/data-standards.html
_TWO_DIGITS = (
    "AED AUD BGN BRL CAD CHF CNY COP CZK DKK EGP EUR GBP GEL HKD IDR ILS INR KES KZT MAD MXN MYR NGN NOK NZD PEN PHP "
    "PKR PLN QAR RON RSD RUB SAR SEK SGD THB TRY TWD UAH USD ZAR"
)
_NO_DIGITS = "CLP ISK JPY KRW PYG UGX VND"
_THREE_DIGITS = "BHD JOD KWD OMR TND"
CURRENCY_DIGITS: Mapping[str, int] = {
    **dict.fromkeys(_TWO_DIGITS.split(), 2),
    **dict.fromkeys(_NO_DIGITS.split(), 0),
    **dict.fromkeys(_THREE_DIGITS.split(), 3),
}
MAX_AMOUNT = 10**12  # minor units, either way: ten thousand million in a currency with cents

_DECIMAL = re.compile(r"([+-]?)([0-9]+)(?:\.([0-9]+))?", re.ASCII)
_LONGEST = 30  # characters; anything longer is no price


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """An exact amount."""

    amount: int  # minor units
    currency: str  # ISO 4217

    def to_fields(self) -> dict[str, Any]:
        """As the API writes it."""
        return {"amount": self.amount, "currency": self.currency}


def require_currency(value: Any) -> str:
    """The ISO code of a currency that this service knows.

    Raises:
        InvalidInput: any other value.
    """
    if isinstance(value, str) and value.strip().upper() in CURRENCY_DIGITS:
        return value.strip().upper()
    raise InvalidInput(f"{_shown(value)} is no currency known here; use an ISO 4217 code such as GBP, EUR or USD")


def minor_units(text: str, currency: str) -> int:
    """Whole minor units from a decimal in major units: "2.55" GBP is 255, "2.55" JPY is refused.

    Zeros after the currency's last digit are allowed ("2.5500"): they say nothing new. A sign is allowed; whether a
    negative amount makes sense is for the caller to say.

    Raises:
        InvalidInput: not a plain decimal (NaN, infinity, an exponent, separators of thousands, a comma), a part of a
            minor unit, or an amount beyond `MAX_AMOUNT`.
    """
    digits = CURRENCY_DIGITS[require_currency(currency)]
    found = _DECIMAL.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    if found is None:
        raise InvalidInput(f"{_shown(text)} is no amount; write digits with a decimal point, such as 2.55")
    sign, whole, fraction = found[1], found[2], (found[3] or "").rstrip("0")
    if len(fraction) > digits:
        raise InvalidInput(f"{_shown(text)} {currency} is not a whole number of minor units; {currency} has {digits}")
    amount = int(whole + fraction.ljust(digits, "0"))
    if amount > MAX_AMOUNT:
        raise InvalidInput(f"{_shown(text)} is over the limit of {MAX_AMOUNT} minor units")
    return -amount if sign == "-" else amount


def require_money(value: Any, currency: str) -> Money:
    """Money of the API: a whole number of minor units of `currency`, or `{"amount": 1250, "currency": "GBP"}`.

    Raises:
        InvalidInput: a fraction, a text, true or false, an unknown field or currency, or beyond `MAX_AMOUNT`.
    """
    amount = value
    if isinstance(value, Mapping):
        if unknown := sorted(str(name) for name in value if name not in {"amount", "currency"}):
            raise InvalidInput(f"money has amount and currency, not {_shown(unknown[0])}")
        amount, currency = value.get("amount"), require_currency(value.get("currency", currency))
    if not isinstance(amount, int) or isinstance(amount, bool):
        raise InvalidInput(f"{_shown(amount)} is no amount; give whole minor units, such as 1250 for 12.50")
    if abs(amount) > MAX_AMOUNT:
        raise InvalidInput(f"the amount is over the limit of {MAX_AMOUNT} minor units")
    return Money(amount=amount, currency=currency)


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."
