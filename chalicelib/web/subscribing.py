"""The route of the sign-up form: JSON from a program, or a form from a browser; no key, one answer for everybody."""

from typing import Any
from urllib.parse import parse_qs

from chalice.app import Response

from chalicelib.errors import HabitueError, MalformedRequest, TooLarge
from chalicelib.services.subscribe import subscribe
from chalicelib.web.answers import Answer
from chalicelib.web.bodies import content_type, read_bytes, read_object
from chalicelib.web.confirm_pages import refused_sign_up, signed_up
from chalicelib.web.pages import Page
from chalicelib.web.routing import request, v1
from chalicelib.wiring import get_app

MAX_FORM = 16_384  # bytes
FORM = "application/x-www-form-urlencoded"
# The same whether the address is new, known, suppressed, or has been asked too often.
ACCEPTED = {
    "status": "accepted",
    "message": "If this address can get our mail, a message with a link to confirm is on its way to it. "
    "Where none comes within an hour, sign up again.",
}


@v1("POST", "/subscribe", key=False)
def sign_up() -> Answer | Response:
    """Somebody entered an address into the shop's form."""
    if content_type(request()) == FORM:
        return _from_browser()
    subscribe(get_app(), read_object(request(), max_bytes=MAX_FORM), _origin())
    return Answer(ACCEPTED, 202)


def _from_browser() -> Response:
    app, fields = get_app(), {}
    try:
        fields = _form()
        subscribe(app, fields, _origin())
        return _response(signed_up(app, fields.get("locale")))
    except HabitueError as error:
        if error.http_status >= 500:
            raise
        return _response(refused_sign_up(app, fields.get("locale")))


def _form() -> dict[str, Any]:
    """The fields of the form; what was left empty is left out, and `topic` may come several times."""
    text = read_bytes(request(), (FORM,), MAX_FORM).decode(errors="replace")
    try:
        found = parse_qs(text, max_num_fields=100)
    except ValueError as error:
        raise TooLarge("The form has more than 100 fields. Send those of a sign-up only.") from error
    topics = [name for field in ("topics", "topic") for name in found.pop(field, [])]
    if twice := [name for name, values in found.items() if len(values) > 1]:
        raise MalformedRequest(f"The field {twice[0][:40]} comes twice. Send it once.")
    return {**{name: values[0] for name, values in found.items()}, **({"topics": topics} if topics else {})}


def _origin() -> str:
    return str(request().context.get("identity", {}).get("sourceIp", ""))


def _response(page: Page) -> Response:
    return Response(page.body, headers=dict(page.headers), status_code=page.status)
