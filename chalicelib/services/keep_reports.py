"""Where the counts of the last measuring run lie: one document of the catalog for everybody and for each segment."""

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.domain.norms import Norms, norms_from_fields, norms_to_fields
from chalicelib.ports import App, Document
from chalicelib.services.retrying import retrying

KIND = "report"
ALL = "*"  # no segment has such a name


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One group's counts, and what they were counted by."""

    tally: Mapping[str, int]
    norms: Norms


def keep_report(app: App, group: str, tally: Mapping[str, int], norms: Norms) -> None:
    """Keep the counts of one group, unless a later run was faster."""

    def once() -> None:
        stored = app.catalog.get(KIND, group)
        if stored is not None and norms_from_fields(stored.body["norms"]).at > norms.at:
            return
        body = {"tally": dict(tally), "norms": norms_to_fields(norms)}
        if stored is None or stored.body != body:
            app.catalog.put(Document(kind=KIND, name=group, body=body, revision=stored.revision if stored else 0))

    retrying(once)


def kept_report(app: App, group: str) -> Counted | None:
    """What the last run counted; None where none has."""
    stored = app.catalog.get(KIND, group)
    if stored is None:
        return None
    return Counted(tally=stored.body["tally"], norms=norms_from_fields(stored.body["norms"]))
