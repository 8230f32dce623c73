"""The header `Idempotency-Key`: how it is read, and how a route keeps its first answer under it."""

from collections.abc import Callable, Mapping
from typing import Any

from chalice.app import Request

from chalicelib.services.answer_once import answer_once
from chalicelib.web.routing import request
from chalicelib.wiring import get_app


def idempotency_key(asked: Request) -> str | None:
    """The caller's key; None where there is none."""
    key = asked.headers.get("idempotency-key")
    return None if key is None else str(key)


def once(body: Mapping[str, Any], work: Callable[[], Mapping[str, Any]], *, about: object = None) -> Mapping[str, Any]:
    """Run `work`, or give the answer that the same request got under the same key within 24 hours.

    Args:
        body: of the request.
        work: makes the answer.
        about: the customer whom the answer tells of, by id, so that an erasure finds it; anything else counts for none.
    """
    asked = request()
    key = idempotency_key(asked)
    if key is None:
        return work()
    request_ = {"path": asked.uri_params or {}, "body": dict(body)}
    person = about if isinstance(about, str) and about else None
    scope = f"{asked.method} {asked.path}"
    return answer_once(get_app(), scope=scope, key=key, request=request_, work=work, about=person)
