"""How what comes later, a report of SES or a click, gets into the row of a send; a person who was erased has none."""

from chalicelib.domain.messages import Row
from chalicelib.ports import App


def add_to_row(app: App, row: Row) -> Row | None:
    """The row as it stands now; None where its batch does not have the person, say since an erasure.

    It may come before our own record: then the row is written, if the batch has the person at that moment.
    """
    merged = app.rows.add(row)
    if merged is None and app.rows.join(row):
        return row
    # Whoever was written between the two looks is there now.
    return merged or app.rows.add(row)
