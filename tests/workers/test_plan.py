"""The planner's queue: a launched message becomes batches, once, whatever comes twice."""

import json
from pathlib import Path

from chalicelib.workers import plan as worker
from chalicelib.workers.plan import plan
from tests.fakes import NOON


def test_a_message_becomes_batches_which_are_queued(app, launched, sqs):
    answer = plan(sqs({"v": 1, "message_id": launched.id, "batch_id": None}))

    assert answer == {"batchItemFailures": []}
    [batch] = app.batches.of(launched.id)
    assert batch.people == ("ann", "bob", "cy")
    assert app.messages.get(launched.id).state == "sending"
    assert app.queue.take("marketing") == [{"v": 1, "message_id": launched.id, "batch_id": batch.id}]


def test_the_same_message_twice_is_planned_once(app, launched, sqs):
    """A1."""
    body = {"v": 1, "message_id": launched.id, "batch_id": None}

    assert plan(sqs(body, body)) == plan(sqs(body)) == {"batchItemFailures": []}

    assert len(list(app.batches.of(launched.id))) == 1


def test_a_poison_record_does_not_keep_the_others_from_their_plan(app, launched, sqs):
    """A7."""
    answer = plan(sqs("{", {"v": 1}, {"v": 9, "message_id": launched.id}, {"v": 1, "message_id": launched.id}))

    assert answer == {"batchItemFailures": [{"itemIdentifier": f"m-{n}"} for n in range(3)]}
    assert app.messages.get(launched.id).state == "sending"


def test_a_message_that_was_never_launched_is_nothing_to_plan(app, sqs):
    assert plan(sqs({"v": 1, "message_id": "c.gone", "batch_id": None})) == {"batchItemFailures": []}

    assert app.batches.due(NOON, 10) == []


def test_the_budget_ends_well_before_the_function(app):
    functions = json.loads((Path(__file__).parents[2] / ".chalice" / "config.json").read_text())["lambda_functions"]

    assert worker.BUDGET.total_seconds() <= functions["plan"]["lambda_timeout"] - 60
