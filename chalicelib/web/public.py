"""Pages that a recipient opens without signing in: click, unsubscribe, preferences, survey, the mail, the offer."""

import functools
from collections.abc import Callable
from urllib.parse import parse_qs

from chalice.app import Blueprint, Response

from chalicelib.errors import HabitueError, InvalidToken
from chalicelib.web import confirm_pages, link_pages, preference_pages, survey_pages
from chalicelib.web.answers import ANY_TYPE, View, decode_path, log_failure
from chalicelib.web.pages import Page
from chalicelib.wiring import get_app

public = Blueprint(__name__)

_READ = ["GET", "HEAD"]
_MAX_FORM = 16_384  # bytes
_MAX_FIELDS = 200


def answers_html(view: View) -> View:
    """Decorate a view under `@route`: every invalid token gets the same plain page, every fault of ours another."""

    @functools.wraps(view)
    def answering(**path: str) -> Response:
        try:
            return _response(view(**decode_path(path)))
        except Exception as error:  # noqa: BLE001 - the last resort: logged, and answered without a word of it
            return _response(_error_page(error))

    return answering


def page(path: str, methods: list[str]) -> Callable[[View], View]:
    """Put a view at `path`. A form is taken in any Content-Type: nobody who wants to leave is sent away for it."""

    def decorate(view: View) -> View:
        route: Callable[[View], View] = public.route(path, methods=methods, content_types=ANY_TYPE)
        return route(answers_html(view))

    return decorate


@page("/c/{token}", _READ)
def click(token: str) -> Page:
    """Follow a link of a mail."""
    asked = public.current_request
    return link_pages.click(get_app(), token, asked.method, asked.headers)


@page("/u/{token}", _READ)
def ask_unsubscribe(token: str) -> Page:
    """Ask whether to unsubscribe. Changes nothing: scanners open this too."""
    return link_pages.ask_unsubscribe(get_app(), token)


# RFC 8058: the mail program posts the form itself, urlencoded or multipart, without a cookie, and follows no redirect.
@page("/u/{token}", ["POST"])
def unsubscribe_one_click(token: str) -> Page:
    """Unsubscribe without asking again. The token is signed, so there is nothing else to check here."""
    return link_pages.unsubscribed(get_app(), token)


@page("/p/{token}", _READ)
def show_preferences(token: str) -> Page:
    """Which e-mails this address gets."""
    return preference_pages.preferences(get_app(), token)


@page("/p/{token}", ["POST"])
def change_preferences(token: str) -> Page:
    """Save which e-mails this address gets."""
    return preference_pages.changed_preferences(get_app(), token, _form())


@page("/confirm/{token}", _READ)
def ask_to_confirm(token: str) -> Page:
    """Ask whether a sign-up was meant. Changes nothing: scanners open this too."""
    return confirm_pages.ask_to_confirm(get_app(), token)


@page("/confirm/{token}", ["POST"])
def confirm_sign_up(token: str) -> Page:
    """Confirm a sign-up."""
    origin = public.current_request.context.get("identity", {}).get("sourceIp", "")
    return confirm_pages.confirmed(get_app(), token, str(origin))


@page("/s/{token}", _READ)
def ask_survey(token: str) -> Page:
    """Show the answer to a question, or ask for one. Changes nothing: scanners open this too."""
    return survey_pages.survey(get_app(), token)


@page("/s/{token}", ["POST"])
def answer_survey(token: str) -> Page:
    """Store the answer."""
    return survey_pages.answered(get_app(), token, _form().get("answer", [""])[-1])


@page("/v/{token}", _READ)
def show_mail(token: str) -> Page:
    """A mail in the browser, exactly as it was sent."""
    return link_pages.mail(get_app(), token)


@page("/t/{token}", [*_READ, "POST"])
def follow_test_link(token: str) -> Page:
    """A link, or the unsubscribe button, of a test mail. Changes nothing, whatever it is."""
    return link_pages.of_a_test(get_app(), token)


@page("/r/{token}", _READ)
def show_offer(token: str) -> Page:
    """An offer with its code. Changes nothing."""
    return link_pages.offer(get_app(), token)


@page("/r/{token}", ["POST"])
def use_offer(token: str) -> Page:
    """Activate the voucher: its owner is about to use it. It is redeemed at the till, not here."""
    return link_pages.activated_offer(get_app(), token)


def _form() -> dict[str, list[str]]:
    raw = public.current_request.raw_body or b""
    body = raw if isinstance(raw, bytes) else str(raw).encode()
    # Our own page never sends that much. The answer is the plain page: an error has no more to say to a stranger.
    if len(body) > _MAX_FORM or body.count(b"&") > _MAX_FIELDS:
        raise InvalidToken
    return parse_qs(body.decode(errors="replace"))


def _error_page(error: Exception) -> Page:
    if isinstance(error, HabitueError) and error.http_status < 500:
        return link_pages.missing(get_app)
    log_failure(error, public.current_request)
    return link_pages.failed(get_app)


def _response(answer: Page) -> Response:
    return Response(answer.body, headers=dict(answer.headers), status_code=answer.status)
