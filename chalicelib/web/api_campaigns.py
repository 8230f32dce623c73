"""Campaigns over HTTP."""

from datetime import timedelta
from functools import partial
from typing import Literal

from chalicelib.domain.launches import undo_window
from chalicelib.services.campaign_report import campaign_report
from chalicelib.services.continue_campaign import continue_campaign
from chalicelib.services.dry_run import dry_run
from chalicelib.services.launch_campaign import launch_campaign
from chalicelib.services.message_report import GROUPS
from chalicelib.services.move_campaign import move_campaign
from chalicelib.services.put_campaign import put_campaign
from chalicelib.services.send_campaign_test import send_campaign_test
from chalicelib.services.send_test import with_addresses
from chalicelib.services.show_campaign import show_campaign
from chalicelib.web.answers import Answer
from chalicelib.web.bodies import optional_text, pick, query_choice, read_object, text_or_texts
from chalicelib.web.idempotency import once
from chalicelib.web.routing import author, request, v1
from chalicelib.web.sample_mails import wanted_mail
from chalicelib.web.schemas import Json, campaign_json, dry_run_json
from chalicelib.wiring import get_app

_BUDGET = timedelta(seconds=15)  # API Gateway waits for 29


@v1("GET", "/campaigns/{name}")
def read_campaign(name: str) -> Json:
    """A campaign and its state."""
    return _shown(name)


@v1("PUT", "/campaigns/{name}")
def write_campaign(name: str) -> Json:
    """Create a campaign, or change the named fields of one that was not launched."""
    put_campaign(get_app(), name, read_object(request()))
    return _shown(name)


@v1("POST", "/campaigns/{name}/dry-run")
def try_campaign(name: str) -> Json:
    """What a launch would do; nothing is sent or stored. `next` goes on where a large shop takes several calls."""
    app, body = get_app(), pick(read_object(request()), "next")
    return dry_run_json(dry_run(app, name, optional_text(body, "next"), deadline=app.clock.real() + _BUDGET))


@v1("POST", "/campaigns/{name}/launch")
def start_campaign(name: str) -> Answer:
    """Launch it, once: the same launch again is the same mail."""
    body = read_object(request())
    return Answer(once(body, lambda: _launch(name, body)), 202)


@v1("POST", "/campaigns/{name}/pause")
def pause_campaign(name: str) -> Json:
    """Stop sending; what waits goes on waiting."""
    return _move(name, "paused")


@v1("POST", "/campaigns/{name}/resume")
def resume_campaign(name: str) -> Json:
    """Go on where it was paused."""
    return _move(name, "sending")


@v1("POST", "/campaigns/{name}/cancel")
def cancel_campaign(name: str) -> Json:
    """End it for good: what waits is skipped."""
    return _move(name, "cancelled")


@v1("POST", "/campaigns/{name}/test-send")
def send_a_campaign_test(name: str) -> Answer:
    """Send a test of its mail to a few addresses. It uses no voucher and counts nowhere."""
    body = pick(read_object(request()), "to", "variant", "customer_id", "customer", "locale")
    wanted, to, variant = wanted_mail(body), text_or_texts(body, "to"), optional_text(body, "variant")
    work = partial(send_campaign_test, get_app(), name, wanted, to, variant=variant)
    return Answer(with_addresses(once(body, work, about=wanted.customer_id), to))


@v1("POST", "/campaigns/{name}/continue")
def continue_staged_campaign(name: str) -> Json:
    """Let its next stage go now."""

    def work() -> Json:
        continue_campaign(get_app(), name)
        return _shown(name)

    return dict(once({}, work))


@v1("GET", "/campaigns/{name}/report")
def read_campaign_report(name: str) -> Json:
    """What became of it: a count over the rows."""
    return campaign_report(get_app(), name, query_choice(request(), "by", GROUPS))


def _launch(name: str, body: Json) -> Json:
    launch_campaign(get_app(), name, undo=undo_window(body), author=author())
    return _shown(name)


def _move(name: str, to: Literal["paused", "sending", "cancelled"]) -> Json:
    move_campaign(get_app(), name, to)
    return _shown(name)


def _shown(name: str) -> Json:
    return campaign_json(show_campaign(get_app(), name))
