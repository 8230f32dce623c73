"""Which variables, functions, filters and tests a template may use. `docs/templates.md` shows the same lists."""

from collections.abc import Mapping
from dataclasses import dataclass
from re import compile as regex


@dataclass(frozen=True, slots=True)
class Value:
    """A text, number, day or time: what can be printed."""


@dataclass(frozen=True, slots=True)
class Anything:
    """Of a kind that only the mail will show: its fields are the shop's own."""


@dataclass(frozen=True, slots=True)
class Fields:
    """A thing with named fields. `open`: the shop may add fields of its own."""

    known: Mapping[str, "Kind"]
    open: bool = False


@dataclass(frozen=True, slots=True)
class ListOf:
    """Several of a kind, to loop over."""

    item: "Kind"


@dataclass(frozen=True, slots=True)
class Function:
    """What a template may call, and what it gives."""

    gives: "Kind"


Kind = Value | Anything | Fields | ListOf | Function

_V = Value()
_OWN = Fields({}, open=True)


def _words(names: str) -> frozenset[str]:
    return frozenset(names.split())


def _fields(names: str, **more: Kind) -> Fields:
    return Fields({**dict.fromkeys(names.split(), _V), **more})


PRODUCT = _fields(
    "sku name category brand price compare_at_price currency stock image_url url launched_at",
    attributes=_OWN,
)
STATS = _fields(
    "orders spent first_order_at last_order_at mean_gap_days",
    top_categories=ListOf(_V),
    other_currencies=_OWN,
)
CUSTOMER = _fields(
    "id email first_name last_name locale time_zone country region home_store birthday joined_on years stage"
    " tier points orders",
    interests=ListOf(_V),
    segments=ListOf(_V),
    top_categories=ListOf(_V),
    attributes=_OWN,
    stats=STATS,
)
SHOP = _fields("name from reply_to postal_address currency time_zone locale links_url", brand=_OWN)
OFFER = _fields("name words", benefit=_fields("kind percent ceiling amount sku name"))
VOUCHER = _fields("code url expires_at")

# Null where the message has none: a field of theirs may be read only behind a test.
MAY_BE_NULL = frozenset({"offer", "voucher", "confirmation"})
VARIABLES: dict[str, Kind] = {
    "customer": CUSTOMER,
    "shop": SHOP,
    "offer": OFFER,
    "voucher": VOUCHER,
    "confirmation": _fields("url"),
    "products": ListOf(PRODUCT),
    "picks": Function(ListOf(PRODUCT)),
    "link": Function(_V),
    "survey": Function(_V),
    "range": Function(ListOf(_V)),
    "unsubscribe_url": _V,
    "preferences_url": _V,
    "view_url": _V,
    "postal_address": _V,
    "locale": _V,
    "points": _fields("balance"),
    "tier": _fields("name"),
}
LOOP = _fields("index index0 revindex revindex0 first last length")

# Own pages of the mail: they are signed already and must lead there without a detour.
UNTRACKED = frozenset({"unsubscribe_url", "preferences_url", "view_url", "voucher.url", "confirmation.url"})

FILTERS = _words(
    "money number day datetime countdown plural truncate upper lower title capitalize trim default d join first last"
    " length count round int abs batch escape e urlencode"
)
TESTS = _words(
    "defined undefined none odd even divisibleby number string in equalto eq ne lt le gt ge true false boolean"
)
MAX_NUMBER = 10**15  # minor units of any money
MAX_PICKS = 12
MAX_RANGE = 50
MAX_BATCH = 12
_NEXT_WORD = regex(r"(?<=[a-z0-9])(?=[A-Z])")  # where `FirstName` would have an underscore


def field_named(name: str) -> str:
    """The dotted name of the variable that another system calls `FirstName` or `first_name`; empty where none is."""
    field = _NEXT_WORD.sub("_", name).lower()
    owners = (owner for owner, kind in VARIABLES.items() if isinstance(kind, Fields) and field in kind.known)
    return next((f"{owner}.{field}" for owner in owners), "")
