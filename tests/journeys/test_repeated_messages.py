"""A1: the queue may bring one message many times, one after the other and at once: each person gets one mail."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from tests.journeys.storefront import Storefront

pytestmark = pytest.mark.stack
COPIES = 6
# What Lambda adds to a message of a queue.
REST: dict[str, Any] = {
    "receiptHandle": "r-1",
    "attributes": {},
    "messageAttributes": {},
    "md5OfBody": "",
    "eventSource": "aws:sqs",
    "eventSourceARN": "arn:aws:sqs:eu-west-1:000000000000:MarketingQueue",
    "awsRegion": "eu-west-1",
}


def _wake_up(message: str, batch: str) -> str:
    return json.dumps({"v": 1, "message_id": message, "batch_id": batch})


def test_a_batch_that_the_queue_brings_many_times_at_once_and_again_is_sent_once(shop: Storefront) -> None:
    """A1, A11."""
    shop.people("a1", 60)
    send_at = shop.stack.clock.now() + timedelta(hours=1)
    shop.begin("a1", "a1", send_at=send_at.isoformat())
    shop.settle()
    batches = shop.batches("c.a1")
    assert sorted(len(batch.people) for batch in batches) == [10, 50]
    assert shop.receivers("c.a1") == []  # planned, not due

    shop.stack.clock.move_to(send_at + timedelta(minutes=1))
    queue, sqs = shop.stack.resources["MarketingQueue"], shop.stack.client("sqs")
    bodies = [_wake_up("c.a1", batch.id) for batch in batches] * COPIES
    with ThreadPoolExecutor(COPIES) as senders:
        list(senders.map(lambda body: sqs.send_message(QueueUrl=queue, MessageBody=body), bodies))
    shop.settle()
    assert shop.receivers("c.a1") == [f"a1-{number:03}@example.com" for number in range(60)]

    for body in bodies:  # and once more, when all is done
        sqs.send_message(QueueUrl=queue, MessageBody=body)
    shop.settle()
    assert shop.receivers("c.a1") == [f"a1-{number:03}@example.com" for number in range(60)]
    report = shop.report("a1")
    assert (report["planned"], report["sent"], report["skipped"]) == (60, 60, {})
    assert shop.dead_letters() == {}  # no loser failed for ever


def test_senders_that_are_called_at_once_for_one_batch_send_it_once(shop: Storefront) -> None:
    """A1: twice at once, without a queue between."""
    people = shop.people("a1-race", 20)
    send_at = shop.stack.clock.now() + timedelta(hours=1)
    shop.begin("a1-race", "a1-race", send_at=send_at.isoformat())
    shop.settle()
    [batch] = shop.batches("c.a1-race")
    event = {"Records": [{"messageId": "m-1", "body": _wake_up("c.a1-race", batch.id), **REST}]}

    shop.stack.clock.move_to(send_at + timedelta(minutes=1))
    with ThreadPoolExecutor(3) as callers:
        answers = list(callers.map(lambda _: shop.stack.invoke("SendMarketing", event), range(3)))

    assert answers == [{"batchItemFailures": []}] * 3
    shop.settle()
    assert shop.receivers("c.a1-race") == [f"{person}@example.com" for person in people]
    assert shop.report("a1-race")["sent"] == 20


def test_a_campaign_launched_twice_at_once_is_one_campaign(shop: Storefront) -> None:
    """A13, A1: a planner's message that comes again plans nothing again."""
    people = shop.people("a1-plan", 5)
    shop.call("PUT", "/campaigns/a1-plan", {"segments": ["a1-plan"], "template": "journey"})
    with ThreadPoolExecutor(4) as launchers:
        told = list(launchers.map(lambda _: shop.answer("POST", "/campaigns/a1-plan/launch", {})[0], range(4)))
    assert told == [202] * 4
    shop.settle()

    body = json.dumps({"v": 1, "message_id": "c.a1-plan", "batch_id": None})
    shop.stack.client("sqs").send_message(QueueUrl=shop.stack.resources["PlanQueue"], MessageBody=body)
    shop.settle()

    assert shop.receivers("c.a1-plan") == [f"{person}@example.com" for person in people]
    assert shop.report("a1-plan")["planned"] == 5
