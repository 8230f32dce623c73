"""The minute's work, from EventBridge's event."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.ports import App
from chalicelib.wiring import override_app
from chalicelib.workers.tick import tick
from tests.workers.conftest import SOURCE

# https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html
EVENT = {
    "version": "0",
    "account": "123456789012",
    "region": "eu-west-1",
    "detail": {},
    "detail-type": "Scheduled Event",
    "source": "aws.events",
    "time": "2026-11-22T12:00:00Z",
    "id": "cdc73f9d-aea9-11e3-9d5a-835b769c0d9c",
    "resources": ["arn:aws:events:eu-west-1:123456789012:rule/tick"],
}


class OneTemplate:
    """A release that ships one template."""

    fingerprint = "release-1"

    def sources(self) -> Mapping[tuple[str, str], str]:
        return {("birthday", "en"): SOURCE}

    def flows(self) -> Mapping[str, Mapping[str, Any]]:
        return {}


@pytest.fixture
def released(app: App) -> Iterator[App]:
    undo = override_app(replace(app, library=OneTemplate()))
    yield app
    undo()


def test_the_first_tick_stores_what_the_release_ships(released):
    tick(EVENT)

    [entry] = released.catalog.get("template", "birthday").body["locales"].values()
    assert entry["active"] == entry["versions"][-1]


def test_what_is_due_is_queued_once(released, launched):
    """A13: the scheduler fires twice."""
    assert tick(EVENT) == {"queued": 1}
    assert tick(EVENT) == {"queued": 0}

    assert released.queue.take("plan") == [{"v": 1, "message_id": launched.id, "batch_id": None}]
