"""Where the norms lie: one document of the catalog, written by each measuring run."""

from chalicelib.domain.norms import Norms, norms_from_fields, norms_to_fields
from chalicelib.ports import App, Document
from chalicelib.services.retrying import retrying

NORMS = "norms"  # kind and name


def load_norms(app: App) -> Norms | None:
    """What the last measuring run found; None before the first."""
    stored = app.catalog.get(NORMS, NORMS)
    return norms_from_fields(stored.body) if stored else None


def store_norms(app: App, norms: Norms) -> None:
    """Keep them, unless a later run was faster."""

    def once() -> None:
        stored = app.catalog.get(NORMS, NORMS)
        if stored is not None and norms_from_fields(stored.body).at > norms.at:
            return
        body, revision = norms_to_fields(norms), stored.revision if stored else 0
        if stored is None or stored.body != body:
            app.catalog.put(Document(kind=NORMS, name=NORMS, body=body, revision=revision))

    retrying(once)
