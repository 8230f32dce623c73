"""The one Blueprint of `/v1` and the way a view gets on it: key, errors, JSON, and first answers kept."""

import functools
from collections.abc import Callable
from typing import Any

from chalice.app import Blueprint, Request

from chalicelib.domain.api_keys import COMMAND, MAIN
from chalicelib.domain.template_versions import Author
from chalicelib.errors import Forbidden
from chalicelib.web.answers import ANY_TYPE, View, answers_json
from chalicelib.web.auth import require_key

api = Blueprint("chalicelib.web.api")
_HOLDER = "habitue_holder"  # where a request keeps whose key it carries


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


def author() -> Author:
    """Who makes this request, by the name of their key, and by which way it came."""
    command = str(request().headers.get("user-agent", "")).startswith(COMMAND)
    return Author(name=_holder(), via="cli" if command else "api")


def require_main_key(what: str) -> None:
    """Let only the operator through.

    Args:
        what: is asked for, as the begin of a sentence.

    Raises:
        Forbidden: the key is another person's.
    """
    if _holder() != MAIN:
        raise Forbidden(f"{what} needs the main API key, not that of {_holder()!r}. Ask the operator.")


def _holder() -> str:
    return str(request().context[_HOLDER])


def _guarded(view: View) -> View:
    @functools.wraps(view)
    def asking(**path: str) -> Any:
        request().context[_HOLDER] = require_key(request())
        return view(**path)

    return asking
