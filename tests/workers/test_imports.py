"""What an uploaded file and the import queue set off (A1, A7, D15)."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.ports import App
from chalicelib.services.create_import import create_import
from chalicelib.services.read_import import read_import
from chalicelib.wiring import override_app
from chalicelib.workers.imports import import_part, start_import
from tests.fakes import make_app

CSV = b"order_id,customer_id,placed_at,sku,quantity,unit_price\n1,ann,2026-01-01 10:00,tea,1,5.00\n"


@pytest.fixture
def app() -> Iterator[App]:
    app = make_app()
    undo = override_app(app)
    yield app
    undo()


def created(key: str) -> dict[str, Any]:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html"""
    detail = {"bucket": {"name": "habitue-test"}, "object": {"key": key, "size": len(CSV)}, "reason": "PutObject"}
    return {"version": "0", "source": "aws.s3", "detail-type": "Object Created", "detail": detail}


def messages(*bodies: object) -> dict[str, Any]:
    return {"Records": [{"messageId": str(n), "body": json.dumps(body)} for n, body in enumerate(bodies)]}


def start(app: App) -> str:
    started = create_import(app, kind="orders", mapping={}, dry_run=False, csv=CSV)
    return str(started["id"])


def test_an_upload_is_split_and_its_parts_are_stored(app):
    import_id = start(app)

    assert start_import(created(f"uploads/{import_id}.csv")) == {"started": import_id}
    assert import_part(messages(*app.queue.take("import"))) == {"batchItemFailures": []}

    answer = read_import(app, import_id)
    assert (answer["status"], answer["created"]) == ("done", 1)


def test_an_upload_announced_twice_is_imported_once(app):
    import_id = start(app)

    start_import(created(f"uploads/{import_id}.csv"))
    start_import(created(f"uploads/{import_id}.csv"))
    bodies = app.queue.take("import")

    assert len(bodies) == 2
    assert import_part(messages(*bodies)) == {"batchItemFailures": []}
    assert read_import(app, import_id)["created"] == 1
    assert start_import(created(f"uploads/{import_id}.csv")) == {"started": import_id}
    assert app.queue.take("import") == []


@pytest.mark.parametrize(
    "key",
    ["uploads/../kept/x.csv", "uploads//x.csv", "uploads/a%2e.csv", "uploads/x\x00.csv", "uploads/x.zip", "x.csv"],
)
def test_a_file_of_no_import_is_left_alone(app, key):
    """D15."""
    assert start_import(created(key)) == {"started": None}

    assert app.queue.sent == {}


def test_a_file_of_an_unknown_import_is_left_alone(app):
    assert start_import(created("uploads/unknown.csv")) == {"started": None}

    assert app.queue.sent == {}


def test_a_split_goes_on_from_the_queue(app):
    import_id = start(app)

    assert import_part(messages({"v": 1, "import": import_id, "do": "split"})) == {"batchItemFailures": []}

    assert [body["do"] for body in app.queue.take("import")] == ["part"]


@pytest.mark.parametrize(
    "body",
    [
        "no json",
        {"v": 2, "do": "part"},
        {"v": 1, "do": "dance", "import": "x"},
        {"v": 1, "do": "part", "import": "unknown", "part": 0},
        {"v": 1},
        [],
    ],
)
def test_a_message_that_cannot_be_handled_goes_back_and_holds_back_no_other(app, body):
    """A7: after its bounded retries it lies in the dead-letter queue."""
    import_id = start(app)
    start_import(created(f"uploads/{import_id}.csv"))
    event = messages(*app.queue.take("import"), body)
    if body == "no json":
        event["Records"][1]["body"] = "{"

    assert import_part(event) == {"batchItemFailures": [{"itemIdentifier": "1"}]}

    assert read_import(app, import_id)["status"] == "done"
