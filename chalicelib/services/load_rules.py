"""The saved segments' rules, compiled: what every use case asks that decides on membership."""

from chalicelib.domain.segments import Rule, compile_rules
from chalicelib.ports import App


def load_rules(app: App) -> dict[str, Rule]:
    """All saved segments by name, as they are now: one query, and some microseconds for each rule."""
    return compile_rules({document.name: document.body["rule"] for document in app.catalog.list("segment")})
