"""How values are written in a mail: money, days and times as the customer's country writes them, plurals, addresses."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from math import ceil, floor
from re import compile as regex
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from jinja2 import pass_context, pass_eval_context
from jinja2.nodes import EvalContext
from jinja2.runtime import Context
from markupsafe import Markup, escape

from chalicelib.domain.money import CURRENCY_DIGITS
from chalicelib.domain.urls import safe_url
from chalicelib.email.entities import decoded
from chalicelib.email.missing import Missing
from chalicelib.errors import RenderingFailed

if TYPE_CHECKING:
    from babel import Locale

MAX_DIGITS = 6  # behind the point
MAX_INT_TEXT = 20  # characters of a text that may be a number
_STYLE_VALUE = regex(r"[\w\s#.,%-]{0,120}|(rgb|rgba|hsl|hsla)\([\d\s.,%/]{1,40}\)")
_UNITS = ((24 * 60, "day"), (60, "hour"), (1, "minute"))  # minutes in each; two of a unit at least
_CSS_URL = str.maketrans({"'": "%27", '"': "%22", "(": "%28", ")": "%29", "\\": "%5C", " ": "%20"})


@lru_cache(maxsize=64)
def _locale(name: str) -> "Locale":
    """Babel's locale, or its language, or English where neither is known."""
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - costs 0.1 s: only where something is formatted

    tag = name.replace("-", "_")
    for candidate in (tag, tag.split("_")[0], "en"):
        try:
            return Locale.parse(candidate)
        except (UnknownLocaleError, ValueError):
            continue
    raise RenderingFailed("Babel has no English.")


def _of(context: Context, field: str) -> str | None:
    for owner in ("customer", "shop"):
        value = (context.get(owner) or {}).get(field)
        if value:
            return str(value)
    return None


def _locale_of(context: Context, given: str | None) -> str:
    return given or _of(context, "locale") or "en"


@pass_context
def money(context: Context, value: Any, currency: str | None = None, trim: bool = False) -> str:
    """An amount in minor units as the customer's country writes it. `trim` leaves out `.00`.

    Args:
        context: where the customer and the shop are.
        value: minor units, or `{"amount", "currency"}`.
        currency: ISO 4217; left out, the shop's.
        trim: whether a whole amount is written without its zeros.
    """
    if isinstance(value, Mapping):
        value, currency = value.get("amount"), value.get("currency") or currency
    if not isinstance(value, int) or isinstance(value, bool):
        raise RenderingFailed(f"money needs a whole number of minor units, got {_shown(value)}.")
    currency = str(currency or (context.get("shop") or {}).get("currency") or "GBP")
    if currency not in CURRENCY_DIGITS:
        raise RenderingFailed("money knows currencies by their ISO 4217 letters, such as EUR.")
    return _money_in_words(value, currency, _locale_of(context, None), bool(trim))


@lru_cache(maxsize=4096)  # the same prices stand in thousands of mails
def _money_in_words(minor: int, currency: str, locale_name: str, trim: bool) -> str:
    from babel.numbers import format_currency  # noqa: PLC0415

    locale = _locale(locale_name)
    amount = Decimal(minor).scaleb(-CURRENCY_DIGITS.get(currency, 2))
    if not trim or amount != amount.to_integral_value():
        return str(format_currency(amount, currency, locale=locale))
    pattern = regex(r"([.,])0+(?=[^0#]|$)").sub("", str(locale.currency_formats["standard"].pattern))
    return str(format_currency(amount, currency, pattern, locale=locale, currency_digits=False))


def _moment(value: Any) -> datetime | date:
    if isinstance(value, datetime | date):
        return value
    if isinstance(value, str):
        try:
            return date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
        except ValueError:
            pass
    raise RenderingFailed(f"day and datetime need a day or a time, got {_shown(value)}.")


def _local(context: Context, value: datetime) -> datetime:
    if isinstance(value.tzinfo, ZoneInfo):  # it has a zone of its own: the end of a voucher is the shop's
        return value
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    return aware.astimezone(ZoneInfo(_of(context, "time_zone") or "UTC"))


@pass_context
def day(context: Context, value: Any, locale: str | None = None, style: str = "long") -> str:
    """A day in words; of a time, the day on which it falls in its own zone, else in the customer's."""
    moment = _moment(value)
    if isinstance(moment, datetime):
        moment = _local(context, moment).date()
    return _day_in_words(moment, _locale_of(context, locale), style)


@lru_cache(maxsize=4096)
def _day_in_words(moment: date, locale_name: str, style: str) -> str:
    from babel.dates import format_date  # noqa: PLC0415

    known: Any = style if style in ("short", "medium", "long", "full") else "long"
    return str(format_date(moment, known, _locale(locale_name)))


@pass_context
def datetime_(context: Context, value: Any, locale: str | None = None) -> str:
    """A time in words, in its own zone, else in the customer's."""
    from babel.dates import format_datetime  # noqa: PLC0415

    moment = _moment(value)
    if not isinstance(moment, datetime):
        raise RenderingFailed("datetime needs a time, got a day. Use the filter day.")
    return str(format_datetime(_local(context, moment), "long", locale=_locale(_locale_of(context, locale))))


@pass_context
def plural(context: Context, count: Any, one: str, other: str, **forms: str) -> str:
    """The word for this count in the customer's language.

    Args:
        context: where the customer is.
        count: of what.
        one: the word where the language has it so: for 1, in French for 0 too, in Russian for 21.
        other: the word for all counts without one of their own.
        forms: `zero`, `two`, `few`, `many`, for languages that tell them apart.
    """
    if not isinstance(count, int | float):
        raise RenderingFailed(f"plural needs a number, got {_shown(count)}.")
    if unknown := sorted(set(forms) - {"zero", "two", "few", "many"}):
        raise RenderingFailed(f"plural knows zero, one, two, few, many and other, not {unknown[0]}.")
    return {**forms, "one": one}.get(_locale(_locale_of(context, None)).plural_form(count), other)


@pass_context
def number(context: Context, value: Any) -> str:
    """A number with the separators of the customer's country."""
    from babel.numbers import format_decimal  # noqa: PLC0415

    if not isinstance(value, int | float) or isinstance(value, bool):
        raise RenderingFailed(f"number needs a number, got {_shown(value)}.")
    return str(format_decimal(value, locale=_locale(_locale_of(context, None))))


def rounded(value: Any, digits: int = 0, how: str = "common") -> float:
    """A number with so many digits behind the point, `common`, `ceil` or `floor`."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise RenderingFailed(f"round needs a number, got {_shown(value)}.")
    if digits not in range(MAX_DIGITS + 1) or how not in ("common", "ceil", "floor"):
        raise RenderingFailed(f"round takes 0 to {MAX_DIGITS} digits, and common, ceil or floor.")
    if how == "common":
        return round(float(value), digits)
    return float((ceil if how == "ceil" else floor)(value * 10**digits) / 10**digits)


def whole(value: Any, otherwise: int = 0) -> int:
    """The whole number in a number or a text; `otherwise` where there is none."""
    try:
        return int(value) if isinstance(value, int | float) else int(str(value)[:MAX_INT_TEXT])
    except (ValueError, OverflowError):
        return otherwise


@pass_context
def countdown(context: Context, value: Any) -> str:
    """How long it is from the making of this mail to a time, in whole days, hours or minutes, rounded down.

    Raises:
        RenderingFailed: it has passed: a mail that promises it must not go out.
    """
    from babel.dates import format_timedelta  # noqa: PLC0415

    end, now = _moment(value), context.resolve("made_at")
    if not isinstance(end, datetime) or not isinstance(now, datetime):
        raise RenderingFailed("countdown needs a time, got a day. Use the filter day.")
    minutes = int((end - now).total_seconds() // 60)
    if minutes < 1:
        raise RenderingFailed("The time that a countdown leads to has passed.")
    whole, unit = next((minutes // size * size, unit) for size, unit in _UNITS if minutes >= 2 * size or size == 1)
    given: Any = unit
    locale = _locale(_locale_of(context, None))
    # `threshold`: the unit is chosen above, not by Babel, which would round 36 hours up to two days.
    return str(format_timedelta(timedelta(minutes=whole), granularity=given, threshold=1e9, locale=locale))


def default(value: Any, fallback: Any = "", _boolean: bool = True) -> Any:
    """The fallback for what is missing, null or empty; 0 and false are values."""
    return fallback if value is None or value == "" or isinstance(value, Missing) else value


def css(value: Any) -> Markup:
    """A value that may stand in a style: a colour, a size, a plain name."""
    return _css(str(value))


@lru_cache(maxsize=1024)  # a brand's colour stands in a mail dozens of times
def _css(text: str) -> Markup:
    if not _STYLE_VALUE.fullmatch(text):
        raise RenderingFailed(f"A style cannot hold {_shown(text)}: only a colour, a size or plain names.")
    return Markup(text)  # noqa: S704 - nothing but the signs above


def css_url(value: Any) -> Markup:
    """An address inside `url()` of a style."""
    return escape(safe_url(str(value)).translate(_CSS_URL))


def url_value(value: Any) -> str:
    """One value in the query of an address, percent-encoded."""
    return quote(str(value), safe="")


def url_path(value: Any) -> str:
    """A part of an address's path, percent-encoded but for slashes; dots cannot climb out of it."""
    text = quote(str(value), safe="/")
    return "/".join("%2E" * len(part) if part in (".", "..") else part for part in text.split("/"))


def url_mailbox(value: Any) -> str:
    """An address behind `mailto:`; mail programs need its `@` as it is, and nothing in it may begin the header fields.

    Source: RFC 6068, section 2.
    """
    return quote(str(value), safe="@")


@pass_eval_context
def _unescaped(eval_ctx: EvalContext, body: Any) -> str:
    return decoded(str(body)) if eval_ctx.autoescape else str(body)


@pass_context
def tracked(context: Context, body: Any, number: int | None = None) -> Any:
    """The finished address of a link, as the author meant it, given to `link` with its number."""
    url = _unescaped(context.eval_ctx, body).strip()
    return _escaped_in(context.eval_ctx, context.resolve("link")(url, number))


@pass_context
def picture(context: Context, body: Any) -> Any:
    """The finished address of a picture."""
    return _escaped_in(context.eval_ctx, safe_url(_unescaped(context.eval_ctx, body)))


def _escaped_in(eval_ctx: EvalContext, url: Any) -> Any:
    # What a filter block gives is written as it is: without this, `?a&copy` would arrive as `?a©`.
    return escape(url) if eval_ctx.autoescape else url


@pass_eval_context
def escaped(eval_ctx: EvalContext, value: Any) -> Any:
    """For `|e`: HTML is escaped anyway, once; plain text needs none."""
    return _escaped_in(eval_ctx, value)


def _shown(value: Any) -> str:
    # The value may be personal: its kind is enough to find the mistake.
    return f"a value of type {type(value).__name__}" if not isinstance(value, Missing) else "nothing"
