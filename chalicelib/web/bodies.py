"""What a request may carry: strict JSON, text of a named type, and query parameters, each within its bounds."""

import json
import math
from collections.abc import Collection
from typing import Any, NoReturn

from chalice.app import Request

from chalicelib.errors import Detail, MalformedRequest, TooLarge, UnsupportedType

MAX_JSON = 1_048_576  # bytes: an order of ten thousand lines fits
MAX_DEPTH = 32
MAX_NUMBER = 2**53 - 1  # RFC 8259, section 6: beyond it, two JSON readers may see two numbers
MAX_LIMIT = 1000


def read_object(request: Request, *, max_bytes: int = MAX_JSON) -> dict[str, Any]:
    """The body as a JSON object; an empty body is an empty object.

    Raises:
        UnsupportedType: it says that it is something else.
        TooLarge: over `max_bytes`.
        MalformedRequest: not JSON, not an object, nested too deep, with a key twice, with NaN or infinity, a number
            beyond 2**53, or half a surrogate pair.
    """
    raw = read_bytes(request, ("application/json",), max_bytes)
    return parse_object(raw) if raw.strip() else {}


def parse_object(raw: bytes, *, largest: int = MAX_NUMBER) -> dict[str, Any]:
    """The JSON object in some bytes; no number beyond `largest` either way. Raises: MalformedRequest."""
    value = _parse(raw)
    if not isinstance(value, dict):
        raise MalformedRequest(f"The body must be a JSON object, got {_kind(value)}.")
    check_values(value, largest)
    return value


def read_text(request: Request, types: tuple[str, ...], *, max_bytes: int = MAX_JSON) -> str:
    """The body as UTF-8 text of one of `types`. Raises: UnsupportedType, TooLarge, MalformedRequest."""
    try:
        return read_bytes(request, types, max_bytes).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MalformedRequest(f"The body is not UTF-8 (byte {error.start}). Save the file as UTF-8.") from error


def read_bytes(request: Request, types: tuple[str, ...], max_bytes: int) -> bytes:
    """The raw body, checked for type and size. A body without a Content-Type is taken as the first of `types`."""
    given = content_type(request) or types[0]
    raw = request.raw_body or b""
    body = raw if isinstance(raw, bytes) else str(raw).encode()
    if body and given not in types:
        raise UnsupportedType(f"The body's Content-Type is {given!r}. Send {' or '.join(types)}.")
    if len(body) > max_bytes:
        raise TooLarge(f"The body has {len(body):,} bytes, the limit here is {max_bytes:,}. Send it in parts.")
    return body


def content_type(request: Request) -> str:
    """The media type of the body, without its parameters; "" where none is named."""
    return str(request.headers.get("content-type", "")).partition(";")[0].strip().lower()


def query_text(request: Request, name: str) -> str | None:
    """One query parameter; None where it is left out or empty. Raises: MalformedRequest where it comes twice."""
    given = request.query_params
    values = given.getlist(name) if given is not None and name in given else []
    if len(values) > 1:
        raise MalformedRequest(f"The parameter {name} comes {len(values)} times. Send it once.")
    return values[0] or None if values else None


def query_choice(request: Request, name: str, choices: Collection[str]) -> str | None:
    """One of some names; None where it is left out. Raises: MalformedRequest."""
    text = query_text(request, name)
    if text is not None and text not in choices:
        raise MalformedRequest(f"{name} must be one of {', '.join(sorted(choices))}, got {text[:70]!r}.")
    return text


def query_limit(request: Request, default: int = 100) -> int:
    """`?limit=`, how many items of a list to answer: 1 to 1000. Raises: MalformedRequest."""
    return query_whole(request, "limit", default, MAX_LIMIT)


def query_whole(request: Request, name: str, default: int, most: int) -> int:
    """A whole number from 1 to `most`; `default` where it is left out. Raises: MalformedRequest."""
    text = query_text(request, name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= most):  # noqa: PLR2004
        raise MalformedRequest(f"{name} must be a number from 1 to {most}, got {text!r}.")
    return int(text)


def pick(body: dict[str, Any], *allowed: str) -> dict[str, Any]:
    """The body, which may have no other fields. Raises: MalformedRequest naming each unknown one."""
    if unknown := [name for name in body if name not in allowed]:
        details = [Detail(name, "no such field") for name in unknown]
        raise MalformedRequest(f"Unknown: {', '.join(unknown)}. This route reads {', '.join(allowed)}.", details)
    return body


def text_field(body: dict[str, Any], name: str) -> str:
    """A field that must be text with something in it. Raises: MalformedRequest."""
    value = body.get(name)
    if not isinstance(value, str) or not value.strip():
        found = "an empty one" if isinstance(value, str) else _kind(value)
        raise MalformedRequest(f"{name} must be text, got {found}.", [Detail(name, "text is needed")])
    return value


def text_or_texts(body: dict[str, Any], name: str) -> list[str]:
    """A field that is one text or a list of texts. Raises: MalformedRequest where it is neither."""
    value = body.get(name)
    given = value if isinstance(value, list) else [value]
    texts = [one for one in given if isinstance(one, str)]
    if len(texts) < len(given):
        raise MalformedRequest(f"{name} must be text, or a list of texts.", [Detail(name, "text is needed")])
    return texts


def optional_text(body: dict[str, Any], name: str) -> str | None:
    """A field that may be left out or null. Raises: MalformedRequest where it is anything but text."""
    return None if body.get(name) is None else text_field(body, name)


def flag_field(body: dict[str, Any], name: str) -> bool:
    """A field that is true or false; left out: false. Raises: MalformedRequest."""
    value = body.get(name, False)
    if not isinstance(value, bool):
        raise MalformedRequest(f"{name} must be true or false, got {_kind(value)}.", [Detail(name, "true or false")])
    return value


def object_field(body: dict[str, Any], name: str) -> dict[str, Any]:
    """A field that is an object; left out or null: empty. Raises: MalformedRequest."""
    value = {} if body.get(name) is None else body[name]
    if not isinstance(value, dict):
        raise MalformedRequest(f"{name} must be an object, got {_kind(value)}.", [Detail(name, "an object is needed")])
    return value


def _parse(raw: bytes) -> object:
    try:
        return json.loads(
            raw.decode(), parse_constant=_no_constant, parse_float=_finite, object_pairs_hook=_no_duplicates
        )
    except RecursionError as error:
        raise MalformedRequest(_TOO_DEEP) from error
    except json.JSONDecodeError as error:
        where = Detail(f"line {error.lineno}, column {error.colno}", error.msg)
        raise MalformedRequest(f"The body is not JSON: {where.message} at {where.where}.", [where]) from error
    except ValueError as error:  # not UTF-8, or an integer of thousands of digits
        raise MalformedRequest("The body is not JSON: it is not UTF-8, or holds a number too long to read.") from error


_TOO_DEEP = f"The body is nested more than {MAX_DEPTH} levels deep. Flatten it."


def _no_constant(name: str) -> NoReturn:
    raise MalformedRequest(f"The body holds {name}, which is not JSON. Leave the field out, or send null.")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise MalformedRequest(f"The number {text[:40]} is too large. The largest that is read is {MAX_NUMBER}.")
    return number


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise MalformedRequest(f"The key {twice[:80]!r} comes twice in one object. Send it once.")
    return found


def check_values(value: object, largest: int = MAX_NUMBER) -> None:
    """Refuse what no route can use: too deep, too large a number, half a character.

    Raises: MalformedRequest. Written without recursion, since the depth is what is in question.
    """
    waiting: list[tuple[object, int]] = [(value, 1)]
    while waiting:
        item, depth = waiting.pop()
        if depth > MAX_DEPTH and isinstance(item, dict | list):
            raise MalformedRequest(_TOO_DEEP)
        if isinstance(item, dict):
            waiting.extend((part, depth + 1) for pair in item.items() for part in pair)
        elif isinstance(item, list):
            waiting.extend((part, depth + 1) for part in item)
        else:
            _check_scalar(item, largest)


def _check_scalar(item: object, largest: int) -> None:
    if isinstance(item, int | float) and abs(item) > largest:
        raise MalformedRequest(f"The number {str(item)[:40]} is too large. The largest that is read is {largest}.")
    # "\ud800" is legal JSON but no character: it can neither be stored nor sent.
    if isinstance(item, str) and any("\ud800" <= letter <= "\udfff" for letter in item):
        raise MalformedRequest("A text holds half a surrogate pair. Send whole characters.")


def _kind(value: object) -> str:
    kinds = {dict: "an object", list: "a list", str: "text", bool: "true or false", type(None): "nothing"}
    return kinds.get(type(value), "a number")
