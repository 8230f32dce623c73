"""Knows the control routes of the stand-in, `/_control/...`, by which tests and the local front steer it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from chalicelib.local.ses.account import ENFORCEMENT, Account
from chalicelib.local.ses.errors import SesError, bad_request
from chalicelib.local.ses.operations import Answer

PREFIX = "/_control/"


class Control:
    """`GET mails|state`, `POST faults|rate|account|opens|reset`, `DELETE faults`, all JSON."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._routes: dict[tuple[str, str], Callable[[object], object]] = {
            ("GET", "mails"): lambda _: {"mails": account.mailbox.all()},
            ("GET", "state"): lambda _: self._state(),
            ("POST", "faults"): account.faults.order,
            ("DELETE", "faults"): lambda _: account.faults.clear(),
            ("POST", "rate"): self._rate,
            ("POST", "account"): self._status,
            ("POST", "opens"): self._open,
            ("POST", "reset"): lambda _: account.reset(),
        }

    def answer(self, method: str, target: str, body: bytes) -> Answer:
        """The answer to one control request; errors are answered like those of SES."""
        route = self._routes.get((method, target.partition("?")[0].removeprefix(PREFIX)))
        if route is None:
            return Answer(status=404, error="NotFoundException", body={"message": f"No {method} {target}."})
        try:
            return Answer(body=route(json.loads(body) if body else {}) or {})
        except SesError as error:
            return Answer(status=error.status, error=error.name, body={"message": str(error)})
        except (ValueError, TypeError, AttributeError) as error:
            return Answer(status=400, error="BadRequestException", body={"message": f"Not understood: {error}"})

    def _state(self) -> dict[str, object]:
        account = self._account
        return {
            "pending_events": account.queue.pending,
            "failed_events": account.queue.failed,
            "event_error": account.queue.error,
            "mails": len(account.mailbox.all()),
            "faults": account.faults.left(),
            "account": account.describe(),
        }

    def _rate(self, wanted: object) -> None:
        given = _only(wanted, "rate", "daily_quota")
        quota = given.get("daily_quota")
        self._account.set_rate(
            float(str(given.get("rate", self._account.limits.rate))), None if quota is None else float(str(quota))
        )

    def _status(self, wanted: object) -> None:
        given = _only(wanted, "enforcement_status", "production_access", "sending_enabled")
        if given.get("enforcement_status", "HEALTHY") not in ENFORCEMENT:
            raise bad_request(f"enforcement_status is one of {', '.join(ENFORCEMENT)}.")
        for name, value in given.items():
            setattr(self._account, name, value)

    def _open(self, wanted: object) -> None:
        given = _only(wanted, "id", "user_agent", "ip_address")
        agent = str(given.get("user_agent", "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15"))
        self._account.open(str(given.get("id", "")), agent, str(given.get("ip_address", "192.0.2.1")))


def _only(wanted: object, *names: str) -> Mapping[str, object]:
    if not isinstance(wanted, dict) or set(wanted) - set(names):
        raise bad_request(f"Give a JSON object with {', '.join(names)}.")
    return wanted
