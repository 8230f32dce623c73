"""A shop in memory with people, a tiny template and what drives the sending: planner, senders, clock."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from json import dumps
from typing import Any

from chalicelib.domain.customers import Customer
from chalicelib.domain.mailboxes import Consent, Mailbox
from chalicelib.domain.messages import Batch, Message, Row
from chalicelib.domain.template_versions import LocaleVersions, body_from_locales
from chalicelib.domain.templates import CompiledTemplate, Mail, template_to_fields
from chalicelib.errors import MailRefused
from chalicelib.ports import App, Document
from chalicelib.services.campaign_report import campaign_report
from chalicelib.services.feed_due import feed_due
from chalicelib.services.launch_campaign import launch_campaign
from chalicelib.services.load_version import version_key
from chalicelib.services.plan_message import plan_message
from chalicelib.services.put_campaign import put_campaign
from chalicelib.services.put_flow import put_flow
from chalicelib.services.put_offer import put_offer
from chalicelib.services.run_campaigns import run_campaigns
from chalicelib.services.send_batch import send_batch
from chalicelib.services.unsubscribe import unsubscribe
from tests.fakes import NOON, CountingIds, FixedClock, make_app
from tests.fakes.customers import MemoryCustomers
from tests.fakes.files import MemoryFiles
from tests.fakes.mailboxes import MemoryMailboxes
from tests.fakes.mailer import MemoryMailer
from tests.fakes.queue import MemoryQueue
from tests.fakes.sends import MemoryBatches, MemoryDue, MemoryMessages, MemoryPace, MemoryRows
from tests.fakes.vouchers import MemoryVouchers

DAY = timedelta(days=1)
BEYOND_THE_LEASE = timedelta(minutes=4)
BUDGET = timedelta(seconds=90)  # what a sender's function has
HTML = (
    "<p>Dear {{ customer.first_name }}</p><a href='{{ link(\"https://shop.example.com/?a=1&b=2\") }}'>Shop</a>"
    "{% if voucher %}<b>{{ voucher.code }}</b> <a href='{{ voucher.url }}'>{{ voucher.expires_at | d }}</a>{% endif %}"
    "<a href='{{ view_url }}'>View</a> <a href='{{ unsubscribe_url }}'>Leave</a> {{ postal_address }}"
)
TEXT = "Dear {{ customer.first_name }}, {{ unsubscribe_url }} {{ postal_address }}"


@dataclass
class SendingShop:
    """Every port that the tests look into, and the App over them."""

    app: App
    clock: FixedClock
    customers: MemoryCustomers
    mailboxes: MemoryMailboxes
    messages: MemoryMessages
    batches: MemoryBatches
    rows: MemoryRows
    vouchers: MemoryVouchers
    mailer: MemoryMailer
    queue: MemoryQueue
    files: MemoryFiles
    due: MemoryDue

    def person(self, name: str, email: str | None = None, *, consent: bool = True, **fields: Any) -> Customer:
        """Someone with an address who may be mailed."""
        address = email or f"{name}@example.com"
        hash_ = self.app.keyed.mailbox(address)
        if hash_ not in self.mailboxes.items:
            said = Consent(status="granted", at=self.clock.now() - DAY) if consent else None
            self.mailboxes.put(Mailbox(hash=hash_, consent=said))
        fields = {"first_name": name.title(), **fields}
        return self.customers.put(Customer(id=name, email=address, mailbox=hash_, **fields))

    def people(self, count: int, **fields: Any) -> None:
        """p000, p001, ..."""
        for number in range(count):
            self.person(f"p{number:03}", **fields)

    def change(self, name: str, **fields: Any) -> None:
        """The shop's systems change a customer; a new address has its own mailbox, whose owner consents."""
        stored = self.customers.items[name]
        if "email" in fields:
            fields["mailbox"] = self.app.keyed.mailbox(fields["email"])
            consent = Consent(status="granted", at=self.clock.now())
            self.mailboxes.items.setdefault(
                fields["mailbox"], Mailbox(hash=fields["mailbox"], consent=consent, revision=1)
            )
        self.customers.put(replace(stored, **fields))

    def box(self, name: str) -> Mailbox:
        """The mailbox of a customer."""
        return self.mailboxes.items[self.customers.items[name].mailbox or ""]

    def template(self, name: str = "spring", locale: str = "en", *, subject: str = "Hello", **more: Any) -> str:
        """An active version with no MJML in it; the answer is its name."""
        sources = {"subject": subject, "html": HTML, "text": TEXT, **more}
        refuses = tuple(sources.pop("refuses", ()))
        version = sha256(repr((name, locale, sorted(sources.items()))).encode()).hexdigest()
        compiled = CompiledTemplate(version=version, name=name, locale=locale, **sources)
        self.files.put(version_key(version), dumps(template_to_fields(compiled)).encode())
        entry = LocaleVersions(versions=(version,), active=version, refuses_launch=refuses)
        stored = self.app.catalog.get("template", name)
        body = stored.body if stored else {"locales": {}}
        body = {"locales": {**body["locales"], **body_from_locales({locale: entry})["locales"]}}
        self.app.catalog.put(Document(kind="template", name=name, body=body, revision=stored.revision if stored else 0))
        return version

    def segment(self, name: str, rule: dict[str, Any]) -> None:
        """A saved segment."""
        self.app.catalog.put(Document(kind="segment", name=name, body={"rule": rule}))

    def offer(self, name: str = "ten-off", **more: Any) -> str:
        """An offer of ten percent for 14 days."""
        fields = {"benefit": {"kind": "percent", "percent": 10}, "validity": {"days_from_issue": 14}, **more}
        return put_offer(self.app, name, fields).name

    def campaign(self, **fields: Any) -> None:
        """The campaign "spring" to everyone."""
        put_campaign(self.app, "spring", {"segments": ["everyone"], "template": "spring", **fields})

    def launch(self, **fields: Any) -> Message:
        """Put it, launch it and plan it."""
        self.campaign(**fields)
        message = launch_campaign(self.app, "spring")
        self.plan()
        return message

    def flow(self, name: str, **fields: Any) -> None:
        """A flow that is still off, with a template of its own name."""
        self.template(name)
        put_flow(self.app, name, {"template": name, **fields})

    def plan(self) -> None:
        """What the plan queue holds."""
        for body in self.queue.take("plan"):
            plan_message(self.app, body["message_id"], deadline=self.clock.real() + BUDGET)

    def send(self, batch: Batch | None = None) -> None:
        """One attempt at a batch; without one, at each that is not done."""
        for one in [batch] if batch else [one for one in self.batches.items.values() if not one.done]:
            send_batch(self.app, one.message_id, one.id, deadline=self.clock.real() + BUDGET)

    def work(self) -> int:
        """Do what the queues hold; how much it was."""
        self.plan()
        wakes = self.queue.take("marketing") + self.queue.take("transactional")
        for body in wakes:
            send_batch(self.app, body["message_id"], body["batch_id"], deadline=self.clock.real() + BUDGET)
        return len(wakes)

    def run(self, step: timedelta = timedelta(minutes=1), most: int = 60) -> None:
        """Feed and work each minute until nothing is due any more, or so many minutes are over."""
        for _ in range(most):
            feed_due(self.app)
            self.work()
            if not self.due.at:
                return
            self.clock.advance(step)

    def live(self, minutes: int, step: timedelta = timedelta(minutes=1)) -> None:
        """So many steps of the clock: the tick looks after the campaigns, then what is due is worked off."""
        for _ in range(minutes):
            run_campaigns(self.app)
            feed_due(self.app)
            self.work()
            self.clock.advance(step)

    def got(self) -> dict[str, str]:
        """The message that each person got a mail of; nobody got two."""
        sent = [row for row in self.rows.items.values() if row.status == "sent"]
        assert len({row.customer_id for row in sent}) == len(sent) == len(self.mailer.accepted)
        return {row.customer_id: row.message_id for row in sent}

    def batch(self) -> Batch:
        """The only batch."""
        [batch] = self.batches.items.values()
        return batch

    def row(self, name: str) -> Row:
        """The only row of a person that is not deferred."""
        [row] = [row for row in self.rows.items.values() if row.customer_id == name and row.status != "deferred"]
        return row

    def statuses(self) -> dict[str, str]:
        """Status or reason of a skip, by person."""
        return {
            row.customer_id: row.reason if row.status == "skipped" else row.status
            for row in sorted(self.rows.items.values(), key=lambda row: row.customer_id)
        }

    def report(self) -> dict[str, Any]:
        """The campaign's report; everyone is somewhere in it."""
        report = campaign_report(self.app, "spring")
        skipped = sum(report["skipped"].values())
        assert report["planned"] == report["sent"] + report["failed"] + skipped + report["unknown"] + report["pending"]
        return report

    def live_vouchers(self) -> set[str]:
        """Customers with a voucher that could be used."""
        return {one.customer_id or "" for one in self.vouchers.vouchers.values() if one.status != "withdrawn"}

    def once(self, port: Any, method: str, action: Callable[..., None], *, after: bool = False) -> None:
        """Do something before (or after) the next call of a port's method."""
        real = getattr(port, method)

        def call(*args: Any, **kwargs: Any) -> Any:
            setattr(port, method, real)
            if not after:
                action()
            answer = real(*args, **kwargs)
            if after:
                action()
            return answer

        setattr(port, method, call)


class Died(BaseException):
    """The function was killed."""


def die() -> None:
    """End the process here."""
    raise Died


def killed(shop: SendingShop, port: Any, method: str, *, after: bool = False) -> None:
    """One attempt that dies at the next call of this method; then its lease runs out."""
    shop.once(port, method, die, after=after)
    with suppress(Died):
        shop.send()
        raise AssertionError(f"{method} was not called")
    shop.clock.advance(BEYOND_THE_LEASE)


def raising(error: Exception, only: str = "") -> Callable[[Mail], None]:
    """What a mailer does that answers each mail (to this address) with an error."""

    def fail(mail: Mail) -> None:
        if mail.to.startswith(only):
            raise error

    return fail


REFUSED = MailRefused("MessageRejected", "no", retry=False)


def recover(shop: SendingShop) -> None:
    """SES works again."""
    shop.mailer.before = shop.mailer.after = lambda mail: None


def leave(shop: SendingShop, name: str = "ann") -> None:
    """The person unsubscribes by the link in the mail."""
    [batch_id] = [batch.id for batch in shop.batches.items.values() if name in batch.people]
    token = shop.app.signer.sign("u", [shop.box(name).hash, "c.spring", batch_id, name])
    unsubscribe(shop.app, token)


def open_shop(now: datetime = NOON, **overrides: Any) -> SendingShop:
    """An empty shop with the template "spring" and the segment "everyone"."""
    due = MemoryDue()
    ports: dict[str, Any] = {
        "clock": FixedClock(now),
        "ids": CountingIds(),
        "customers": MemoryCustomers(),
        "mailboxes": MemoryMailboxes(),
        "messages": MemoryMessages(due),
        "batches": MemoryBatches(due),
        "rows": MemoryRows(due),
        "pace": MemoryPace(),
        "vouchers": MemoryVouchers(),
        "mailer": MemoryMailer(),
        "queue": MemoryQueue(),
        "files": MemoryFiles(),
        **overrides,
    }
    app = make_app(**ports)
    named = {name: port for name, port in ports.items() if name in SendingShop.__annotations__}
    shop = SendingShop(app=app, due=due, **named)
    shop.template()
    shop.segment("everyone", {"field": "stage", "op": "=", "value": "prospect"})
    return shop
