"""A batch of queue messages: each by itself, and only those that failed come again."""

import json

import pytest

from chalicelib.workers.records import each_message, own_message

# What a queue can hold beside our messages.
POISON = {
    "no JSON": "{",
    "nothing": "",
    "a list": "[1]",
    "a text": '"plan"',
    "no version": json.dumps({"n": 1}),
    "a later version": json.dumps({"v": 2, "n": 1}),
    "a version in words": json.dumps({"v": "1", "n": 1}),
    "huge": "x" * (1 << 20),
    "nested too deep": "[" * 200_000,
}


@pytest.mark.parametrize("case", POISON)
def test_a_poison_record_is_named_and_the_99_others_are_worked_through(sqs, caplog, case):
    """A7: it goes to the dead-letter queue after the queue's bounded retries, with its cause in the log."""
    bodies: list[object] = [{"v": 1, "n": n} for n in range(100)]
    bodies[41] = POISON[case]
    done: list[int] = []

    answer = each_message(sqs(*bodies), lambda body: done.append(body["n"]), own_message)

    assert answer == {"batchItemFailures": [{"itemIdentifier": "m-41"}]}
    assert done == [n for n in range(100) if n != 41]
    [logged] = caplog.records
    assert logged.getMessage() == "message m-41 failed"
    assert logged.exc_info


def test_a_batch_without_a_failure_answers_an_empty_list(sqs):
    assert each_message(sqs({"v": 1}, {"v": 1}), lambda body: None, own_message) == {"batchItemFailures": []}


def test_work_that_fails_names_its_records_in_order(sqs):
    def work(body: dict) -> None:
        if body["n"] in {1, 3}:
            raise KeyError("gone")

    answer = each_message(sqs(*[{"v": 1, "n": n} for n in range(5)]), work, own_message)

    assert answer == {"batchItemFailures": [{"itemIdentifier": "m-1"}, {"itemIdentifier": "m-3"}]}


def test_a_record_without_a_body_is_one_failure(sqs):
    event = sqs({"v": 1}, {"v": 1})
    del event["Records"][0]["body"]

    assert each_message(event, lambda body: None, own_message) == {"batchItemFailures": [{"itemIdentifier": "m-0"}]}


def test_the_end_of_the_process_is_no_failure_of_a_record(sqs):
    """A6: a function that is stopped must not report its records as worked through."""

    def work(body: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        each_message(sqs({"v": 1}), work, own_message)


def test_a_message_of_ours_is_read():
    assert own_message('{"v": 1, "message_id": "c.spring"}') == {"v": 1, "message_id": "c.spring"}
