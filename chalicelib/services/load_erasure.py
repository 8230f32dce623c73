"""Where an erasure that is not done yet lies, so that whoever comes after a death goes on with it."""

from collections.abc import Collection

from chalicelib.domain.erasures import Erasure, erasure_body, erasure_from_body, with_traces
from chalicelib.ports import App, Document
from chalicelib.services.retrying import retrying

KIND = "erasure"


def find_erasure(app: App, customer_id: str) -> Erasure | None:
    """The erasure of this customer that is under way."""
    document = app.catalog.get(KIND, customer_id)
    return erasure_from_body(document.name, document.body) if document else None


def open_erasures(app: App) -> list[Erasure]:
    """All that are under way."""
    return [erasure_from_body(document.name, document.body) for document in app.catalog.list(KIND)]


def keep_traces(
    app: App,
    erasure: Erasure,
    mailboxes: Collection[str],
    addresses: Collection[str] = (),
    names: Collection[str] = (),
) -> Erasure:
    """Begin the erasure, or add what else leads to the person; nothing is written where all of it is known."""

    def once() -> Erasure:
        stored = app.catalog.get(KIND, erasure.customer_id)
        known = erasure_from_body(erasure.customer_id, stored.body) if stored else erasure
        merged = with_traces(known, mailboxes, addresses, names)
        if stored is None or merged != known:
            revision = stored.revision if stored else 0
            app.catalog.put(Document(kind=KIND, name=erasure.customer_id, body=erasure_body(merged), revision=revision))
        return merged

    return retrying(once)
