"""SQS, S3 and SSM behind their ports: against moto, and against stubbed answers that moto never gives."""

import json
from base64 import b64decode
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.stub import ANY, Stubber
from moto import mock_aws

from chalicelib.aws import S3Files, Secrets, SqsQueue
from chalicelib.errors import Busy, MissingSetting

BUCKET = "habitue-test"
MIB = 1 << 20


@pytest.fixture
def s3() -> Iterator[Any]:
    with mock_aws():
        client = boto3.client("s3")
        client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        yield client


@pytest.fixture
def files(s3: Any) -> S3Files:
    return S3Files(s3, BUCKET)


def test_a_file_comes_back_with_its_bytes_and_type(s3, files):
    files.put("kept/a.json", b"\x00\xff{}", "application/json")
    files.put("kept/a.json", b"[]", "application/json")

    assert files.get("kept/a.json") == b"[]"
    assert files.size("kept/a.json") == 2
    assert s3.head_object(Bucket=BUCKET, Key="kept/a.json")["ContentType"] == "application/json"


def test_a_file_that_is_not_there_is_nothing(files):
    assert files.get("kept/none") is None
    assert files.size("kept/none") is None
    with pytest.raises(ClientError, match="NoSuchKey"):
        list(files.stream("kept/none"))


def test_a_missing_bucket_is_no_missing_file(s3):
    with pytest.raises(ClientError, match="NoSuchBucket"):
        S3Files(s3, "elsewhere").get("kept/none")


def test_a_file_is_created_once_and_the_second_writer_changes_nothing(files):
    """A2: of two planners the first one's page stands."""
    assert files.create("plans/1", b"first")

    assert not files.create("plans/1", b"second")

    assert files.get("plans/1") == b"first"


@pytest.fixture
def stubbed(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[S3Files, Stubber]]:
    monkeypatch.setattr("chalicelib.aws._CONFLICT_PAUSES", (0.0, 0.0, 0.0))
    client = boto3.client("s3", config=Config(retries={"total_max_attempts": 1}))
    with Stubber(client) as stub:
        yield S3Files(client, BUCKET), stub
        stub.assert_no_pending_responses()


WRITE = {"Bucket": BUCKET, "Key": "plans/1", "Body": ANY, "ContentType": ANY, "IfNoneMatch": "*"}


def refuse(stub: Stubber, code: str, status: int) -> None:
    stub.add_client_error("put_object", code, http_status_code=status, expected_params=WRITE)


@pytest.mark.parametrize("created", [True, False])
def test_a_write_that_s3_could_not_decide_is_tried_until_it_is(stubbed, created):
    """409 says only that a rival is at it: the rival may fail, and then nothing would be there."""
    files, stub = stubbed
    refuse(stub, "ConditionalRequestConflict", 409)
    refuse(stub, "ConditionalRequestConflict", 409)
    if created:
        stub.add_response("put_object", {}, WRITE)
    else:
        refuse(stub, "PreconditionFailed", 412)

    assert files.create("plans/1", b"first") is created


def test_a_write_that_s3_never_decides_is_not_taken_for_done(stubbed):
    files, stub = stubbed
    for _ in range(3):
        refuse(stub, "ConditionalRequestConflict", 409)

    with pytest.raises(Busy, match="'plans/1'"):
        files.create("plans/1", b"first")


def test_any_other_refusal_of_a_write_rises(stubbed):
    files, stub = stubbed
    refuse(stub, "AccessDenied", 403)

    with pytest.raises(ClientError, match="AccessDenied"):
        files.create("plans/1", b"first")


def test_a_stream_gives_chunks_of_a_mebibyte_from_any_byte_on(files):
    content = bytes(range(256)) * (MIB // 100)
    files.put("uploads/a.csv", content)

    for start in (0, 1, MIB, len(content) - 1):
        chunks = list(files.stream("uploads/a.csv", start))
        assert b"".join(chunks) == content[start:]
        assert {len(chunk) for chunk in chunks[:-1]} <= {MIB}


@pytest.mark.parametrize(("content", "start"), [(b"", 0), (b"abc", 3), (b"abc", 9)])
def test_a_stream_from_the_end_on_is_empty(files, content, start):
    """An import that died after its last row goes on from there; an upload may be empty."""
    files.put("uploads/a.csv", content)

    assert list(files.stream("uploads/a.csv", start)) == []


def test_keys_come_in_order_and_only_those_below_the_prefix(files):
    for key in ("events/2", "events/10", "event", "events-failed/1"):
        files.put(key, b"")

    assert files.keys("events/") == ["events/10", "events/2"]
    assert files.keys("none/") == []


def test_keys_come_from_all_pages(stubbed):
    files, stub = stubbed
    asked = {"Bucket": BUCKET, "Prefix": "events/"}
    first = {"Contents": [{"Key": "events/1"}], "IsTruncated": True, "NextContinuationToken": "more"}
    stub.add_response("list_objects_v2", first, asked)
    stub.add_response("list_objects_v2", {"Contents": [{"Key": "events/2"}]}, asked | {"ContinuationToken": "more"})

    assert files.keys("events/") == ["events/1", "events/2"]


def test_files_are_deleted_a_thousand_a_request(stubbed):
    files, stub = stubbed
    for numbers in (range(1000), range(1000, 1003)):
        asked = {"Objects": [{"Key": f"kept/{n}"} for n in numbers], "Quiet": True}
        stub.add_response("delete_objects", {}, {"Bucket": BUCKET, "Delete": asked})

    files.delete(f"kept/{n}" for n in range(1003))


def test_deleting_what_is_not_there_or_nothing_is_no_error(files):
    files.put("kept/a", b"")

    files.delete([])
    files.delete(["kept/none", "kept/a", "kept/a"])

    assert files.keys("") == []


def test_a_file_that_could_not_be_deleted_is_an_error(stubbed):
    """S3 answers 200 and lists it: an erasure must not take that for done."""
    files, stub = stubbed
    stub.add_response("delete_objects", {"Errors": [{"Key": "kept/a", "Code": "InternalError"}]})

    with pytest.raises(RuntimeError, match="1 files were not deleted, the first because of InternalError"):
        files.delete(["kept/a", "kept/b"])


def test_an_upload_form_takes_one_key_up_to_a_size(files):
    form = files.upload_form("uploads/i-1.csv", 5 * MIB, timedelta(minutes=15))

    assert form["fields"]["key"] == "uploads/i-1.csv"
    policy = json.loads(b64decode(form["fields"]["policy"]))
    assert ["content-length-range", 1, 5 * MIB] in policy["conditions"]
    assert {"key": "uploads/i-1.csv"} in policy["conditions"]


# ---- Queues


@pytest.fixture
def sqs() -> Iterator[Any]:
    with mock_aws():
        yield boto3.client("sqs")


def received(sqs: Any, url: str) -> list[dict[str, Any]]:
    found = []
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        found += [json.loads(message["Body"]) for message in messages]
    return sorted(found, key=lambda body: body["n"])


def test_any_number_of_messages_arrives_in_the_queue_of_that_name(sqs):
    urls = {name: sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("plan", "marketing")}
    bodies = [{"v": 1, "n": n, "text": "ü"} for n in range(23)]

    SqsQueue(sqs, urls).send("plan", bodies)
    SqsQueue(sqs, urls).send("plan", [])

    assert received(sqs, urls["plan"]) == bodies
    assert received(sqs, urls["marketing"]) == []


@pytest.fixture
def queue() -> Iterator[tuple[SqsQueue, Stubber]]:
    client = boto3.client("sqs")
    with Stubber(client) as stub:
        yield SqsQueue(client, {"plan": "http://queue.test/plan"}), stub
        stub.assert_no_pending_responses()


def answer(stub: Stubber, entries: list[tuple[str, int, int]], failed: list[str]) -> None:
    """SQS takes these entries, each (id, n, delay), and reports some as failed."""
    given = [{"Id": i, "MessageBody": f'{{"n":{n}}}', "DelaySeconds": delay} for i, n, delay in entries]
    done = [{"Id": i, "MessageId": "m", "MD5OfMessageBody": "m"} for i, _, _ in entries if i not in failed]
    refused = [{"Id": i, "SenderFault": False, "Code": "InternalError"} for i in failed]
    asked = {"QueueUrl": "http://queue.test/plan", "Entries": given}
    stub.add_response("send_message_batch", {"Successful": done, "Failed": refused}, asked)


def test_messages_go_ten_a_request(queue):
    """The cost of a send counts requests."""
    sender, stub = queue
    for start in (0, 10, 20):
        answer(stub, [(str(i), start + i, 0) for i in range(10 if start < 20 else 3)], [])

    sender.send("plan", [{"n": n} for n in range(23)])


def test_what_sqs_reports_as_failed_is_sent_again_and_only_that(queue):
    sender, stub = queue
    answer(stub, [("0", 0, 0), ("1", 1, 0), ("2", 2, 0)], ["0", "2"])
    answer(stub, [("0", 0, 0), ("2", 2, 0)], [])

    sender.send("plan", [{"n": n} for n in range(3)])


def test_what_fails_twice_is_an_error(queue):
    """Nothing is lost in silence: the caller's own retry takes over."""
    sender, stub = queue
    answer(stub, [("0", 0, 0), ("1", 1, 0)], ["1"])
    answer(stub, [("1", 1, 0)], ["1"])

    with pytest.raises(RuntimeError, match="queue plan: 1 messages were refused twice by SQS"):
        sender.send("plan", [{"n": n} for n in range(2)])


@pytest.mark.parametrize(("delay", "seconds"), [(-5, 0), (0, 0), (7.4, 7), (900, 900), (3600, 900)])
def test_a_delay_is_whole_seconds_and_at_most_what_sqs_takes(queue, delay, seconds):
    sender, stub = queue
    answer(stub, [("0", 0, seconds)], [])

    sender.send("plan", [{"n": 0}], timedelta(seconds=delay))


def test_an_unknown_queue_is_an_error(queue):
    with pytest.raises(KeyError, match="plans"):
        queue[0].send("plans", [{"n": 0}])


# ---- Secrets


@pytest.fixture
def ssm() -> Iterator[Any]:
    with mock_aws():
        yield boto3.client("ssm")


NAMES = ["api-key", "link-keys", "mailbox-key", "voucher-key"]


def test_the_keys_are_read_decrypted_by_their_names(ssm):
    for name in NAMES:
        ssm.put_parameter(Name=f"/habitue/test/{name}", Value=f"secret {name}", Type="SecureString")

    expected = {name: f"secret {name}" for name in NAMES}
    assert Secrets(ssm, "/habitue/test").read() == expected
    assert Secrets(ssm, "/habitue/test/").read() == expected


def test_every_missing_key_is_named_at_once_and_no_value_is(ssm):
    ssm.put_parameter(Name="/habitue/test/link-keys", Value="very secret", Type="SecureString")

    with pytest.raises(MissingSetting) as caught:
        Secrets(ssm, "/habitue/test").read()

    assert caught.value.message == (
        "SSM has no api-key, mailbox-key, voucher-key below /habitue/test. Run `habitue deploy`, which makes them."
    )


def test_the_secrets_of_webhooks_are_read_only_where_they_are(ssm):
    for name in [*NAMES, "shopify-secret"]:
        ssm.put_parameter(Name=f"/habitue/test/{name}", Value=f"value of {name}", Type="SecureString")

    assert Secrets(ssm, "/habitue/test").read() == {name: f"value of {name}" for name in [*NAMES, "shopify-secret"]}
