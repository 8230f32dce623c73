"""One account under load: campaigns, a trickle of transactional mail, senders as Lambda runs them, a tick each minute.

The use cases are the real ones (`feed_due`, `send_batch` and all below); the ports are those of the tests, a network
away (bench/simulated/aws.py).
"""

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from bench.simulated.aws import Cloud, Remote, SimulatedSes
from bench.simulated.hub import START, Hub, HubClock
from chalicelib.domain.batches import group_into_batches
from chalicelib.domain.messages import Batch, Message, Row
from chalicelib.domain.quotas import Quota
from chalicelib.domain.send_tags import send_tags
from chalicelib.ports import App
from chalicelib.services.feed_due import feed_due
from chalicelib.services.put_shop import put_shop
from chalicelib.services.send_batch import send_batch
from chalicelib.workers.send import BUDGET
from tests.fakes.sends import MemoryBatches, MemoryDue, MemoryMessages, MemoryRows
from tests.services.sending import SendingShop, open_shop

SENDERS = {"marketing": 60, "transactional": 10}  # at most at once, as infra/resources.yaml bounds them
_COLD = (0.9, 1.6)  # seconds of a cold start
_POLL = (0.01, 0.06)  # from a message in the queue to a function that runs
_HIDDEN = 720.0  # seconds until a message whose function failed comes again
_PORTS = ("customers", "mailboxes", "messages", "batches", "rows", "pace", "catalog", "files", "queue", "vouchers")


@dataclass(kw_only=True)
class Scenario:
    """What the account is and what it has to send."""

    rate: float
    bulk: bool
    campaigns: Mapping[str, tuple[int, float]]  # name -> (people, seconds after which it is launched)
    per_day: int | None = None
    trickle: float = 5.0  # seconds between two transactional mails; 0: none
    seed: int = 1


@dataclass
class Outcome:
    """What was seen of it."""

    scenario: Scenario
    arrivals: list[tuple[float, str, str]]
    requests: Counter[str]
    kilobytes: int
    failures: list[str]
    waits: list[float]  # seconds from a transactional mail's order to its arrival
    rows: Counter[str]
    pending: int
    seconds: float


class Account:
    """Runs one scenario."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.hub = Hub()
        self.cloud = Cloud(self.hub, scenario.seed)
        self.ses = SimulatedSes(self.cloud, self._quota)
        self._due = due = MemoryDue()
        stores = {"messages": MemoryMessages(due), "batches": MemoryBatches(due), "rows": _GroupedRows(due)}
        self.shop = open_shop(clock=HubClock(self.hub), mailer=self.ses, queue=_Queue(self), **stores)  # type: ignore[arg-type]
        put_shop(self.shop.app, {"bulk": scenario.bulk})
        self.version = self.shop.template()
        remote: dict[str, Any] = {name: Remote(name, getattr(self.shop.app, name), self.cloud) for name in _PORTS}
        self.app: App = replace(self.shop.app, **remote)
        self.failures: list[str] = []
        self._asked: dict[str, float] = {}
        self._lambdas = {stream: _Function(self, stream, most) for stream, most in SENDERS.items()}

    def run(self, seconds: float | None = None) -> Outcome:
        """Until all campaigns are done, or so many seconds are over."""
        _people(self.shop, sum(people for people, _ in self.scenario.campaigns.values()))
        first = 0
        for name, (people, after) in self.scenario.campaigns.items():
            self._launch(name, first, people, after)
            first += people
        self.hub.spawn(self._tick)
        if self.scenario.trickle:
            self.hub.spawn(self._order, 2.0)
        self.hub.run(lambda: self._is_over(seconds))
        self._settle()
        batches = list(self.shop.batches.items.values())
        planned = sum(len(batch.people) for batch in batches)
        rows = Counter(str(row.status) for row in self.shop.rows.items.values())
        return Outcome(
            scenario=self.scenario,
            arrivals=self.ses.arrivals,
            requests=self.cloud.requests,
            kilobytes=self.cloud.kilobytes,
            failures=self.failures,
            waits=[at - self._asked[name] for at, name, _ in self.ses.arrivals if name in self._asked],
            rows=rows,
            pending=planned - sum(rows.values()),
            seconds=self.hub.seconds,
        )

    def deliver(self, stream: str, body: Mapping[str, Any], delay: float) -> None:
        """The queue wakes a function up."""
        function = self._lambdas[stream]
        function.coming += 1
        self.hub.spawn(lambda: function.take(body), delay + self.cloud.random.uniform(*_POLL))

    def waiting(self, stream: str) -> int:
        """Messages in the queue and at work."""
        return self._lambdas[stream].waiting

    def _settle(self) -> None:
        """Attempts that are under way go on to their end."""
        self.hub.run(lambda: not any(function.active for function in self._lambdas.values()))

    def _is_over(self, seconds: float | None) -> bool:
        return self.hub.seconds >= seconds if seconds else not self._campaigns_due()

    def _campaigns_due(self) -> bool:
        return any(owner.startswith("c.") for owner, _ in self._due.at)

    def _quota(self, sent: int) -> Quota:
        return Quota(rate=self.scenario.rate, per_day=self.scenario.per_day, sent=sent)

    def _launch(self, name: str, first: int, people: int, after: float) -> None:
        at = START + timedelta(seconds=after)
        message = self._message(f"c.{name}", "marketing")
        audience = [(f"p{number:06}", at) for number in range(first, first + people)]
        for page, start in enumerate(range(0, people, 2000)):
            self.shop.batches.create_many(group_into_batches(message, page, audience[start : start + 2000]))
        if after:
            self.hub.spawn(lambda: None if feed_due(self.app) else None, after)

    def _message(self, id_: str, stream: Any) -> Message:
        message = Message(
            id=id_,
            source="campaign" if id_.startswith("c.") else "service",
            name=id_.split(".")[1],
            once_key=id_,
            template="spring",
            versions={"en": self.version},
            stream=stream,
            created_at=START,
            state="sending",
            max_lateness=timedelta(days=3),
        )
        self.shop.messages.items[id_] = message
        return message

    def _tick(self) -> None:
        while True:
            feed_due(self.app)
            self.hub.sleep(60.0 - self.hub.seconds % 60.0)

    def _order(self) -> None:
        """Somebody orders, and is thanked."""
        number = 0
        while True:
            message = self._message(f"s.order.{number}", "transactional")
            due_at = self.shop.clock.now() + timedelta(minutes=5)  # as it stands once it is fed
            people = (f"p{number % 1000:06}",)
            batch = Batch(message_id=message.id, id="b", people=people, due_at=due_at, stream="transactional")
            self.shop.batches.create_many([batch])
            self._asked[send_tags(message.id, "b", people[0])["message"]] = self.hub.seconds
            self.deliver("transactional", {"message_id": message.id, "batch_id": "b"}, 0.0)
            number += 1
            self.hub.sleep(self.cloud.random.expovariate(1 / self.scenario.trickle))


class _Function:
    """A function behind its queue: cold starts, a bounded number at once, one message at a time."""

    def __init__(self, account: Account, stream: str, most: int) -> None:
        self._account = account
        self._stream = stream
        self._most = most
        self._warm = 0
        self._queue: deque[Mapping[str, Any]] = deque()
        self.active = 0
        self.coming = 0

    @property
    def waiting(self) -> int:
        return self.coming + len(self._queue) + self.active

    def take(self, body: Mapping[str, Any]) -> None:
        self.coming -= 1
        if self.active >= self._most:
            self._queue.append(body)
            return
        self.active += 1
        random, hub = self._account.cloud.random, self._account.hub
        if self._warm:
            self._warm -= 1
        else:
            hub.sleep(random.uniform(*_COLD))
        self._work(body)
        while self._queue:
            hub.sleep(random.uniform(*_POLL))
            if self._queue:
                self._work(self._queue.popleft())
        self.active -= 1
        self._warm += 1

    def _work(self, body: Mapping[str, Any]) -> None:
        account = self._account
        account.cloud.requests["queue.receive"] += 1
        try:
            deadline = account.shop.clock.real() + BUDGET
            send_batch(account.app, body["message_id"], body["batch_id"], deadline=deadline)
        except Exception as error:  # noqa: BLE001 - as Lambda does: the message comes again
            account.failures.append(f"{type(error).__name__}: {error}")
            account.deliver(self._stream, body, _HIDDEN)
        account.cloud.requests["queue.delete"] += 1


class _Queue:
    """`ports.Queue` in front of the functions."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self.sent: dict[str, list[Any]] = {}

    def send(self, queue: str, bodies: Any, delay: timedelta = timedelta(0), apart: timedelta = timedelta(0)) -> None:
        for place, body in enumerate(bodies):
            self._account.deliver(queue, body, float(round((delay + place * apart).total_seconds())))

    def waiting(self, queue: str) -> int:
        return self._account.waiting(queue)


class _GroupedRows(MemoryRows):
    """Found by batch without a look at all of them."""

    def __init__(self, due: MemoryDue) -> None:
        super().__init__(due)
        self._of: dict[tuple[str, str], dict[str, Row]] = {}

    def of(self, message_id: str, batch_id: str) -> dict[str, Row]:
        return dict(self._of.get((message_id, batch_id), {}))

    def merge(self, row: Row) -> Row:
        merged = super().merge(row)
        self._of.setdefault((row.message_id, row.batch_id), {})[row.customer_id] = merged
        return merged


def _people(shop: SendingShop, count: int) -> None:
    for number in range(count):
        shop.person(f"p{number:06}")
