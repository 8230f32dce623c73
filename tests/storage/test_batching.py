"""A8: what a throttled table leaves undone is tried again, all of it, and only it."""

import pytest

from chalicelib.storage.batching import StillThrottled, chunks, read_items, run_statements, write_items


class Throttled:
    """Does at most `each` things of every request, and records the sizes of the requests."""

    def __init__(self, each):
        self.each = each
        self.sizes = []
        self.done = []

    def batch_get_item(self, RequestItems):  # noqa: N803 - boto3's name
        [(table, request)] = RequestItems.items()
        keys = request["Keys"]
        self.sizes.append(len(keys))
        answer = {"Responses": {table: keys[: self.each]}, "UnprocessedKeys": {}}
        if keys[self.each :]:
            answer["UnprocessedKeys"] = {table: {**request, "Keys": keys[self.each :]}}
        return answer

    def batch_write_item(self, RequestItems):  # noqa: N803
        [(table, requests)] = RequestItems.items()
        self.sizes.append(len(requests))
        self.done += requests[: self.each]
        return {"UnprocessedItems": {table: requests[self.each :]} if requests[self.each :] else {}}

    def batch_execute_statement(self, Statements):  # noqa: N803
        self.sizes.append(len(Statements))
        error = {"Error": {"Code": "ThrottlingError"}}
        self.done += [one["Statement"] for one in Statements[: self.each]]
        return {"Responses": [{"Item": one} if n < self.each else error for n, one in enumerate(Statements)]}


@pytest.fixture
def pauses():
    return []


def test_all_items_are_read_whatever_is_left_undone(pauses):
    client = Throttled(each=60)
    keys = [{"id": {"S": str(n)}} for n in range(150)]

    found = list(read_items(client, "T", keys, sleep=pauses.append))

    assert sorted(int(item["id"]["S"]) for item in found) == list(range(150))
    assert client.sizes == [100, 40, 50]
    assert len(pauses) == 1


def test_all_items_are_written_once(pauses):
    client = Throttled(each=10)

    write_items(client, "T", [{"PutRequest": n} for n in range(30)], sleep=pauses.append)

    assert client.done == [{"PutRequest": n} for n in range(30)]
    assert client.sizes == [25, 15, 5, 5]


def test_throttled_statements_are_sent_again_and_answers_keep_their_places(pauses):
    client = Throttled(each=10)
    statements = [{"Statement": str(n)} for n in range(30)]

    answers = run_statements(client, statements, sleep=pauses.append)

    assert [answer["Item"] for answer in answers] == statements
    assert client.done == [str(n) for n in range(30)]
    assert client.sizes == [25, 15, 5, 5]


def test_a_failed_condition_is_an_answer_and_not_tried_again(pauses):
    class Refusing:
        def batch_execute_statement(self, Statements):  # noqa: N803
            return {"Responses": [{"Error": {"Code": "ConditionalCheckFailed"}}] * len(Statements)}

    assert run_statements(Refusing(), [{}], sleep=pauses.append) == [{"Error": {"Code": "ConditionalCheckFailed"}}]
    assert pauses == []


def test_a_table_that_stays_throttled_is_an_error_and_pauses_grow_with_jitter(pauses):
    with pytest.raises(StillThrottled, match="1 statements"):
        run_statements(Throttled(each=0), [{}], sleep=pauses.append)
    with pytest.raises(StillThrottled, match="2 items of T could not be read"):
        list(read_items(Throttled(each=0), "T", [{}, {}], sleep=pauses.append))
    with pytest.raises(StillThrottled, match="1 items of T could not be written"):
        write_items(Throttled(each=0), "T", [{}], sleep=pauses.append)

    assert len(pauses) == 30
    assert all(0.025 * 2**n <= pause <= 0.05 * 2**n for n, pause in enumerate(pauses[:7]))
    assert max(pauses) <= 5


def test_chunks_are_full_but_the_last():
    assert list(chunks(range(5), 2)) == [[0, 1], [2, 3], [4]]
    assert list(chunks([], 2)) == []
