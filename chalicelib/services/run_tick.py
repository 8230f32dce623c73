"""Use case: what the clock does each minute: dates that begin somewhere, periods, launches, and due work."""

import logging
from dataclasses import replace
from datetime import date

from chalicelib.domain.flows import Flow, days_missed, days_to_plan, in_period, on_day, starts_at
from chalicelib.errors import HabitueError, StaleRevision
from chalicelib.ports import App
from chalicelib.services.announce_product import announce_product
from chalicelib.services.feed_due import feed_due
from chalicelib.services.flip_due import flip_due
from chalicelib.services.launch_message import launch_message, pin_versions
from chalicelib.services.list_flows import list_flows
from chalicelib.services.load_flow import require_flow, store_flow
from chalicelib.services.ramp_places import open_day
from chalicelib.services.resume_erasures import resume_erasures
from chalicelib.services.retrying import retrying
from chalicelib.services.run_campaigns import run_campaigns
from chalicelib.services.seed_shop import seed_shop
from chalicelib.services.start_measuring import start_measuring
from chalicelib.services.start_refresh import start_refresh
from chalicelib.services.watch_campaigns import watch_campaigns

logger = logging.getLogger(__name__)


def run_tick(app: App) -> int:
    """Start what is due; the count of work that was queued. Running twice at once starts nothing twice.

    Before the shop has its settings there is nothing to do. A flow that cannot start, say for a template that was
    taken away, is logged each minute and holds up neither the other flows nor what is due.
    """
    if app.catalog.get("shop", "shop") is None:
        return 0
    try:
        seed_shop(app)
        retrying(lambda: start_refresh(app))
        retrying(lambda: start_measuring(app))
        for flow in list_flows(app):
            if flow.enabled:
                _try_start(app, flow)
        flip_due(app)
        run_campaigns(app)
        retrying(lambda: open_day(app))
    finally:
        queued = feed_due(app)
        resume_erasures(app)
        watch_campaigns(app)
    return queued


def _try_start(app: App, flow: Flow) -> None:
    try:
        _start(app, flow)
    except HabitueError as error:
        logger.warning("flow %s cannot start: %s %s", flow.name, error.code, error.message)


def _start(app: App, flow: Flow) -> None:
    if flow.trigger.kind == "date":
        _start_days(app, flow)
    elif flow.trigger.kind == "segment":
        message = in_period(flow, pin_versions(app, flow.template), app.catalog.shop(), app.clock.now())
        if app.messages.get(message.id) is None:
            launch_message(app, message, app.clock.now())
    elif flow.planned_through is None:
        # Just switched on: what was launched in these days is news still. Later launches come by the stream.
        for product in app.products.all():
            announce_product(app, product)
        _planned(app, flow, app.clock.now().date())


def _start_days(app: App, flow: Flow) -> None:
    now = app.clock.now()
    days = list(days_to_plan(flow, now))
    if not days:
        return
    if missed := days_missed(flow, days[0]):
        logger.warning("flow %s: nothing ran on the days %s to %s; their mails would be too late", flow.name, *missed)
    versions = pin_versions(app, flow.template)
    for day in days:
        message = on_day(flow, day, versions, now)
        launch_message(app, message, max(now, starts_at(message)))
    _planned(app, flow, days[-1])


def _planned(app: App, flow: Flow, through: date) -> None:
    """Note how far the flow has looked; a rival that noted it first did the same work under the same ids."""
    current, revision = require_flow(app, flow.name)
    if current.planned_through != flow.planned_through:
        return  # somebody was faster, or switched it off and on: the next run looks again
    try:
        store_flow(app, replace(current, planned_through=through), revision)
    except StaleRevision:
        return
