"""How a view becomes an HTTP answer: JSON, the API's error form, its headers, and what is logged of a failure.

Chalice's HTTP middleware never sees a view's exception (it becomes a 500 response before), so errors are mapped in a
decorator under `@route`: https://aws.github.io/chalice/topics/middleware.html.
"""

import functools
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_to_bytes

from chalice.app import Blueprint, Request, Response

from chalicelib.errors import Busy, HabitueError, MalformedRequest, TooManyRequests, VoucherRefused

# The content type is checked by whoever reads the body, so that its 415 has the API's own form.
ANY_TYPE = ["*/*"]

API_HEADERS: Mapping[str, str] = {
    "Content-Type": "application/json",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

View = Callable[..., Any]

_log = logging.getLogger("habitue")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a view of the API gives back when 200 and a bare object are not enough."""

    body: Mapping[str, Any]
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


def json_text(value: object) -> str:
    """Compact JSON, UTF-8 as it is. Raises: ValueError where a number is NaN or infinite: never sent."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def json_response(answer: Answer) -> Response:
    """The answer as Chalice sends it, with the API's headers."""
    return Response(json_text(answer.body), headers={**API_HEADERS, **answer.headers}, status_code=answer.status)


def error_answer(error: HabitueError) -> Answer:
    """An expected error in the form of the contract; a refused voucher names its `reason` too."""
    body: dict[str, Any] = {
        "code": error.code,
        "message": error.message,
        "details": [{"where": detail.where, "message": detail.message} for detail in error.details],
    }
    if isinstance(error, VoucherRefused):
        body["reason"] = error.reason
    return Answer({"error": body}, error.http_status, _error_headers(error))


def _error_headers(error: HabitueError) -> dict[str, str]:
    if isinstance(error, TooManyRequests | Busy):
        return {"Retry-After": "60" if isinstance(error, TooManyRequests) else "1"}
    # RFC 9110, section 11.6.1: a 401 names the scheme that would help.
    return {"WWW-Authenticate": "Bearer"} if error.http_status == 401 else {}


def unexpected_answer(reference: str) -> Answer:
    """The same 500 for everything that nobody foresaw; the reference finds it in the log."""
    message = (
        f"Something went wrong on our side. Try again; if it goes on, ask the operator for {reference} in the log."
    )
    return Answer({"error": {"code": "internal", "message": message, "details": []}}, 500)


def answers_json(blueprint: Blueprint) -> Callable[[View], View]:
    """Decorate a view under `@route`: path parameters decoded, its object sent as JSON, its errors mapped."""

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def answering(**path: str) -> Response:
            try:
                given = view(**decode_path(path))
                if isinstance(given, Response):
                    return given  # a page: some routes are met by browsers too
                return json_response(given if isinstance(given, Answer) else Answer(given))
            except HabitueError as error:
                return json_response(error_answer(error))
            except Exception as error:  # noqa: BLE001 - the last resort: logged, and answered without a word of it
                return json_response(unexpected_answer(log_failure(error, blueprint.current_request)))

        return answering

    return decorate


def decode_path(path: Mapping[str, str]) -> dict[str, str]:
    """Path parameters as text: API Gateway hands them on percent-encoded (https://github.com/aws/chalice/issues/688).

    Raises:
        MalformedRequest: the bytes are not UTF-8, or hold a control character.
    """
    return {name: _decode(name, value) for name, value in path.items()}


def _decode(name: str, value: str) -> str:
    try:
        text = unquote_to_bytes(value).decode()
    except UnicodeDecodeError as error:
        raise MalformedRequest(f"{name} in the path is not UTF-8. Percent-encode it as UTF-8.") from error
    if not text.isprintable():
        raise MalformedRequest(f"{name} in the path holds a control character. Take it out.")
    return text


def reference_of(request: Request) -> str:
    """The id under which this request is found in the logs: API Gateway's, else Lambda's."""
    return str(request.context.get("requestId") or getattr(request.lambda_context, "aws_request_id", "unknown"))


def log_failure(error: BaseException, request: Request) -> str:
    """Log where it failed and of what kind, never what it said: messages may quote an address or a token.

    Returns the reference that the answer may show.
    """
    reference = reference_of(request)
    line = {
        "event": "request_failed",
        "reference": reference,
        "route": f"{request.method} {request.path}",
        "errors": _kinds(error),
        "where": _frames(error),
    }
    _log.error(json_text(line))
    return reference


def _kinds(error: BaseException | None) -> list[str]:
    """Types along the chain of causes, with AWS's error code where there is one."""
    kinds: list[str] = []
    while error is not None and len(kinds) < 10:
        response = getattr(error, "response", None)
        code = response.get("Error", {}).get("Code") if isinstance(response, dict) else None
        kinds.append(f"{type(error).__name__} {code}" if code else type(error).__name__)
        error = error.__cause__ or error.__context__
    return kinds


def _frames(error: BaseException) -> list[str]:
    frames = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append(f"{code.co_filename.rpartition('/')[2]}:{trace.tb_lineno} {code.co_qualname}")
        trace = trace.tb_next
    return frames[-12:]
