"""The files of sends, deliveries and opens, however Firehose packs them and whatever lies between."""

import gzip
import json
from typing import Any

import pytest

from chalicelib.domain.messages import Batch
from chalicelib.services.keep_facts import KEPT
from chalicelib.workers.events import read_events
from tests.email.ses_events import CLICK, OPEN, SENT, of_ours
from tests.fakes import NOON


@pytest.fixture(autouse=True)
def _batch(app, launched):
    people = ("ann", "bob", "cy", "dörte", *(f"p{n:02}" for n in range(100)))
    app.batches.create_many([Batch(message_id=launched.id, id="b1", people=people, due_at=NOON)])


KEY = "events/2026/11/22/12/habitue-EventStream-1-2026-11-22-12-00-00-a+b%2Fc"


def created(key: str = KEY) -> dict[str, Any]:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html"""
    return {
        "version": "0",
        "id": "17793124-05d4-b198-2fde-7ededc63b103",
        "detail-type": "Object Created",
        "source": "aws.s3",
        "account": "111122223333",
        "time": "2021-11-12T00:00:00Z",
        "region": "eu-west-1",
        "resources": ["arn:aws:s3:::habitue-test"],
        "detail": {
            "version": "0",
            "bucket": {"name": "habitue-test"},
            "object": {"key": key, "size": 5, "etag": "b1946ac92492d2347c6235b4d2611184", "sequencer": "0"},
            "request-id": "N4N7GDK58NMKJ12R",
            "requester": "123456789012",
            "source-ip-address": "1.2.3.4",
            "reason": "PutObject",
        },
    }


@pytest.fixture
def texts(launched):
    return [json.dumps(of_ours(SENT, (launched.id, "b1", person))) for person in ("ann", "bob", "cy", "dörte")]


def packed(way: str, texts: list[str]) -> bytes:
    if way == "gzip of lines":
        return gzip.compress("\n".join(texts).encode())
    if way == "two gzips, one after the other":
        return gzip.compress(texts[0].encode()) + gzip.compress("".join(texts[1:]).encode())
    between = {"lines": "\n", "one after the other": "", "CRLF and empty lines": "\r\n\r\n"}[way]
    return (between.join(texts) + between).encode()


@pytest.mark.parametrize(
    "way", ["lines", "one after the other", "CRLF and empty lines", "gzip of lines", "two gzips, one after the other"]
)
def test_every_event_of_a_file_is_recorded_however_it_is_packed(app, launched, texts, way):
    app.files.put(KEY, packed(way, texts))

    assert read_events(created()) == {"recorded": 4, "refused": 0}

    rows = app.rows.of(launched.id, "b1")
    assert {person: row.status for person, row in rows.items()} == dict.fromkeys(["ann", "bob", "cy", "dörte"], "sent")


def test_a_file_of_one_plain_object_is_read(app, launched):
    """A local stack writes one for each event."""
    app.files.put(KEY, json.dumps(of_ours(OPEN, (launched.id, "b1", "ann")), indent=1).encode())

    assert read_events(created()) == {"recorded": 1, "refused": 0}

    assert app.rows.get(launched.id, "b1", "ann").early_opened_at.isoformat() == "2017-08-09T22:00:19.652000+00:00"


def test_reading_a_file_again_changes_nothing(app, launched, texts):
    """A12."""
    app.files.put(KEY, "\n".join(texts).encode())
    read_events(created())
    before = app.rows.of(launched.id, "b1")

    assert read_events(created()) == {"recorded": 0, "refused": 0}  # the file is gone
    app.files.put(KEY, "\n".join(texts).encode())
    assert read_events(created()) == {"recorded": 4, "refused": 0}

    assert app.rows.of(launched.id, "b1") == before


def test_of_a_file_that_was_read_the_facts_stay_and_no_address(app, launched, texts):
    """F6: SES's own events hold the recipient's address."""
    app.files.put(KEY, "\n".join(texts).encode())
    assert "recipient@example.com" in texts[0]

    read_events(created())

    assert app.files.keys("events/") == []
    [kept] = app.files.keys(KEPT)
    content = gzip.decompress(app.files.get(kept)).decode()
    assert len(content.split("\n")) == 4
    assert not [word for word in ("example.com", "ann", "bob") if word in content]


def test_kept_facts_are_read_again_like_a_file_of_ses(app, launched):
    """Invariant 9: what the rows lost comes back from the facts."""
    app.files.put(KEY, json.dumps(of_ours(OPEN, (launched.id, "b1", "dörte"))).encode())
    read_events(created())
    [kept] = app.files.keys(KEPT)
    before = app.rows.of(launched.id, "b1")
    app.rows.delete((launched.id, "b1", "dörte"))
    app.files.put("events/again", app.files.get(kept))

    assert read_events(created("events/again")) == {"recorded": 1, "refused": 0}

    assert app.rows.of(launched.id, "b1") == before


def test_facts_of_nobody_are_not_recorded_and_broken_ones_are_refused(app, launched):
    nobody = {"person": "0" * 32, "kind": "opened", "at": "2026-11-22T12:00:00+00:00", "message_id": launched.id}
    nobody |= {"batch_id": "b1", "ses_id": "s", "cause": "", "suppresses": False, "soft": False}
    app.files.put(KEY, json.dumps(nobody).encode() + b'{"person": "x"}')

    assert read_events(created()) == {"recorded": 0, "refused": 1}

    assert app.rows.of(launched.id, "b1") == {}
    assert app.files.keys("events/") == [KEY]  # it stays for whoever looks into it


GARBAGE = {
    "no JSON": b"garbage",
    "bytes that are no text": b"\xff\xfe\x00",
    "half of an object": b'{"eventType": "Send", "mail": {',
    "nested too deep": b"[" * 100_000,
    "a number": b"42",
    "a list": b"[]",
    "an object of somebody else": b'{"hello": "world"}',
    "a mail that is a text": b'{"eventType": "Send", "mail": "x"}',
    "a mail that is a list": b'{"eventType": "Send", "mail": []}',
}


@pytest.mark.parametrize("case", GARBAGE)
def test_a_garbage_line_is_counted_and_the_others_are_recorded(app, launched, texts, case, caplog):
    """A7."""
    lines = [text.encode() for text in texts]
    app.files.put(KEY, b"\n".join([*lines[:2], GARBAGE[case], *lines[2:], GARBAGE[case]]))

    assert read_events(created()) == {"recorded": 4, "refused": 2}

    assert len(app.rows.of(launched.id, "b1")) == 4
    [logged] = caplog.records
    assert logged.getMessage() == "2 parts of an event file are no events of SES's"


def test_what_is_not_ours_is_neither_recorded_nor_refused(app, launched):
    click = of_ours(CLICK, (launched.id, "b1", "ann"))
    app.files.put(KEY, json.dumps(SENT).encode() + json.dumps(click).encode())

    assert read_events(created()) == {"recorded": 0, "refused": 0}

    assert app.rows.of(launched.id, "b1") == {}


def test_an_empty_or_missing_file_has_no_events(app):
    app.files.put(KEY, b"")

    assert read_events(created()) == read_events(created("events/gone")) == {"recorded": 0, "refused": 0}


def test_a_file_that_cannot_be_unpacked_fails_as_a_whole(app):
    """It is tried again, and then lies among the dead letters."""
    app.files.put(KEY, gzip.compress(b"{}")[:-6])

    with pytest.raises(EOFError):
        read_events(created())
