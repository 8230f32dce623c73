"""What every use case asks that decides on a customer's derived fields: the saved rules, compiled, and the norms."""

import hashlib
import json

from chalicelib.domain.derive import DERIVATION, Basis
from chalicelib.domain.norms import norms_from_fields
from chalicelib.domain.segments import compile_rules
from chalicelib.ports import App

NORMS = "norms"  # kind and name of the one document that holds them


def load_basis(app: App) -> Basis:
    """The basis as it is now: a query, a read, and some microseconds for each rule."""
    rules = {document.name: document.body["rule"] for document in app.catalog.list("segment")}
    measured = app.catalog.get(NORMS, NORMS)
    said = json.dumps([DERIVATION, rules, measured and measured.body], sort_keys=True)
    return Basis(
        rules=compile_rules(rules),
        norms=norms_from_fields(measured.body) if measured else None,
        fingerprint=hashlib.sha256(said.encode()).hexdigest()[:16],
    )
