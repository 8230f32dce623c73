"""What every use case asks that decides on a customer's derived fields: the saved rules, compiled, and the norms."""

import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache

from chalicelib.domain.derive import DERIVATION, Basis
from chalicelib.domain.norms import norms_to_fields
from chalicelib.domain.segments import Rule, compile_rules
from chalicelib.ports import App
from chalicelib.services.load_norms import load_norms


def load_basis(app: App) -> Basis:
    """The basis as it is now: a query and a read; rules are compiled once for as long as they stay as they are."""
    rules = {document.name: document.body["rule"] for document in app.catalog.list("segment")}
    norms = load_norms(app)
    said = json.dumps(rules, sort_keys=True)
    whole = json.dumps([DERIVATION, said, norms and norms_to_fields(norms)], sort_keys=True)
    return Basis(
        rules=_compiled(said),
        norms=norms,
        fingerprint=hashlib.sha256(whole.encode()).hexdigest()[:16],
    )


@lru_cache(maxsize=4)
def _compiled(said: str) -> Mapping[str, Rule]:
    """To compile a rule costs as much as to ask it a thousand times, and every request asks a few customers."""
    return compile_rules(json.loads(said))
