"""The customers or products of one part of an import: rows of one key put one over the other, stored in bulk."""

from collections.abc import Iterator, Mapping
from functools import reduce
from typing import Any, NamedTuple

from chalicelib.domain.imports import RefusedRow, Stored
from chalicelib.domain.record_rows import Reading, merge_fields, names_field, record_fields
from chalicelib.errors import HabitueError, InvalidInput
from chalicelib.ports import App
from chalicelib.services.put_customers import put_customers
from chalicelib.services.put_products import put_products

_AT_ONCE = 1_000  # records that are read, decided and written together
_KEYS = {"customers": "id", "products": "sku"}


class _Row(NamedTuple):
    line: int
    cells: Mapping[str, str]
    fields: Mapping[str, Any]


class ImportedRecords:
    """Collects rows and stores what they say, as if each row were put by itself, the last one last."""

    def __init__(self, app: App, kind: str) -> None:
        shop = app.catalog.shop()
        self._app = app
        self._kind = kind
        self._reading = Reading(currency=shop.currency, zone=shop.zone)
        self._rows: dict[str, list[_Row]] = {}
        self._refused: list[RefusedRow] = []

    def add(self, row: int, cells: Mapping[str, str]) -> None:
        """Take one row."""
        said = dict(cells)
        key = said.pop(_KEYS[self._kind])
        rows = self._rows.setdefault(key, [])
        if rows and rows[-1].cells == said:
            return  # it says nothing new
        try:
            rows.append(_Row(row, said, record_fields(said, self._reading)))
        except InvalidInput as error:
            self._refused.append(_refused(row, error))

    def store(self, *, dry_run: bool) -> Stored:
        """Store all. A row that is refused is left out, and the other rows of its key are tried again."""
        waiting = {key: list(rows) for key, rows in self._rows.items() if rows}
        refused = list(self._refused)
        outcomes: dict[str, str] = {}
        without_time_zone = 0
        while waiting:
            answers = self._put(waiting, dry_run=dry_run)
            accepted = {key: answer for key, answer in answers.items() if isinstance(answer, str)}
            outcomes |= accepted
            if self._kind == "customers":
                without_time_zone += sum(not _names(waiting[key], "time_zone") for key in accepted)
            wrong = {key: answer for key, answer in answers.items() if isinstance(answer, HabitueError)}
            waiting = {key: _without_wrong(waiting[key], error, refused) for key, error in wrong.items()}
            waiting = {key: rows for key, rows in waiting.items() if rows}
        return Stored(outcomes, refused, without_time_zone)

    def _put(self, waiting: Mapping[str, list[_Row]], *, dry_run: bool) -> dict[str, str | HabitueError]:
        """Some at a time: what is read and decided of each must not fill the memory for all of them."""
        put = put_customers if self._kind == "customers" else put_products
        answers: dict[str, str | HabitueError] = {}
        for some in _slices(list(waiting), _AT_ONCE):
            records = [(key, _merged(waiting[key])) for key in some]
            answers |= zip(some, put(self._app, records, dry_run=dry_run), strict=True)
        return answers


def _slices(keys: list[str], size: int) -> Iterator[list[str]]:
    return (keys[start : start + size] for start in range(0, len(keys), size))


def _names(rows: list[_Row], field: str) -> bool:
    return any(field in row.fields for row in rows)


def _merged(rows: list[_Row]) -> dict[str, Any]:
    return reduce(merge_fields, (row.fields for row in rows), {})


def _without_wrong(rows: list[_Row], error: HabitueError, refused: list[RefusedRow]) -> list[_Row]:
    """The rows without the one that set a wrong field last; without any where no row is to blame alone."""
    for detail in error.details:
        for row in reversed(rows):
            if any(text and names_field(detail.where, field) for field, text in row.cells.items()):
                refused.append(_refused(row.line, error))
                return [other for other in rows if other is not row]
    refused += [_refused(row.line, error) for row in rows]
    return []


def _refused(line: int, error: HabitueError) -> RefusedRow:
    if not error.details:
        return RefusedRow(line, None, error.message)
    said = "; ".join(detail.message for detail in error.details)
    return RefusedRow(line, error.details[0].where, said)
