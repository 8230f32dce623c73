"""How the fields of a JSON object are read so that every wrong one is named at once."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from re import compile as compile_pattern
from typing import Any, TypeVar, cast, get_args

from chalicelib.errors import Detail, InvalidInput, MalformedRequest

T = TypeVar("T")

_SLUG = compile_pattern(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")

_MOMENT = compile_pattern(
    r"2[0-9]{3}-[0-9]{2}-[0-9]{2}([Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,6})?([Zz]|[+-][0-9]{2}:[0-9]{2}))?"
)
MAX_AMOUNT = 10**12  # minor units: ten thousand million in a currency with cents


class Faults:
    """What was found wrong so far, and whether it is malformed (400) or only invalid (422)."""

    def __init__(self) -> None:
        self.details: list[Detail] = []
        self.malformed = False

    def invalid(self, where: str, message: str) -> None:
        """Note a value that is understood but not allowed."""
        self.details.append(Detail(where, message))

    def not_readable(self, where: str, message: str) -> None:
        """Note a value of the wrong type, or an amount that is none."""
        self.malformed = True
        self.invalid(where, message)

    def refuse(self, what: str) -> None:
        """Raise if anything was noted.

        Raises:
            MalformedRequest: where any value could not be read. InvalidInput: where all were read.
        """
        if not self.details:
            return
        error = MalformedRequest if self.malformed else InvalidInput
        listed = "; ".join(f"{detail.where} {detail.message}" for detail in self.details[:3])
        more = f"; and {len(self.details) - 3} more, see details" if len(self.details) > 3 else ""
        raise error(f"{what} was not saved: {listed}{more}.", self.details)


class Fields:
    """One JSON object at one place of the input. A field that is absent or null reads as None."""

    def __init__(self, value: Any, where: str, faults: Faults) -> None:
        self._where = where
        self._faults = faults
        self._values: Mapping[str, Any] = value if isinstance(value, Mapping) else {}
        self._read: set[str] = set()
        self.readable = value is None or isinstance(value, Mapping)
        if not self.readable:
            faults.not_readable(where or "the body", "must be an object")

    def value(self, name: str) -> Any:
        """The field as it came."""
        self._read.add(name)
        return self._values.get(name)

    def inner(self, name: str) -> "Fields":
        """The object under this field."""
        return Fields(self.value(name), self.place(name), self._faults)

    def place(self, name: str) -> str:
        """How an error names the field."""
        return f"{self._where}.{name}" if self._where else name

    def amount(self, name: str) -> int | None:
        """Minor units, 1 or more: zero, a negative number, NaN or 39 digits are malformed."""
        value = self.value(name)
        if value is None or (_is_whole(value) and 1 <= value <= MAX_AMOUNT):
            return cast(int | None, value)
        self.wrong_type(name, f"must be a whole number of minor units from 1 to {MAX_AMOUNT}")
        return None

    def whole(self, name: str, low: int, high: int) -> int | None:
        """A whole number within bounds."""
        value = self.value(name)
        if value is None or (_is_whole(value) and low <= value <= high):
            return cast(int | None, value)
        fault = self.invalid if _is_whole(value) else self.wrong_type
        fault(name, f"must be a whole number from {low} to {high}")
        return None

    def flag(self, name: str) -> bool:
        """true or false; absent: false."""
        value = self.value(name)
        if value is not None and not isinstance(value, bool):
            self.wrong_type(name, "must be true or false")
        return value is True

    def text(self, name: str, most: int = 200) -> str | None:
        """A text without white space around it, not empty."""
        value = self.value(name)
        if value is None:
            return None
        if not isinstance(value, str):
            self.wrong_type(name, "must be a text")
            return None
        if not 1 <= len(value.strip()) <= most:
            self.invalid(name, f"must have 1 to {most} characters")
        return value.strip()

    def texts(self, name: str, most: int = 100) -> tuple[str, ...]:
        """A list of texts, each once, in the order given."""
        value = self.value(name)
        if value is None:
            return ()
        if not isinstance(value, list | tuple) or not all(isinstance(one, str) and one.strip() for one in value):
            self.wrong_type(name, "must be a list of texts")
            return ()
        if len(value) > most:
            self.invalid(name, f"must have at most {most} entries, got {len(value)}")
        return tuple(dict.fromkeys(one.strip() for one in value))

    def slug(self, name: str) -> str | None:
        """A name that stands in links, tags and keys."""
        return self.parsed(name, slug, None)

    def slugs(self, name: str) -> tuple[str, ...]:
        """A list of such names."""
        return tuple(self.parsed(name, lambda value: [slug(one) for one in value], []))

    def parsed(self, name: str, parse: Callable[[Any], T], default: T) -> T:
        """What `parse` makes of the field; `default` where it is absent or `parse` refuses it."""
        value = self.value(name)
        if value is None:
            return default
        try:
            return parse(value)
        except (ValueError, InvalidInput) as error:
            self.invalid(name, str(error))
        except TypeError as error:
            self.wrong_type(name, str(error))
        return default

    def needed(self, *names: str) -> None:
        """Note those of the fields that are absent."""
        for name in names:
            if self._values.get(name) is None:
                self.invalid(name, "is needed")

    def moment(self, name: str) -> datetime | date | None:
        """An RFC 3339 time with an offset, or a day `YYYY-MM-DD`."""
        value = self.value(name)
        if value is None:
            return None
        if not isinstance(value, str):
            self.wrong_type(name, "must be a time such as 2026-12-31T18:00:00+01:00 or a day such as 2026-12-31")
            return None
        moment = _read_moment(value.strip())
        if moment is None:
            self.invalid(
                name, f"must be a time with an offset or a day YYYY-MM-DD, from the year 2000 on, got {value[:40]!r}"
            )
        return moment

    def invalid(self, name: str, message: str) -> None:
        """Note that this field is understood but not allowed."""
        self._faults.invalid(self.place(name), message)

    def wrong_type(self, name: str, message: str) -> None:
        """Note that this field cannot be read."""
        self._faults.not_readable(self.place(name), message)

    def done(self) -> None:
        """Note every field that nobody asked for."""
        for name in self._values:
            if name not in self._read:
                known = ", ".join(sorted(self._read))
                self.invalid(str(name)[:60], f"is not a field here; known: {known}")


def slug(value: Any) -> str:
    """Small letters, digits and dashes inside, 64 at most. Raises ValueError."""
    if not isinstance(value, str) or not _SLUG.fullmatch(value):
        raise ValueError(
            f"must be a name of a-z, 0-9 and dashes inside, at most 64 characters, got {str(value)[:70]!r}"
        )
    return value


def one_of(choices: Any) -> Callable[[Any], Any]:
    """The reader of a field that has one value of a `Literal`. It raises ValueError."""
    known = get_args(choices)

    def read(value: Any) -> Any:
        if value not in known:
            raise ValueError(f"must be one of {', '.join(known)}, got {str(value)[:40]!r}")
        return value

    return read


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _read_moment(value: str) -> datetime | date | None:
    # Python also reads week dates and other forms of ISO 8601 that RFC 3339 does not have.
    if not _MOMENT.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
    except ValueError:
        return None
