"""How a quotient of whole numbers is written: rounded once, at the end; None where there is nothing to divide by."""

from decimal import ROUND_HALF_UP, Decimal

_PLACES = Decimal(1)


def money_quotient(dividend: int, divisor: int) -> int | None:
    """Whole minor units, halves away from zero; None for "not enough data"."""
    return None if divisor == 0 else int((Decimal(dividend) / Decimal(divisor)).quantize(_PLACES, ROUND_HALF_UP))


def quotient(dividend: int, divisor: int, digits: int = 4) -> float | None:
    """A rate; None for "not enough data"."""
    return None if divisor == 0 else round(dividend / divisor, digits)


def percent(part: int, whole: int) -> float | None:
    """Per cent with two digits; None for "not enough data"."""
    return quotient(100 * part, whole, 2)
