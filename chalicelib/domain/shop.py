"""What the shop says about itself: sender, address, currency, time zone, links; and how that is read and written."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from dataclasses import fields as members_of
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from chalicelib.domain.addresses import normalise_address
from chalicelib.domain.caps import Caps, caps_from_fields, caps_to_fields
from chalicelib.domain.money import require_currency
from chalicelib.domain.quiet_times import (
    Holidays,
    QuietHours,
    holidays_from_fields,
    holidays_to_fields,
    quiet_hours_from_fields,
    quiet_hours_to_fields,
)
from chalicelib.domain.ramp import Ramp, ramp_from_fields, ramp_to_fields
from chalicelib.domain.reading import slug
from chalicelib.domain.texts import locale_name, one_line, several_lines, time_zone_name
from chalicelib.domain.thresholds import Thresholds, thresholds_from_fields, thresholds_to_fields
from chalicelib.domain.utm import UtmRule, utm_from_fields, utm_to_fields
from chalicelib.errors import Detail, InvalidInput

MAX_UNDO_SECONDS = 3600
MAX_SHOP_TOPICS = 20
MAX_APPROVAL_ABOVE = 10**9
_NEEDED = ("name", "from", "postal_address", "links_url")
# Only what cannot break out of a style or an address.
_BRAND = {
    "colour": (re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})"), "a hex colour such as #7a3e2b"),
    "logo_url": (re.compile(r"https://[!#-;=?-\[\]-~]{1,500}"), "an address that begins with https://"),
    "font": (re.compile(r"[A-Za-z0-9 ,'-]{1,120}"), "names of fonts such as Georgia, serif"),
}
_LOCAL_HOSTS = ("127.0.0.1", "localhost", "::1")
_TRACKING = ("none", "aggregate", "full")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """The settings that every mail and page reads. One per deployment."""

    name: str
    sender: str  # the From address; must align with the DKIM domain
    reply_to: str | None = None
    postal_address: str  # one line or several, as it stands in the footer
    currency: str = "GBP"  # ISO 4217
    time_zone: str = "Europe/London"  # IANA name; the default for customers without one
    locale: str = "en"
    links_url: str  # https://links.<domain>, no slash at the end; the host of every link in a mail
    brand: Mapping[str, str] = field(default_factory=dict)  # colour, logo_url, font
    default_topic: str = "offers"
    topics: Mapping[str, str | Mapping[str, str]] = field(default_factory=dict)  # name -> label, or one by language
    undo_seconds: int = 0
    template_approval: bool = False  # a version is made active by another person than the one who uploaded it
    bulk: bool = False  # hand mails to SES up to 50 a call
    quiet_hours: QuietHours | None = None
    holidays: Holidays = field(default_factory=Holidays)
    caps: Caps = field(default_factory=Caps)
    ramp: Ramp | None = None  # None: the domain is warm
    approval_above: int | None = None  # a launch to more people takes two persons; None: never
    utm: UtmRule | None = None  # what links tell the shop's web analytics; None: nothing
    tracking_default: str = "none"  # what applies where a consent names no tracking
    analyses: Thresholds = field(default_factory=Thresholds)

    @property
    def zone(self) -> ZoneInfo:
        """The shop's time zone."""
        return ZoneInfo(self.time_zone)


def shop_from_fields(current: Shop | None, fields: Mapping[str, Any]) -> Shop:
    """The shop with the named fields changed; null gives a field its default back.

    Raises:
        InvalidInput: an unknown field, a value that is not valid, or a needed field that is missing; all at once.
    """
    details = [Detail(name, _unknown(name)) for name in fields if name not in _PARSERS]
    values = {} if current is None else _values(current)
    for name, value in fields.items():
        if name in _PARSERS and value is None:
            values.pop(name, None)
        elif name in _PARSERS:
            try:
                values[name] = _PARSERS[name](value)
            except (InvalidInput, ValueError, TypeError) as error:
                details.append(Detail(name, str(error)))
    wrong = {detail.where for detail in details}
    details += [Detail(name, "is needed") for name in _NEEDED if name not in values and name not in wrong]
    if details:
        listed = "; ".join(f"{detail.where} {detail.message}" for detail in details)
        raise InvalidInput(f"The shop was not saved: {listed}.", details)
    return Shop(**{_attribute(name): value for name, value in values.items()})


def shop_to_fields(shop: Shop) -> dict[str, Any]:
    """As the API and the store write it: every field, also those that stand at their default."""
    written = {
        "brand": dict(shop.brand),
        "analyses": thresholds_to_fields(shop.analyses),
        "quiet_hours": quiet_hours_to_fields(shop.quiet_hours) if shop.quiet_hours else None,
        "holidays": holidays_to_fields(shop.holidays) if shop.holidays.days else None,
        "caps": caps_to_fields(shop.caps) if shop.caps != Caps() else None,
        "ramp": ramp_to_fields(shop.ramp) if shop.ramp else None,
        "utm": utm_to_fields(shop.utm),
    }
    return {**_values(shop), **written}


def _values(shop: Shop) -> dict[str, Any]:
    names = [member.name for member in members_of(Shop)]
    return {("from" if name == "sender" else name): getattr(shop, name) for name in names}


def _attribute(name: str) -> str:
    return "sender" if name == "from" else name


def _unknown(name: str) -> str:
    return f"is no field of the shop; it has {', '.join(sorted(_PARSERS))}"


def sender_name(value: Any) -> str:
    """A name that stands before the From address: one line. Raises: InvalidInput."""
    return one_line(value, 100)


def _links_url(value: Any) -> str:
    """An absolute https address; http only for the machine itself."""
    if not isinstance(value, str):
        raise TypeError("must be a text such as https://links.example.com")
    address = urlsplit(value.strip())
    secure = address.scheme == "https" or (address.scheme == "http" and address.hostname in _LOCAL_HOSTS)
    extra = address.query or address.fragment or address.username is not None or "?" in value or "#" in value
    if not (secure and address.hostname) or extra or not re.fullmatch(r"[A-Za-z0-9:/._~%\[\]-]+", value.strip()):
        raise ValueError("must be an https address without a question mark, such as https://links.example.com")
    return value.strip().rstrip("/")


def _brand(value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise TypeError("must be an object with colour, logo_url, font")
    return {name: _brand_part(name, part) for name, part in value.items() if part is not None}


def _brand_part(name: str, value: Any) -> str:
    if name not in _BRAND:
        raise ValueError(f"has {', '.join(_BRAND)}, not {name!r}")
    pattern, meaning = _BRAND[name]
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise ValueError(f"{name} must be {meaning}")
    return value


def _topics(value: Any) -> dict[str, str | dict[str, str]]:
    if not isinstance(value, Mapping) or len(value) > MAX_SHOP_TOPICS:
        raise TypeError(f"must be an object of at most {MAX_SHOP_TOPICS} topics, each with the label that readers see")
    return {slug(name): _label(label) for name, label in value.items() if label is not None}


def _label(value: Any) -> str | dict[str, str]:
    if not isinstance(value, Mapping):
        return one_line(value, 80)
    if not value:
        raise ValueError('a label is a text, or one by language such as {"en": "News", "de": "Neues"}')
    return {locale_name(language): one_line(text, 80) for language, text in value.items()}


def _undo_seconds(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MAX_UNDO_SECONDS:
        raise ValueError(f"must be whole seconds from 0 to {MAX_UNDO_SECONDS}")
    return value


def _yes_or_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError("must be true or false")
    return value


def _approval_above(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MAX_APPROVAL_ABOVE:
        raise ValueError(f"must be a whole number of people from 0 to {MAX_APPROVAL_ABOVE}")
    return value


def _tracking(value: Any) -> str:
    if value not in _TRACKING:
        raise ValueError(f"must be one of {', '.join(_TRACKING)}")
    return str(value)


_PARSERS: Mapping[str, Callable[[Any], Any]] = {
    "name": sender_name,
    "from": normalise_address,
    "reply_to": normalise_address,
    "postal_address": lambda value: several_lines(value, 500),
    "currency": require_currency,
    "time_zone": time_zone_name,
    "locale": locale_name,
    "links_url": _links_url,
    "brand": _brand,
    "default_topic": slug,
    "topics": _topics,
    "undo_seconds": _undo_seconds,
    "bulk": _yes_or_no,
    "template_approval": _yes_or_no,
    "utm": utm_from_fields,
    "tracking_default": _tracking,
    "analyses": thresholds_from_fields,
    "quiet_hours": quiet_hours_from_fields,
    "holidays": holidays_from_fields,
    "caps": caps_from_fields,
    "ramp": ramp_from_fields,
    "approval_above": _approval_above,
}
