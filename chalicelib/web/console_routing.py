"""The one Blueprint of the console and the way a page gets on it: closed by default, its errors told, its forms ours.

Without sign-in the console is served only where the settings open it.
"""

import functools
from collections.abc import Callable
from dataclasses import replace
from http.cookies import CookieError, SimpleCookie

from chalice.app import Blueprint, Request, Response

from chalicelib.errors import Forbidden, HabitueError, InvalidToken
from chalicelib.web import link_pages
from chalicelib.web.answers import ANY_TYPE, View, decode_path, log_failure
from chalicelib.web.bodies import query_text
from chalicelib.web.forms import Form, read_form
from chalicelib.web.pages import Page, html_headers
from chalicelib.wiring import get_app, get_settings

console = Blueprint("chalicelib.web.console")
COOKIE = "habitue_console"
CSRF = "csrf"  # the field of each form, and the purpose of what it holds
MAX_FORM = 2 << 20  # bytes: a source of 512 KB, twice, percent-encoded
_FORM = "habitue_form"  # where a request keeps its form
_FORMS_HERE = "Open the page again and send the form from there."


def page(path: str, methods: tuple[str, ...] = ("GET", "HEAD")) -> Callable[[View], View]:
    """Put a view at `/console` + `path`. A POST reaches it only from a form of ours."""

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def answering(**given: str) -> Response:
            answer = _guarded(view, given)
            return Response(answer.body, headers=dict(answer.headers), status_code=answer.status)

        route: Callable[[View], View] = console.route(f"/console{path}", methods=list(methods), content_types=ANY_TYPE)
        return route(answering)

    return decorate


def request() -> Request:
    """The request that is being answered."""
    return console.current_request


def form() -> Form:
    """What the form of this POST holds."""
    found: Form = request().context[_FORM]
    return found


def csrf_token() -> str:
    """What each form of a page carries: bound to the browser by its cookie, which no foreign page can read or send."""
    return get_app().signer.sign(CSRF, [_session()])


def seen(name: str, *, most: int = 200) -> str | None:
    """One query parameter; None where it is left out, empty, or longer than any that we write."""
    value = (query_text(request(), name) or "").strip()
    return value if 0 < len(value) <= most else None


def redirect(to: str) -> Page:
    """Send the browser on after a POST, so that a reload repeats nothing."""
    return Page("", 303, {**html_headers("default-src 'none'"), "Location": to})


def _guarded(view: View, given: dict[str, str]) -> Page:
    try:
        if not get_settings().console_open:
            return link_pages.missing(get_app)
        if request().method == "POST":
            _take_form()
        answer: Page = view(**decode_path(given))
        # Strict: a link from elsewhere opens the console, but a form from elsewhere comes without the cookie.
        secure = "; Secure" if request().headers.get("x-forwarded-proto") == "https" else ""
        cookie = f"{COOKIE}={_session()}; Path=/; HttpOnly; SameSite=Strict{secure}"
        return replace(answer, headers={**answer.headers, "Set-Cookie": cookie})
    except HabitueError as error:  # its words are meant for the shop's people
        return link_pages.told(error)
    except Exception as error:  # noqa: BLE001 - the last resort: logged, and answered without a word of it
        log_failure(error, request())
        return link_pages.failed(get_app)


def _take_form() -> None:
    """Read the form. Raises: Forbidden where it is none that this browser got from us."""
    found = read_form(request(), MAX_FORM)
    try:
        ours = get_app().signer.read(CSRF, found.text(CSRF) or "") == [_sent_cookie()]
    except InvalidToken:
        ours = False
    if not ours:
        raise Forbidden(f"This form did not come from a page of the console in this browser. {_FORMS_HERE}")
    request().context[_FORM] = found


def _session() -> str:
    """The browser's cookie, or the one that this answer gives it."""
    context = request().context
    if COOKIE not in context:
        context[COOKIE] = _sent_cookie() or get_app().ids.new()
    return str(context[COOKIE])


def _sent_cookie() -> str | None:
    try:
        sent = SimpleCookie(request().headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return None
    return sent.value if sent is not None and 0 < len(sent.value) <= 64 and sent.value.isascii() else None
