"""A running stand-in, a real boto3 client for it, a clock that the test moves, and the events that it published."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from typing import Any

import boto3
import pytest
from botocore.config import Config

from chalicelib.local.ses import EventDestination, SesStandIn

FEEDBACK = EventDestination(
    event_types=frozenset({"BOUNCE", "COMPLAINT", "REJECT", "DELIVERY_DELAY", "RENDERING_FAILURE"}),
    kind="sns",
    target="arn:aws:sns:us-east-1:000000000000:feedback",
)
STREAM = EventDestination(event_types=frozenset({"SEND", "DELIVERY"}), kind="firehose", target="events")
STREAM_WITH_OPENS = EventDestination(
    event_types=frozenset({"SEND", "DELIVERY", "OPEN"}), kind="firehose", target="events"
)
SETS = {"shop-marketing": [FEEDBACK, STREAM], "shop-marketing-opens": [FEEDBACK, STREAM_WITH_OPENS], "silent": []}


class MovableClock:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class Bench:
    """What a test holds: the stand-in, its clock, its client, its control routes, the events that came out."""

    def __init__(self, stand_in: SesStandIn, clock: MovableClock, published: list) -> None:
        self.stand_in, self.clock, self.published = stand_in, clock, published
        self.client = client(stand_in.url)

    def send(self, to: str = "ada@example.com", **changes: Any) -> str:
        """One simple mail; answers its message id."""
        request: dict[str, Any] = {
            "FromEmailAddress": "Tea House <hello@shop.example>",
            "Destination": {"ToAddresses": [to]},
            "Content": {"Simple": {"Subject": {"Data": "Hello"}, "Body": {"Text": {"Data": "Tea."}}}},
            "ConfigurationSetName": "shop-marketing",
        }
        answer = self.client.send_email(**{key: value for key, value in (request | changes).items() if value})
        return str(answer["MessageId"])

    def wait_at_most(self, seconds: float) -> None:
        """Use a client that gives up reading after `seconds`."""
        self.client.close()
        self.client = client(self.stand_in.url, read_timeout=seconds)

    def simple(self, **message: Any) -> dict[str, Any]:
        """The Content of a simple mail."""
        return {"Simple": {"Subject": {"Data": "Hello"}, "Body": {"Text": {"Data": "Tea."}}} | message}

    def ask(self, method: str, path: str, body: bytes = b"") -> tuple[int, Any]:
        """Status and JSON of any request."""
        connection = HTTPConnection(self.stand_in.url.removeprefix("http://"), timeout=10)
        try:
            connection.request(method, path, body)
            answer = connection.getresponse()
            return answer.status, json.load(answer)
        finally:
            connection.close()

    def control(self, path: str, body: object = None, method: str = "POST") -> Any:
        """Call a control route, which must answer 200, and read its JSON."""
        status, answer = self.ask(method, f"/_control/{path}", b"" if body is None else json.dumps(body).encode())
        assert status == 200, answer
        return answer

    def refused(self, path: str, body: object) -> str:
        """Call a control route, which must answer an error, and read its message."""
        status, answer = self.ask("POST", f"/_control/{path}", json.dumps(body).encode())
        assert status in (400, 404), answer
        return str(answer["message"])

    def fault(self, name: str, **order: Any) -> None:
        """Order one fault; `to`, `nth`, `operation` go into its match."""
        match = {key: order.pop(key) for key in ("to", "nth", "operation") if key in order}
        self.control("faults", [{"match": match, "fault": name, **order}])

    def events(self) -> list[tuple[str, str]]:
        """(target, event type) of everything published, once nothing is pending."""
        self.settled()
        return [(destination.target, event["eventType"]) for destination, event in self.published]

    def settled(self) -> list[dict]:
        """Every published event, once nothing is pending."""
        deadline = time.monotonic() + 10
        while self.stand_in.pending_events and time.monotonic() < deadline:
            time.sleep(0.005)
        assert self.stand_in.pending_events == 0
        return [event for _, event in self.published]


def client(url: str, read_timeout: float = 10.0) -> Any:
    """A boto3 client as the service uses it: no retries of its own."""
    return boto3.client(
        "sesv2",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}, read_timeout=read_timeout, max_pool_connections=32),
    )


@pytest.fixture
def new_bench() -> Iterator[Callable[..., Bench]]:
    """Start stand-ins; all are stopped at the end."""
    started: list[Bench] = []

    def start(**settings: Any) -> Bench:
        clock, published = settings.pop("clock", MovableClock()), []
        publish = settings.pop("publish", lambda destination, event: published.append((destination, event)))
        stand_in = SesStandIn(clock=clock, configuration_sets=SETS, publish=publish, **settings).start()
        started.append(Bench(stand_in, clock, published))
        return started[-1]

    yield start
    for bench in started:
        bench.client.close()
        bench.stand_in.stop()


@pytest.fixture
def bench(new_bench: Callable[..., Bench]) -> Bench:
    """A stand-in as local mode starts it."""
    return new_bench()
