"""A14: dead letters can be driven back as a whole, and messages of two versions meet in one queue."""

import pytest
from botocore.exceptions import ClientError

from chalicelib.services.create_import import create_import
from chalicelib.services.put_segment import put_segment
from chalicelib.services.read_import import read_import
from chalicelib.workers.feedback import feedback
from chalicelib.workers.imports import import_part, start_import
from chalicelib.workers.plan import plan
from chalicelib.workers.scans import scan_part
from chalicelib.workers.send import send_marketing, send_transactional
from tests.email.ses_events import BOUNCE, of_ours

ORDERS = b"order_id,customer_id,placed_at,sku,quantity,unit_price\n1,ann,2026-01-01 10:00,tea,1,5.00\n"
DONE: dict[str, list[dict[str, str]]] = {"batchItemFailures": []}
THROTTLED = ClientError({"Error": {"Code": "ThrottlingException"}}, "PutItem")
RECEIVERS = ["ann@example.com", "bob@example.com", "cy@example.com"]


@pytest.fixture
def queued(app, launched, sqs):
    """One message of each of our queues with its worker: (worker, body)."""
    plan_body = {"v": 1, "message_id": launched.id, "batch_id": None}
    plan(sqs(plan_body))
    [send_body] = app.queue.take("marketing")
    put_segment(app, "named", {"field": "first_name", "op": "exists"})
    scans = app.queue.take("scan")
    import_id = create_import(app, kind="orders", mapping={}, dry_run=False, csv=ORDERS)["id"]
    start_import({"detail": {"object": {"key": f"uploads/{import_id}.csv"}}})
    [import_body] = app.queue.take("import")
    return [
        (plan, plan_body),
        (send_marketing, send_body),
        (send_transactional, send_body),
        *((scan_part, body) for body in scans),
        (import_part, import_body),
    ]


def state(app):
    """Everything that a message could change, but for what waits in the queues."""
    stores = (app.messages, app.batches, app.rows, app.mailboxes, app.customers, app.orders, app.vouchers, app.catalog)
    kept = [{key: repr(value) for key, value in vars(store).items() if isinstance(value, dict)} for store in stores]
    return kept, list(app.mailer.recipients)


def test_dead_letters_that_are_driven_back_as_a_whole_lose_nobody_and_double_nothing(app, queued, sqs, monkeypatch):
    """A14: each failed until it was a dead letter; then the fault is over."""
    places = ((app.messages, "get"), (app.customers, "scan"), (app.orders, "create_many"))
    with monkeypatch.context() as fault:
        for store, method in places:
            fault.setattr(store, method, lambda *_, **__: (_ for _ in ()).throw(THROTTLED))
        for worker, body in queued:
            assert worker(sqs(body)) in (DONE, {"batchItemFailures": [{"itemIdentifier": "m-0"}]})
    assert app.mailer.accepted == []

    for worker, body in [*queued[1::2], *reversed(queued), *queued[::2]]:
        assert worker(sqs(body)) == DONE
    assert sorted(app.mailer.recipients) == RECEIVERS
    assert {customer.segments for customer in app.customers.items.values()} == {("named",)}
    [job] = [body["import"] for worker, body in queued if worker is import_part]
    assert (read_import(app, job)["status"], read_import(app, job)["created"]) == ("done", 1)
    [row] = [row for row in app.rows.items.values() if row.customer_id == "ann"]
    bounce = of_ours(BOUNCE, (row.message_id, row.batch_id, "ann"))
    assert feedback(sqs(bounce)) == DONE

    after = state(app)
    for worker, body in [*reversed(queued), *queued, (feedback, bounce)]:
        assert worker(sqs(body, body)) == DONE
    assert state(app) == after


def test_a_message_of_a_newer_release_of_the_same_version_is_handled(app, queued, sqs):
    """A14: it may carry more than this code knows."""
    for worker, body in queued:
        assert worker(sqs({**body, "since": "2026-12-01", "more": {"a": [1]}})) == DONE

    assert sorted(app.mailer.recipients) == RECEIVERS


def test_a_message_of_the_next_version_waits_for_the_code_that_knows_it(app, queued, sqs):
    """A14: old code hands it back untouched, beside messages of its own version; nobody is lost in between."""
    before = state(app)
    for worker, body in queued:
        assert worker(sqs({**body, "v": 2})) == {"batchItemFailures": [{"itemIdentifier": "m-0"}]}
    assert state(app) == before

    for worker, body in queued:
        assert worker(sqs({**body, "v": 2}, body)) == {"batchItemFailures": [{"itemIdentifier": "m-0"}]}
    assert sorted(app.mailer.recipients) == RECEIVERS


def test_a_planners_message_of_the_release_before_names_no_batch(app, launched, sqs):
    """A14."""
    assert plan(sqs({"v": 1, "message_id": launched.id})) == DONE

    assert len(app.queue.take("marketing")) == 1
