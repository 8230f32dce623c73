"""What SES reports at once: recorded, each by itself, as SNS delivers it."""

import json

import pytest

from chalicelib.domain.messages import Batch
from chalicelib.workers.feedback import feedback
from tests.email.ses_events import BOUNCE, CLICK, COMPLAINT, DELIVERY_DELAY, envelope, of_ours
from tests.fakes import NOON


@pytest.fixture(autouse=True)
def _batch(app, launched):
    people = ("ann", "bob", "cy", "dörte", *(f"p{n:02}" for n in range(100)))
    app.batches.create_many([Batch(message_id=launched.id, id="b1", people=people, due_at=NOON)])


def send_of(launched, person):
    return launched.id, "b1", person


def test_a_hard_bounce_moves_the_row_and_suppresses_the_address(app, launched, sqs):
    """C11."""
    assert feedback(sqs(of_ours(BOUNCE, send_of(launched, "ann")))) == {"batchItemFailures": []}

    row = app.rows.get(launched.id, "b1", "ann")
    assert (row.status, row.delivery) == ("sent", "bounced")
    suppression = app.mailboxes.get(app.keyed.mailbox("recipient@example.com")).suppression  # as SES names it
    assert (suppression.reason, suppression.scope) == ("hard_bounce", "all")


def test_raw_and_wrapped_doubled_and_out_of_order_give_the_same(app, launched, sqs):
    """A12."""
    bounce, delay = (of_ours(event, send_of(launched, "ann")) for event in (BOUNCE, DELIVERY_DELAY))
    wrapped = envelope(json.dumps(delay))

    assert feedback(sqs(bounce, wrapped, bounce, delay)) == {"batchItemFailures": []}

    assert app.rows.get(launched.id, "b1", "ann").delivery == "bounced"


def test_a_poison_record_is_named_and_the_99_others_are_recorded(app, launched, sqs):
    """A7."""
    bodies: list = [of_ours(COMPLAINT, send_of(launched, f"p{n:02}")) for n in range(100)]
    bodies[13] = "{"
    bodies[14] = {"eventType": "Bounce", "mail": "x"}

    answer = feedback(sqs(*bodies))

    assert answer == {"batchItemFailures": [{"itemIdentifier": "m-13"}, {"itemIdentifier": "m-14"}]}
    assert sorted(app.rows.of(launched.id, "b1")) == [f"p{n:02}" for n in range(100) if n not in {13, 14}]


def test_what_is_not_ours_to_record_is_no_failure(app, launched, sqs):
    """A12: foreign mails, kinds that we do not keep, launches of which we know nothing, SES's trial."""
    trial = "Successfully validated SNS topic for Amazon SES event publishing."
    unknown = of_ours(BOUNCE, ("c.gone", "b1", "ann"))

    answer = feedback(sqs(BOUNCE, of_ours(CLICK, send_of(launched, "ann")), unknown, trial, envelope(trial)))

    assert answer == {"batchItemFailures": []}
    assert app.rows.of(launched.id, "b1") == app.rows.of("c.gone", "b1") == {}
    assert app.mailboxes.get(app.keyed.mailbox("ann@example.com")).suppression is None
