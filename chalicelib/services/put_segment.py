"""Use case: save a segment's rule."""

from typing import Any

from chalicelib.domain.reading import slug
from chalicelib.domain.segments import Segment, compile_rules
from chalicelib.errors import Detail, InvalidInput
from chalicelib.ports import App, Document
from chalicelib.services.retrying import retrying
from chalicelib.services.start_refresh import start_refresh


def put_segment(app: App, name: str, rule: Any) -> Segment:
    """Store the rule under the name, in the place of the one before. It holds from the next question on.

    The names kept with the customers follow: all of them are derived anew, part by part.

    Raises:
        InvalidInput: a name that is none, a rule that is not valid, that names a segment which does not exist, or that
            comes back to itself. Nothing is stored.
    """
    try:
        slug(name)
    except ValueError as error:
        raise InvalidInput(f"The name of a segment {error}.", [Detail("name", str(error))]) from error
    segment = retrying(lambda: _put(app, name, rule))
    retrying(lambda: start_refresh(app))
    return segment


def _put(app: App, name: str, rule: Any) -> Segment:
    documents = {document.name: document for document in app.catalog.list("segment")}
    rules = {other: document.body["rule"] for other, document in documents.items()}
    # The new rule first: what is wrong with it is reported as its own fault.
    compile_rules({name: rule, **{other: rules[other] for other in rules if other != name}})
    stored = documents.get(name)
    if stored is None or stored.body["rule"] != rule:
        revision = stored.revision if stored else 0
        app.catalog.put(Document(kind="segment", name=name, body={"rule": rule}, revision=revision))
    return Segment(name=name, rule=rule)
