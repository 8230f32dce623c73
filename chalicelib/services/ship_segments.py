"""Use case: see to it that the shipped segments exist: regulars, lapsing, and the fans of each category."""

from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.domain.segments import SHIPPED_RULES, category_segment, fans_rule
from chalicelib.errors import StaleRevision
from chalicelib.ports import App, Document


def ship_segments(app: App, categories: Iterable[str] = ()) -> None:
    """Create those that are missing. One that exists stays as it is: the shop may have made it its own."""
    for name, rule in SHIPPED_RULES.items():
        _create(app, name, rule)
    for category in dict.fromkeys(categories):
        _ship_fans(app, category)


def _ship_fans(app: App, category: str) -> None:
    """Two categories may come to one name ("Tea gear", "tea-gear"): then both have the one segment."""
    name = category_segment(category)
    stored = app.catalog.get("segment", name)
    if stored is None:
        _create(app, name, fans_rule([category]), [category])
        return
    shipped = list(stored.body.get("categories", ()))
    if not shipped or category in shipped or stored.body["rule"] != fans_rule(shipped):
        return
    both = [*shipped, category]
    body = {"rule": fans_rule(both), "categories": both}
    app.catalog.put(Document(kind="segment", name=name, body=body, revision=stored.revision))


def _create(app: App, name: str, rule: Mapping[str, Any], categories: Iterable[str] = ()) -> None:
    if app.catalog.get("segment", name) is not None:
        return
    body = {"rule": rule, "categories": list(categories)}
    try:
        app.catalog.put(Document(kind="segment", name=name, body=body))
    except StaleRevision:
        return  # another writer shipped it at this moment
