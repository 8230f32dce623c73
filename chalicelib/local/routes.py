"""The pages and calls below /local, which exist in the front of a local stack only."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from chalicelib.errors import HabitueError, MalformedRequest, NotFound
from chalicelib.local.mailbox import content_security_policy, mail_page, mailbox_json, mailbox_page
from chalicelib.local.sample_pictures import sample_picture

if TYPE_CHECKING:
    from chalicelib.local.session import LocalStack


_THIS_MACHINE = frozenset({"127.0.0.1", "localhost"})


class Answer(NamedTuple):
    """One HTTP answer, without its Content-Length."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request below /local."""

    stack: "LocalStack"
    path: str
    query: Mapping[str, list[str]]
    body: bytes = field(repr=False)
    base: str


def local_answer(
    stack: "LocalStack", method: str, target: str, headers: Mapping[str, str], body: bytes, base: str
) -> Answer:
    """Answer a request below /local; expected errors as the API answers them. Header names are in lower case."""
    parts = urlsplit(target)
    call = Call(stack=stack, path=parts.path.rstrip("/"), query=parse_qs(parts.query), body=body, base=base)
    if not is_ours(headers):
        return json_answer(403, "forbidden", "Only programs and pages of this machine may use /local.")
    try:
        return _route(method, call)
    except HabitueError as error:
        return json_answer(error.http_status, error.code, error.message)


def is_ours(headers: Mapping[str, str]) -> bool:
    """Whether the request was meant for this machine: no foreign page, no foreign name that points here."""
    origin = urlsplit(headers.get("origin") or "http://127.0.0.1").hostname
    return is_this_machine(headers) and origin in _THIS_MACHINE


def is_this_machine(headers: Mapping[str, str]) -> bool:
    """Whether it came by a name of this machine, and not by a foreign one that somebody made point here."""
    return headers.get("host", "").rsplit(":", 1)[0] in _THIS_MACHINE


def json_answer(status: int, code: str, message: str) -> Answer:
    """An error in the shape of the API's."""
    return _json({"error": {"code": code, "message": message, "details": []}}, status)


def _route(method: str, call: Call) -> Answer:
    match (method, call.path):
        case ("GET", "/local"):
            return Answer(302, [("Location", _mailbox_path(call))], b"")
        case ("GET", "/local/mailbox"):
            return _mailbox(call)
        case ("GET", path) if path.startswith("/local/mailbox/"):
            return _mail(call, unquote(path.removeprefix("/local/mailbox/")))
        case ("GET", path) if path.startswith("/local/images/"):
            return _image(unquote(path.removeprefix("/local/images/")))
        case ("POST", "/local/clock"):
            return _clock(call)
        case ("POST", "/local/idle"):
            idle = call.stack.idle()
            return _json({"idle": idle.idle, "pending": idle.pending})
    raise NotFound("local page", f"{method} {call.path}")


def _mailbox(call: Call) -> Answer:
    mails = call.stack.ses.mails()
    if call.query.get("format") == ["json"]:
        return _json(mailbox_json(mails))
    return _html(mailbox_page(mails, _mailbox_path(call)))


def _mailbox_path(call: Call) -> str:
    return f"{call.base}/local/mailbox"


def _mail(call: Call, mail_id: str) -> Answer:
    for mail in call.stack.ses.mails():
        if mail["id"] == mail_id:
            return _json(mail) if call.query.get("format") == ["json"] else _html(mail_page(mail, _mailbox_path(call)))
    raise NotFound("mail", mail_id)


def _image(name: str) -> Answer:
    picture = sample_picture(name.removesuffix(".svg"))
    if picture is None:
        raise NotFound("picture", name)
    policy = "default-src 'none'; style-src 'unsafe-inline'"  # an SVG opened by itself is a page
    headers = [
        ("Content-Type", "image/svg+xml"),
        ("Content-Security-Policy", policy),
        ("Cache-Control", "max-age=3600"),
    ]
    return Answer(200, headers, picture.encode())


def _clock(call: Call) -> Answer:
    call.stack.move_clock(_wanted_time(call.body))
    return _json({"now": call.stack.clock.now().isoformat()})


def _wanted_time(body: bytes) -> datetime:
    try:
        wanted = datetime.fromisoformat(str(json.loads(body)["now"]))
    except (ValueError, KeyError, TypeError) as error:
        raise MalformedRequest('Send {"now": T}, T a time such as "2026-05-01T09:00:00+01:00".') from error
    if wanted.tzinfo is None:
        raise MalformedRequest(f"The time {wanted.isoformat()} has no offset: write it with one, such as +01:00 or Z.")
    return wanted


def _json(value: Any, status: int = 200) -> Answer:
    """A JSON answer; a str is JSON already."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return Answer(status, [("Content-Type", "application/json"), ("Cache-Control", "no-store")], text.encode())


def _html(page: str) -> Answer:
    headers = [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Security-Policy", content_security_policy()),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "no-referrer"),
        ("Cache-Control", "no-store"),
    ]
    return Answer(200, headers, page.encode())
