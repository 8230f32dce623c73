"""The console: pages for the shop's own people. Without sign-in it is served only where the settings open it."""

import functools

from chalice.app import Blueprint, Response

from chalicelib.errors import HabitueError
from chalicelib.services.show_overview import show_overview
from chalicelib.web import link_pages
from chalicelib.web.answers import ANY_TYPE, View, log_failure
from chalicelib.web.pages import Page, render_page
from chalicelib.wiring import get_app, get_settings

console = Blueprint(__name__)


def answers_console(view: View) -> View:
    """Decorate a view under `@route`: the plain 404 page where the console is closed; an error's words where open."""

    @functools.wraps(view)
    def answering(**path: str) -> Response:
        answer = _guarded(view, path)
        return Response(answer.body, headers=dict(answer.headers), status_code=answer.status)

    return answering


@console.route("/console", methods=["GET", "HEAD"], content_types=ANY_TYPE)
@answers_console
def first_page() -> Page:
    """The shop at a glance: customers, segments, campaigns, flows."""
    overview = show_overview(get_app())
    regulars = dict(overview.segments).get("regulars", 0)
    return render_page(
        "console.html", brand=overview.shop.brand, sheet="console.css", overview=overview, regulars=regulars
    )


def _guarded(view: View, path: dict[str, str]) -> Page:
    try:
        if not get_settings().console_open:
            return link_pages.missing(get_app)
        page: Page = view(**path)
    except HabitueError as error:  # its words are meant for the shop's people
        return link_pages.told(error)
    except Exception as error:  # noqa: BLE001 - the last resort: logged, and answered without a word of it
        log_failure(error, console.current_request)
        return link_pages.failed(get_app)
    return page
