"""A shop that is watched from outside while anything goes wrong: what SES accepted, who left, what the rows say."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from chalicelib.domain.mail_events import EventKind, MailEvent
from chalicelib.domain.messages import Message, RowKey
from chalicelib.domain.outcomes import Tally
from chalicelib.domain.send_tags import NamedSend, read_tags
from chalicelib.domain.templates import Mail
from chalicelib.errors import HabitueError, MailRefused, MailUnknown
from chalicelib.ports import App, Document
from chalicelib.services.count_message import count_mails
from chalicelib.services.erase_customer import erase_customer
from chalicelib.services.launch_campaign import launch_campaign
from chalicelib.services.move_campaign import move_campaign
from chalicelib.services.plan_message import plan_message
from chalicelib.services.plan_pages import is_planned
from chalicelib.services.put_campaign import put_campaign
from chalicelib.services.put_shop import put_shop
from chalicelib.services.record_events import record_events
from chalicelib.services.run_tick import run_tick
from chalicelib.services.send_batch import send_batch
from chalicelib.services.unsubscribe import unsubscribe
from tests.fakes.compiler import LIBRARY
from tests.faults.ports import Fuse, Killed, behind
from tests.services.sending import BEYOND_THE_LEASE, BUDGET, SendingShop, open_shop

RANK = {"deferred": 0, "skipped": 1, "unknown": 2, "failed": 3, "sent": 4}
LONG = timedelta(days=2)  # beyond every lateness and delay of the stories


@dataclass(frozen=True, slots=True)
class Accepted:
    """A mail that SES took."""

    send: NamedSend
    mailbox: str
    address: str


@dataclass
class World:
    """The shop, and what somebody knows who sees nothing of its inside but its tables."""

    shop: SendingShop = field(default_factory=open_shop)
    accepted: list[Accepted] = field(default_factory=list)
    left: dict[str, set[str]] = field(default_factory=dict)  # mailbox -> the claims it held when leaving was answered
    ranks: dict[RowKey, int] = field(default_factory=dict)  # the furthest status that each row was seen in
    planned: dict[str, int] = field(default_factory=dict)  # people of each message once its plan was done
    handled: list[tuple[str, dict[str, Any]]] = field(default_factory=list)  # queue messages that were delivered
    faults: list[str] = field(default_factory=list)  # what SES does with the next mails
    erased: set[str] = field(default_factory=set)  # what SES tells of them later leads to nobody, by design
    wrong: list[Accepted] = field(default_factory=list)  # mails to somebody whose leaving had been answered

    def __post_init__(self) -> None:
        """Watch SES, and spare the tick what ships."""
        self.app.catalog.put(Document(kind="library", name="shipped", body={"fingerprint": LIBRARY.fingerprint}))
        self.shop.offer()
        self.shop.mailer.before = self._before
        self.shop.mailer.after = self._after

    @property
    def app(self) -> App:
        """Its ports."""
        return self.shop.app

    # ---- SES

    def _before(self, mail: Mail) -> None:
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "refused":
            raise MailRefused("MessageRejected", "no", retry=False)
        if fault == "throttled":
            raise MailRefused("TooManyRequestsException", "slow down", retry=True)
        if fault == "paused":
            raise MailRefused("SendingPausedException", "paused", retry=True, account_wide=True)
        if fault == "never arrived":
            raise MailUnknown("answer lost: read timeout")
        self._accept(mail, lost=fault == "answer lost")

    def _accept(self, mail: Mail, *, lost: bool) -> None:
        send = read_tags({name: [value] for name, value in mail.tags.items()})
        assert send is not None
        mail_box = self.app.keyed.mailbox(mail.to)
        self.accepted.append(Accepted(send, mail_box, mail.to))
        held = self.left.get(mail_box)
        if held is not None and self.shop.messages.items[send.message_id].send_key not in held:
            self.wrong.append(self.accepted[-1])
        if lost:
            self.faults.insert(0, "lose")

    def _after(self, _: Mail) -> None:
        if self.faults[:1] == ["lose"]:
            self.faults.pop(0)
            raise MailUnknown("answer lost: read timeout")

    # ---- what happens

    def choose_road(self, *, bulk: bool) -> None:
        """One mail a call, or many."""
        put_shop(self.app, {"bulk": bulk})

    def launch(self, name: str, fields: dict[str, Any]) -> None:
        """Put a campaign to everyone, and launch it."""
        with suppress(HabitueError):
            put_campaign(self.app, name, {"segments": ["everyone"], "template": "spring", **fields})
            launch_campaign(self.app, name)

    def waiting(self) -> list[tuple[str, dict[str, Any]]]:
        """What lies in the queues of planners and senders, delays aside: a queue may deliver at any time."""
        queues = ("plan", "transactional", "marketing")
        return [(queue, body) for queue in queues for body, _ in self.shop.queue.sent.get(queue, [])]

    def take(self, place: int) -> tuple[str, dict[str, Any]] | None:
        """Take one message off its queue."""
        found = self.waiting()
        if not found:
            return None
        queue, body = found[place % len(found)]
        entries = self.shop.queue.sent[queue]
        del entries[next(at for at, (one, _) in enumerate(entries) if one == body)]
        self.handled.append((queue, body))
        return queue, body

    def handle(self, app: App, queue: str, body: dict[str, Any]) -> None:
        """What a worker does with one message."""
        deadline = app.clock.real() + BUDGET
        if queue == "plan":
            plan_message(app, body["message_id"], deadline=deadline)
        else:
            send_batch(app, body["message_id"], body["batch_id"], deadline=deadline)

    def dying(self, work: Callable[[App], object], at: int | None, *, after: bool) -> bool:
        """Do it behind a fuse; whether the process died."""
        try:
            work(behind(Fuse(at, after), self.app))
        except Killed:
            return True
        return False

    def leave(self, name: str) -> None:
        """The person unsubscribes; from the answer on nothing may claim the mailbox."""
        hash_ = self.shop.customers.items[name].mailbox or ""
        token = self.app.signer.sign("u", [hash_, "c.none", "0" * 16, name])
        unsubscribe(self.app, token)
        self._closed(hash_)

    def erase(self, name: str) -> None:
        """The person is forgotten, or begins to be: the mailbox is closed at once, unless it is somebody else's too."""
        hash_ = self.shop.customers.items[name].mailbox or ""
        held = set(self.shop.mailboxes.items[hash_].recent)  # an erasure takes the claims with it
        erase_customer(self.app, name, deadline=self.app.clock.real() + BUDGET)
        self.erased.add(name)
        if not self.app.customers.by_mailbox(hash_):
            self.left.setdefault(hash_, held)

    def _closed(self, hash_: str) -> None:
        self.left.setdefault(hash_, set(self.shop.mailboxes.items[hash_].recent))

    def report(self, kind: EventKind, place: int, age: timedelta) -> None:
        """SES tells of a mail that it accepted, perhaps late, perhaps again, perhaps before our own record."""
        if not self.accepted:
            return
        mail = self.accepted[place % len(self.accepted)]
        event = MailEvent(
            kind=kind,
            at=self.app.clock.now() - age,
            message_id=mail.send.message_id,
            batch_id=mail.send.batch_id,
            customer_id=mail.send.customer_id,
            ses_id=f"ses-{mail.address}",
            address=mail.address,
            suppresses=kind in {"bounced", "complained"},
            soft=kind == "soft_bounced",
        )
        record_events(self.app, [event])
        if event.suppresses:
            self._closed(mail.mailbox)

    # ---- what must hold

    def check(self) -> None:
        """The invariants, after any step."""
        self._nobody_has_two_mails()
        assert not self.wrong, "somebody who had left was mailed"
        self._rows_move_forward()
        for message in list(self.shop.messages.items.values()):
            self._everyone_is_somewhere(message)

    def _nobody_has_two_mails(self) -> None:
        got = [(self.shop.messages.items[mail.send.message_id].once_key, mail.mailbox) for mail in self.accepted]
        assert len(got) == len(set(got)), "a mailbox got one message twice"

    def _rows_move_forward(self) -> None:
        ranks = {key: RANK[row.status] for key, row in self.shop.rows.items.items()}
        for key, rank in ranks.items():
            assert rank >= self.ranks.get(key, 0), f"a row went back to {self.shop.rows.items[key].status}"
        self.ranks = ranks

    def _everyone_is_somewhere(self, message: Message) -> None:
        total = self.tally(message)
        counted = total.sent + total.failed + sum(total.skipped.values()) + total.unknown + total.pending
        assert total.planned == counted, "planned is not the sum of what became of them"
        if is_planned(self.app, message.id):
            assert self.planned.setdefault(message.id, total.planned) == total.planned, "somebody vanished, or came"

    def tally(self, message: Message) -> Tally:
        """The count of one message's rows."""
        return count_mails(self.app, [message])

    # ---- the end of a story

    def settle(self) -> None:
        """Nothing fails any more and time passes: all comes to rest, and SES tells what it accepted."""
        self.faults.clear()
        end = self.app.clock.now() + LONG
        while self.app.clock.now() < end:
            for name in {message.name for message in self.shop.messages.items.values() if message.state == "paused"}:
                move_campaign(self.app, name, "sending")  # by hand, or after complaints by itself
            self.shop.clock.advance(BEYOND_THE_LEASE)
            run_tick(self.app)
            while self.shop.work():
                pass
            if not self._work_left():
                break
            self.shop.clock.advance(timedelta(minutes=30))
        self.check()
        assert not self._work_left(), "work is left that nothing moves"
        for place in range(len(self.accepted)):
            self.report("sent", place, timedelta(0))
        self._all_is_known()

    def _work_left(self) -> bool:
        """Whether anything is due some day, or people wait for a later part of their campaign."""
        return bool(self.shop.due.at) or any(key.endswith(".json") for key in self.app.files.keys("plans/"))

    def _all_is_known(self) -> None:
        lost = [mail for mail in self.accepted if mail.send.customer_id in self.erased]
        sent = {(row.message_id, row.batch_id) for row in self.shop.rows.items.values() if row.status == "sent"}
        for mail in self.accepted:
            if mail in lost:
                continue
            assert (mail.send.message_id, mail.send.batch_id) in sent, "a mail has no row that says so"
            row = self.shop.rows.get(*mail.send)
            assert row is None or row.status == "sent", "SES proved it, but the row does not say so"
        for message in self.shop.messages.items.values():
            total = self.tally(message)
            assert total.pending == 0
            mails, of_lost = (sum(one.send.message_id == message.id for one in some) for some in (self.accepted, lost))
            assert mails - of_lost <= total.sent <= mails
        names = {name for name in self.shop.live_vouchers() if name in self.shop.customers.items}
        kept = {row.customer_id for row in self.shop.rows.items.values() if row.status in {"sent", "unknown"}}
        assert names <= kept, "a voucher lives whose mail was not sent"
