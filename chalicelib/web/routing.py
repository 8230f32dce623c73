"""The one Blueprint of `/v1` and the way a view gets on it: key, errors, JSON, and first answers kept."""

import functools
from collections.abc import Callable
from typing import Any

from chalice.app import Blueprint, Request

from chalicelib.web.answers import ANY_TYPE, View, answers_json
from chalicelib.web.auth import require_key

api = Blueprint("chalicelib.web.api")


def v1(method: str, path: str, *, key: bool = True) -> Callable[[View], View]:
    """Put a view at `/v1` + `path`. It asks for the API key first, unless `key` is False."""

    def decorate(view: View) -> View:
        guarded = _guarded(view) if key else view
        answering: View = answers_json(api)(guarded)
        route: Callable[[View], View] = api.route(f"/v1{path}", methods=[method], content_types=ANY_TYPE)
        return route(answering)

    return decorate


def request() -> Request:
    """The request that is being answered."""
    return api.current_request


def _guarded(view: View) -> View:
    @functools.wraps(view)
    def asking(**path: str) -> Any:
        require_key(request())
        return view(**path)

    return asking
