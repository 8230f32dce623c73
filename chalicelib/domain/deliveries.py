"""What one delivery of a shop system's webhook tells, in our words, and how the loose values in it are read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.domain.addresses import normalise_address
from chalicelib.domain.money import minor_units
from chalicelib.domain.texts import locale_name
from chalicelib.errors import Detail, InvalidInput

GuestId = Callable[[str], str]  # the id of a customer without an account, from the normal form of the address

MAX_NAME = 100  # characters of a person's name, a country, a region
MAX_TITLE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One customer, order, product, or refund of the order `id`, as the API's fields."""

    id: str
    fields: Mapping[str, Any]
    as_of: datetime | None = None  # when the shop system last changed it
    hearsay: bool = False  # of a customer: holds only where no address is known yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What one webhook tells. Empty: nothing that is kept here, say a product that is not for sale yet."""

    customers: tuple[Told, ...] = ()  # whoever placed the order stands before it
    order: Told | None = None
    products: tuple[Told, ...] = ()
    refunds: tuple[Told, ...] = ()
    erased: str | None = None  # the id of a customer to be forgotten
    cancelled: str | None = None  # the id of an order that is gone, of which nothing else is told


def needed(body: Mapping[str, Any], name: str) -> Any:
    """A field without which nothing can be kept. Raises: InvalidInput."""
    value = body.get(name)
    if value is None or value == "":
        raise InvalidInput(f"The delivery has no {name}.", [Detail(name, "is needed")])
    return value


def text_id(value: Any, where: str) -> str:
    """An id as text; the shop systems use whole numbers. Raises: InvalidInput."""
    if isinstance(value, bool) or not isinstance(value, int | str) or not str(value).strip():
        raise InvalidInput(f"{where} must be an id.", [Detail(where, "must be a whole number or a text")])
    return str(value).strip()


def objects(value: Any, where: str) -> list[Mapping[str, Any]]:
    """A list of objects; absent: none. Raises: InvalidInput."""
    found = [] if value is None else value
    if not isinstance(found, list) or not all(isinstance(one, Mapping) for one in found):
        raise InvalidInput(f"{where} must be a list of objects.", [Detail(where, "must be a list of objects")])
    return found


def inner(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The object under a field; empty where there is none."""
    value = body.get(name)
    return value if isinstance(value, Mapping) else {}


def tidy(value: Any, most: int) -> str | None:
    """A name as it may stand here: without control characters, not too long; None where nothing is left.

    People type these into the shop system, which lets more pass than we do; an order must not be lost for that.
    """
    text = "".join(letter for letter in value if letter.isprintable()) if isinstance(value, str) else ""
    return text[:most].strip() or None


def address(value: Any) -> str | None:
    """The normal form of an address; None where it is none that could be mailed."""
    try:
        return normalise_address(value)
    except InvalidInput:
        return None


def locale(value: Any) -> str | None:
    """A locale; None where it is none."""
    try:
        return locale_name(value)
    except InvalidInput:
        return None


def money(value: Any, currency: str, where: str) -> int | None:
    """Minor units from a decimal in major units; None where there is none. Raises: InvalidInput."""
    if value is None or value == "":
        return None
    try:
        # repr of a float is its shortest exact text: 19.99 stays 19.99
        return minor_units(value if isinstance(value, str) else repr(value), currency)
    except InvalidInput as error:
        raise InvalidInput(f"{where}: {error.message}.", [Detail(where, error.message)]) from error


def told(**fields: Any) -> dict[str, Any]:
    """The fields that say something: what is absent is not cleared."""
    return {name: value for name, value in fields.items() if value is not None}


def even_lines(sku: str, quantity: int, worth: int) -> list[dict[str, Any]]:
    """Lines of `quantity` units that are worth `worth` minor units together, exactly: two where it does not divide."""
    low, more = divmod(worth, quantity)
    parts = ((quantity - more, low), (more, low + 1))
    return [{"sku": sku, "quantity": count, "unit_price": price} for count, price in parts if count]
