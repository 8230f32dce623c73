"""The senders' queues: each batch is sent once, whatever comes twice, late or broken."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from chalicelib.services.single_calls import UNDER_ONE_MARK
from chalicelib.workers import send as worker
from chalicelib.workers.plan import plan
from chalicelib.workers.send import send_marketing, send_transactional
from tests.fakes import NOON


@pytest.fixture
def body(app, launched, sqs):
    """The message that names the one planned batch."""
    plan(sqs({"v": 1, "message_id": launched.id, "batch_id": None}))
    [body] = app.queue.take("marketing")
    return body


@pytest.mark.parametrize("send", [send_marketing, send_transactional])
def test_a_batch_is_sent(app, sqs, body, send):
    assert send(sqs(body)) == {"batchItemFailures": []}

    assert sorted(app.mailer.recipients) == ["ann@example.com", "bob@example.com", "cy@example.com"]
    rows = app.rows.of(body["message_id"], body["batch_id"])
    assert {person: row.status for person, row in rows.items()} == {"ann": "sent", "bob": "sent", "cy": "sent"}
    assert app.batches.get(body["message_id"], body["batch_id"]).done


def test_the_same_message_twice_sends_once_and_the_second_does_not_fail(app, sqs, body):
    """A1."""
    assert send_marketing(sqs(body, body)) == send_marketing(sqs(body)) == {"batchItemFailures": []}

    assert len(app.mailer.accepted) == 3


def test_a_poison_record_does_not_keep_the_others_from_being_sent(app, sqs, body):
    """A7."""
    answer = send_marketing(sqs("{", {"v": 2, **{k: body[k] for k in body if k != "v"}}, {"v": 1}, body))

    assert answer == {"batchItemFailures": [{"itemIdentifier": f"m-{n}"} for n in range(3)]}
    assert len(app.mailer.accepted) == 3


def test_a_batch_that_is_unknown_is_left_alone(app, sqs, body):
    assert send_marketing(sqs({**body, "batch_id": "gone"}, {**body, "message_id": "c.gone"})) == {
        "batchItemFailures": []
    }

    assert app.mailer.accepted == []


def test_with_too_little_time_left_nothing_is_claimed(app, sqs, body, monkeypatch):
    """A6: the batch stays due, and the tick comes back to it."""
    monkeypatch.setattr(worker, "BUDGET", timedelta(seconds=14))

    assert send_marketing(sqs(body)) == {"batchItemFailures": []}

    assert app.mailer.accepted == []
    batch = app.batches.get(body["message_id"], body["batch_id"])
    assert (batch.lease, batch.attempts, batch.done) == (None, 0, False)
    assert app.batches.due(NOON + timedelta(hours=1), 10) == [(body["message_id"], body["batch_id"])]


@pytest.mark.parametrize("function", ["send_marketing", "send_transactional"])
def test_the_budget_ends_well_before_the_function(function):
    """A6: a function that is stopped under a mark leaves up to five mails of which nobody knows."""
    functions = json.loads((Path(__file__).parents[2] / ".chalice" / "config.json").read_text())["lambda_functions"]

    assert UNDER_ONE_MARK == 5
    assert worker.BUDGET.total_seconds() <= functions[function]["lambda_timeout"] - 15
