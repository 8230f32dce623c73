"""Suppressions over HTTP, and what an operator says again after a restore."""

from datetime import timedelta

from chalicelib.domain.dates import parse_instant
from chalicelib.errors import Detail, InvalidInput, MalformedRequest
from chalicelib.services.change_suppression import (
    SuppressionStatus,
    add_suppression,
    lift_suppression,
    read_suppression,
)
from chalicelib.services.replay_withdrawals import replay_withdrawals
from chalicelib.web.bodies import optional_text, pick, query_text, read_object, text_field
from chalicelib.web.routing import request, v1
from chalicelib.web.schemas import Json, time_json
from chalicelib.wiring import get_app

_BUDGET = timedelta(seconds=15)  # API Gateway waits for 29


@v1("GET", "/suppressions")
def read_one() -> Json:
    """Whether an address is suppressed, why, and what was changed by hand: `?email=`."""
    return _show(read_suppression(get_app(), _email()))


@v1("PUT", "/suppressions")
def add_one() -> Json:
    """Suppress an address."""
    return _show(add_suppression(get_app(), _email(), read_object(request()), _who()))


@v1("DELETE", "/suppressions")
def lift_one() -> Json:
    """Lift a suppression; no consent comes back by it."""
    return _show(lift_suppression(get_app(), _email(), _who()))


@v1("POST", "/withdrawals/replay")
def replay_all() -> Json:
    """After a restore: withdraw again what was withdrawn since the backup, for as long as a request may take."""
    app, body = get_app(), pick(read_object(request()), "since", "cursor")
    try:
        since = parse_instant(text_field(body, "since"))
    except InvalidInput as error:
        raise InvalidInput(f"since: {error.message}.", [Detail("since", error.message)]) from error
    done = replay_withdrawals(app, since, optional_text(body, "cursor"), deadline=app.clock.real() + _BUDGET)
    return {"read": done.read, "changed": done.changed, "next": done.cursor}


def _email() -> str:
    email = query_text(request(), "email")
    if email is None:
        raise MalformedRequest("Name the address: /v1/suppressions?email=ann@example.com.")
    return email


def _who() -> str:
    origin = request().context.get("identity", {}).get("sourceIp", "")
    return f"API key, from {origin}" if origin else "API key"


def _show(found: SuppressionStatus) -> Json:
    standing = found.suppression
    return {
        "email": found.email,
        "suppressed": standing is not None,
        "suppression": None
        if standing is None
        else {"reason": standing.reason, "scope": standing.scope, "at": time_json(standing.at)},
        "changes": [
            {
                "at": time_json(change.at),
                "action": change.action,
                "reason": change.reason,
                "scope": change.scope,
                "by": change.by,
                "note": change.note,
            }
            for change in found.changes
        ],
    }
