"""What the first answer to an idempotency key was: the same request again gets it again, and does nothing."""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from chalicelib.errors import Conflict, IdempotencyMismatch, MalformedRequest, StaleRevision
from chalicelib.ports import App, Document

KEPT = timedelta(hours=24)
_STUCK = timedelta(seconds=60)  # longer than a request may run: whoever began has died
_MAX_KEY = 255

Work = Callable[[], Mapping[str, Any]]


def answer_once(
    app: App, *, scope: str, key: str, request: object, work: Work, about: str | None = None
) -> Mapping[str, Any]:
    """Run `work` for the first request with this key, and give every later one its answer, for 24 hours.

    A request that fails keeps nothing: the same key may try again.

    Args:
        scope: the route; the same key on another route is another key.
        key: what the caller chose, 1 to 255 characters.
        request: everything that the answer depends on, as plain JSON values.
        work: answers with plain JSON values.
        about: the customer whom the answer tells of. A note below their id leads an erasure to it.

    Raises:
        IdempotencyMismatch: the key was used for another request.
        Conflict: the first request with this key is still running.
        MalformedRequest: the key is empty or too long.
    """
    if not 1 <= len(key) <= _MAX_KEY:
        raise MalformedRequest(f"Idempotency-Key must have 1 to {_MAX_KEY} characters, got {len(key)}.")
    name = sha256(f"{scope}\n{key}".encode()).hexdigest()
    fingerprint = sha256(json.dumps(request, sort_keys=True).encode()).hexdigest()
    now = app.clock.real()
    found = app.catalog.get("once", name) or Document(kind="once", name=name, body={})
    kept = _kept_answer(found, fingerprint, now)
    if kept is not None:
        return kept
    if about is not None:
        _note(app, about, name)
    return _run(app, _begin(app, found, fingerprint, now), work)


def notes_of(customer_id: str) -> str:
    """The kind of the documents whose names are those of the kept answers about one customer."""
    return f"once-of/{customer_id}"


def _note(app: App, customer_id: str, name: str) -> None:
    """Before the answer is written: a note that leads nowhere does no harm."""
    if app.catalog.get(notes_of(customer_id), name) is None:
        with suppress(StaleRevision):  # a rival wrote the same note
            app.catalog.put(Document(kind=notes_of(customer_id), name=name, body={}))


def _kept_answer(found: Document, fingerprint: str, now: datetime) -> Mapping[str, Any] | None:
    """The first answer; None where this request is the first, or the first one failed or died."""
    if not found.body or now - datetime.fromisoformat(found.body["at"]) >= KEPT:
        return None
    if found.body["fingerprint"] != fingerprint:
        raise IdempotencyMismatch("This Idempotency-Key was used for another request. Choose a new key for a new one.")
    if found.body["state"] == "running" and now - datetime.fromisoformat(found.body["at"]) < _STUCK:
        raise Conflict("The first request with this Idempotency-Key is still running. Try again in a few seconds.")
    answer: Mapping[str, Any] | None = found.body.get("answer")
    return answer


def _begin(app: App, found: Document, fingerprint: str, now: datetime) -> Document:
    body = {"state": "running", "fingerprint": fingerprint, "at": now.isoformat()}
    try:
        return app.catalog.put(Document(kind="once", name=found.name, body=body, revision=found.revision))
    except StaleRevision as error:
        raise Conflict(
            "The first request with this Idempotency-Key is still running. Try again in a few seconds."
        ) from error


def _run(app: App, running: Document, work: Work) -> Mapping[str, Any]:
    try:
        answer = work()
    except Exception:
        _keep(app, running, {"state": "failed"})
        raise
    _keep(app, running, {"state": "done", "answer": answer})
    return answer


def _keep(app: App, running: Document, outcome: Mapping[str, Any]) -> None:
    body = {**running.body, **outcome}
    app.catalog.put(Document(kind="once", name=running.name, body=body, revision=running.revision))
