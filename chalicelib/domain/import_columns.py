"""Which columns each kind of import has, and how the header of a file and a mapping are matched with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.errors import Detail, InvalidInput

KINDS = ("customers", "orders", "products")
_CONSENT = ("status", "basis", "at", "source", "text", "expires_at", "tracking")
_MOST_IGNORED = 20  # names of columns that an answer lists


@dataclass(frozen=True, slots=True)
class _Kind:
    required: tuple[str, ...]  # the first one is the key: the rows of one key belong together
    optional: tuple[str, ...]
    families: tuple[str, ...] = ()  # beginnings of fields that the shop names itself


_FIELDS = {
    "customers": _Kind(
        ("id",),
        (
            *("email", "first_name", "last_name", "locale", "time_zone", "country", "region", "home_store"),
            *("birthday", "joined_on", "interests"),
            *(f"consent.{name}" for name in _CONSENT),
        ),
        ("attributes.", "consent.topics."),
    ),
    "orders": _Kind(
        ("order_id", "customer_id", "placed_at", "sku", "quantity", "unit_price"),
        ("currency", "status", "store", "channel", "served_by", "voucher_code"),
    ),
    "products": _Kind(
        ("sku",),
        (
            *("name", "category", "brand", "price", "cost", "compare_at_price", "stock"),
            *("image_url", "url", "launched_at"),
        ),
        ("attributes.",),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Where the fields stand in one file."""

    fields: tuple[str, ...]  # the key first
    names: tuple[str, ...]  # the column of each, as the file calls it
    places: tuple[int, ...]  # its place in a row, from 0
    width: int  # columns of the file
    ignored: tuple[str, ...] = ()  # columns that stand for no field, the first twenty of them


def check_kind(kind: str) -> None:
    """Raise InvalidInput where there is no such kind."""
    if kind not in _FIELDS:
        raise InvalidInput(f"There is no import of {kind[:40]!r}. Choose {', '.join(KINDS)}.")


def check_mapping(kind: str, mapping: Mapping[str, Any]) -> None:
    """Raise InvalidInput where there is no such kind, it has no field that a mapping (field -> column) names, or a
    column is no name.
    """
    check_kind(kind)
    if unknown := [field for field in mapping if not _knows(_FIELDS[kind], field)]:
        known = ", ".join(_names(_FIELDS[kind]))
        details = [Detail(f"mapping.{field[:60]}", f"no such field; {kind} have {known}") for field in unknown]
        raise InvalidInput(
            f"No field of {kind}: {', '.join(field[:60] for field in unknown)}. Known: {known}.", details
        )
    if wrong := [field for field, column in mapping.items() if not isinstance(column, str) or not column.strip()]:
        details = [Detail(f"mapping.{field}", "must be the name of a column") for field in wrong]
        raise InvalidInput(f"The mapping gives no column for {', '.join(wrong)}.", details)


def match_columns(kind: str, mapping: Mapping[str, str], header: Sequence[str]) -> Columns:
    """Find the fields in the header of a file. A field that the mapping does not name has its own name as column.

    Raises:
        InvalidInput: the mapping names a column that the file does not have, a needed column is missing, or a column
            that is used stands there twice.
    """
    names = [name.strip() for name in header]
    own = {name: name for name in names if _knows(_FIELDS[kind], name) and name not in mapping}
    wanted = {**own, **{field: column.strip() for field, column in mapping.items()}}
    required = _FIELDS[kind].required
    _refuse(kind, names, wanted, [field for field in required if field not in wanted])
    fields = (*required, *(field for field in wanted if field not in required))
    used = {wanted[field] for field in fields}
    return Columns(
        fields=fields,
        names=tuple(wanted[field] for field in fields),
        places=tuple(names.index(wanted[field]) for field in fields),
        width=len(names),
        ignored=tuple(name[:60] for name in dict.fromkeys(names) if name and name not in used)[:_MOST_IGNORED],
    )


def _refuse(kind: str, names: list[str], wanted: Mapping[str, str], missing: list[str]) -> None:
    details = [
        *(Detail("line 1", f"no column {name!r}; map it: --map {name}=COLUMN") for name in missing),
        *(_wrong_column(field, column, names.count(column)) for field, column in wanted.items()),
    ]
    wrong = [detail for detail in details if detail]
    if wrong:
        found = ", ".join(name[:40] for name in names[:_MOST_IGNORED])
        said = "; ".join(detail.message for detail in wrong[:5])
        raise InvalidInput(f"The header does not fit {kind}: {said}. The file has: {found}.", wrong)


def _wrong_column(field: str, column: str, count: int) -> Detail | None:
    if count == 1:
        return None
    if count == 0:
        return Detail("line 1", f"the mapping reads {field} from {column[:60]!r}, which is no column of the file")
    return Detail("line 1", f"the column {column[:60]!r} stands there {count} times; rename the ones not meant")


def _knows(kind: _Kind, field: str) -> bool:
    family = any(field.startswith(start) and len(field) > len(start) for start in kind.families)
    return family or field in kind.required or field in kind.optional


def _names(kind: _Kind) -> list[str]:
    return [*kind.required, *kind.optional, *(f"{start}<name>" for start in kind.families)]
