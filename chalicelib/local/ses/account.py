"""Knows one simulated SES account: what it takes, what it keeps, and which events follow."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime

from chalicelib.local.ses import events, faults, outcomes
from chalicelib.local.ses.addresses import is_simulated
from chalicelib.local.ses.errors import SesError, bad_request, not_found
from chalicelib.local.ses.events import Happening
from chalicelib.local.ses.faults import Faults
from chalicelib.local.ses.limits import SendingLimits
from chalicelib.local.ses.mail import Letter, Mail
from chalicelib.local.ses.mailbox import Mailbox
from chalicelib.local.ses.publishing import EventDestination, EventQueue
from chalicelib.local.ses.suppression import REASONS, SuppressionList
from chalicelib.local.ses.templates import Templates

Clock = Callable[[], datetime]
ConfigurationSets = Mapping[str, Sequence[EventDestination]]
ENFORCEMENT = ("HEALTHY", "PROBATION", "SHUTDOWN")


class Account:
    """The state behind the operations. `clock` returns the present, aware; every method is thread-safe."""

    def __init__(
        self,
        *,
        clock: Clock,
        configuration_sets: ConfigurationSets,
        queue: EventQueue,
        mailbox: Mailbox,
        limits: SendingLimits,
    ) -> None:
        self.clock, self.configuration_sets, self.queue = clock, configuration_sets, queue
        self.mailbox, self.limits = mailbox, limits
        self.faults, self.suppressed, self.templates = Faults(), SuppressionList(), Templates()
        self._lock = threading.Lock()
        self._first_limits = (limits.rate, limits.daily_quota)
        self._healthy()

    def reset(self) -> None:
        """Back to the account as it was constructed: no mail, no fault, no suppression, the first limits."""
        with self._lock:
            self.queue.clear()
            self.mailbox.clear()
            self.faults.clear()
            self.suppressed.clear()
            self.templates.clear()
            self.limits.clear()
            self.limits.rate, self.limits.daily_quota = self._first_limits
            self._healthy()

    def recount(self) -> None:
        """Count the kept mails of the past day against the quota."""
        with self._lock:
            for mail in self.mailbox.all():
                if not is_simulated(mail["to"]):
                    self.limits.count(1, datetime.fromisoformat(mail["sent_at"]).timestamp())

    def set_rate(self, rate: float, daily_quota: float | None) -> None:
        """Change the limits; raises `BadRequestException` for a rate that is not above 0."""
        if rate <= 0:
            raise bad_request(f"The rate must be above 0 recipients per second, got {rate}.")
        with self._lock:
            self.limits.rate = rate
            if daily_quota is not None:
                self.limits.daily_quota = daily_quota

    def describe(self) -> dict[str, object]:
        """GetAccount."""
        with self._lock:
            quota = {
                "Max24HourSend": self.limits.daily_quota,
                "MaxSendRate": self.limits.rate,
                "SentLast24Hours": float(self.limits.sent_last_24_hours(self.clock().timestamp())),
            }
        return {
            "DedicatedIpAutoWarmupEnabled": False,
            "EnforcementStatus": self.enforcement_status,
            "ProductionAccessEnabled": self.production_access,
            "SendQuota": quota,
            "SendingEnabled": self.sending_enabled,
            "SuppressionAttributes": {"SuppressedReasons": list(REASONS)},
        }

    def admit(self, configuration_set: str) -> None:
        """Raise `SesError` when the account may not send, or does not know the configuration set."""
        if self.enforcement_status == "SHUTDOWN":
            raise SesError("AccountSuspendedException")
        if not self.sending_enabled:
            raise SesError("SendingPausedException")
        if configuration_set and configuration_set not in self.configuration_sets:
            raise not_found(f"Configuration set <{configuration_set}> does not exist.")

    def accept(self, letter: Letter, operation: str) -> str:
        """Take the letter, keep its mails, publish its events. Returns the message id.

        Raises:
            SesError: above the rate or the quota; then nothing was taken.
        """
        ordered = [self._ordered(operation, address) for address in letter.recipients]
        counted = sum(not is_simulated(address) for address in letter.recipients)
        with self._lock:
            now = self.clock()
            self.limits.take(len(letter.recipients), counted, now.timestamp())
            message_id = f"{int(now.timestamp() * 1000):016x}-{secrets.token_hex(16)}-000000"
            letter.headers += [("Date", format_datetime(now)), ("Message-ID", f"<{message_id}@email.amazonses.com>")]
            self._settle(letter, message_id, now, ordered)
        return message_id

    def open(self, mail_id: str, user_agent: str, ip_address: str) -> None:
        """Publish an Open event of a kept mail.

        Raises:
            SesError: no such mail, or its configuration set does not publish OPEN.
        """
        found = self.mailbox.find(mail_id)
        if found is None:
            raise not_found(f"No mail {mail_id!r} was accepted.")
        mail, described = found
        destinations = self.configuration_sets.get(mail["configuration_set"], ())
        if not any("OPEN" in destination.event_types for destination in destinations):
            raise bad_request(f"Opens of {mail_id!r} are not tracked: {mail['configuration_set']!r} publishes no OPEN.")
        self._publish(mail["configuration_set"], dict(described), [events.opened(self.clock(), user_agent, ip_address)])

    def _healthy(self) -> None:
        self.enforcement_status, self.production_access, self.sending_enabled = "HEALTHY", True, True

    def _ordered(self, operation: str, address: str) -> str | None:
        fault = self.faults.strike(faults.OUTCOME, operation, [address])
        return fault.name if fault else None

    def _settle(self, letter: Letter, message_id: str, now: datetime, ordered: list[str | None]) -> None:
        described = events.mail_object(letter, message_id, now)
        if letter.rendering_error or "rendering_failure" in ordered:
            error = letter.rendering_error or "Attribute 'ordered' is not present in the rendering data."
            self._publish(letter.configuration_set, described, [events.unrendered(error, letter.template_name)])
            return  # nothing was sent, so nothing is kept
        mails = letter.mails(message_id, now.isoformat())
        if outcomes.holds_a_virus(letter) or "reject" in ordered:
            for mail in mails:
                mail["status"] = "rejected"
            happened = [events.rejected()]
        else:
            happened = [events.sent(), *self._delivered(mails, now, ordered)]
        self.mailbox.add(mails, described)
        times = 0 if "no_events" in ordered else 2 if "double_events" in ordered else 1
        self._publish(letter.configuration_set, described, happened * times)

    def _delivered(self, mails: list[Mail], now: datetime, ordered: list[str | None]) -> list[Happening]:
        happened: list[Happening] = []
        for mail, name in zip(mails, ordered, strict=True):
            address = mail["to"]
            end = outcomes.outcome(address, now, listed=self.suppressed.reason(address), ordered=name)
            mail["status"] = end.status
            happened += end.happenings
            if end.list_as:
                self.suppressed.add(address, end.list_as, now)
        return happened

    def _publish(self, configuration_set: str, described: events.Event, happened: list[Happening]) -> None:
        destinations = self.configuration_sets.get(configuration_set, ())
        self.queue.put(
            [
                (destination, events.record(happening, described))
                for happening in happened
                for destination in destinations
                if happening.kind in destination.event_types
            ]
        )
