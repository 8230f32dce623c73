"""Knows the REST routes of SES v2 and which answer, or ordered fault, each request gets."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

from chalicelib.local.ses import faults, sending
from chalicelib.local.ses.account import Account
from chalicelib.local.ses.errors import DOCUMENTED, SesError, bad_request
from chalicelib.local.ses.faults import Fault
from chalicelib.local.ses.validation import Fields

SUPPRESSED = "/v2/email/suppression/addresses"
_ROUTES = {
    ("POST", "/v2/email/outbound-emails"): "SendEmail",
    ("POST", "/v2/email/outbound-bulk-emails"): "SendBulkEmail",
    ("GET", "/v2/email/account"): "GetAccount",
    ("POST", "/v2/email/templates"): "CreateEmailTemplate",
    ("PUT", SUPPRESSED): "PutSuppressedDestination",
    ("GET", SUPPRESSED): "ListSuppressedDestinations",
}
_BY_ADDRESS = {"GET": "GetSuppressedDestination", "DELETE": "DeleteSuppressedDestination"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An HTTP answer: JSON body, the type of an error, and what the connection does with it."""

    status: int = 200
    body: object = None
    error: str = ""
    seconds: float = 0.0  # how long to wait before answering
    connection: Literal["answer", "drop", "reset"] = "answer"  # drop: close without a word


@dataclass(frozen=True, slots=True)
class _Call:
    operation: str
    address: str
    query: dict[str, list[str]]
    request: Fields
    size: int


class Operations:
    """The SES v2 API over one account."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def answer(self, method: str, target: str, body: bytes) -> Answer:
        """The answer to one request; never raises for what a client can send."""
        try:
            call = _call(method, target, body)
            struck = self._struck(call)
            if struck and struck.name not in faults.AFTER:
                return _refused(struck)
            done = Answer(body=self._run(call))
        except SesError as error:
            return Answer(status=error.status, error=error.name, body={"message": str(error)})
        return _spoiled(done, struck) if struck else done

    def _struck(self, call: _Call) -> Fault | None:
        named = sending.addresses(call.operation, call.request) if call.operation in faults.SENDS else []
        return self._account.faults.strike(faults.CALL, call.operation, named)

    def _run(self, call: _Call) -> dict[str, object]:
        account = self._account
        match call.operation:
            case "SendEmail":
                return sending.send_email(account, call.request, call.size)
            case "SendBulkEmail":
                return sending.send_bulk_email(account, call.request, call.size)
            case "GetAccount":
                return account.describe()
            case "CreateEmailTemplate":
                return account.templates.create(call.request)
            case "PutSuppressedDestination":
                return account.suppressed.put(call.request, account.clock())
            case "GetSuppressedDestination":
                return account.suppressed.get(call.address)
            case "DeleteSuppressedDestination":
                return account.suppressed.delete(call.address)
            case _:
                return account.suppressed.list(call.query)


def _call(method: str, target: str, body: bytes) -> _Call:
    parts = urlsplit(target)
    operation, address = _ROUTES.get((method, parts.path), ""), ""
    if not operation and parts.path.startswith(SUPPRESSED + "/"):
        operation, address = _BY_ADDRESS.get(method, ""), unquote(parts.path.removeprefix(SUPPRESSED + "/"))
    if not operation:
        raise SesError("NotFoundException", f"The SES stand-in has no operation {method} {parts.path}.")
    try:
        request = json.loads(body) if body else {}
    except (ValueError, RecursionError):
        raise SesError("SerializationException", "The body is not JSON.") from None
    if not isinstance(request, dict):
        raise bad_request("The body is not a JSON object.")
    return _Call(operation, address, parse_qs(parts.query), request, len(body))


def _refused(fault: Fault) -> Answer:
    if fault.name in DOCUMENTED:
        status, words = DOCUMENTED[fault.name]
        return Answer(status=status, error=fault.name, body={"message": fault.message or words}, seconds=fault.seconds)
    if fault.name == "connection_reset":
        return Answer(connection="reset", seconds=fault.seconds)
    return replace(_broken(fault.name), seconds=fault.seconds)


def _spoiled(done: Answer, fault: Fault) -> Answer:
    if fault.name == "answer_lost":
        return Answer(connection="drop", seconds=fault.seconds)
    if fault.name == "slow_answer":
        return replace(done, seconds=fault.seconds)
    return replace(_broken(fault.name), seconds=fault.seconds)


def _broken(name: str) -> Answer:
    if name.startswith("http_503"):
        return Answer(status=503, error="ServiceUnavailable", body={"message": "Service is unavailable."})
    return Answer(status=500, error="InternalFailure", body={"message": "An internal error occurred."})
