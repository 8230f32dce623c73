"""How the rule of one saved segment is found, ready to be asked."""

from chalicelib.domain.segments import Rule
from chalicelib.errors import NotFound
from chalicelib.ports import App
from chalicelib.services.load_basis import load_basis


def find_rule(app: App, name: str) -> Rule:
    """The compiled rule. Raises: NotFound."""
    rule = load_basis(app).rules.get(name)
    if rule is None:
        raise NotFound("segment", name)
    return rule
