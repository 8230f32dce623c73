"""The key of a claim: one for all batches of a message, another for every other message."""

from datetime import UTC, datetime

import pytest

from chalicelib.domain.messages import Message, Row

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def message(once_key):
    return Message(
        id="c.spring", source="campaign", name="spring", once_key=once_key, template="t", versions={}, created_at=NOW
    )


def test_the_send_key_is_12_bytes_of_what_may_happen_once():
    key = message("c.spring").send_key

    assert key == "e5025dbbb89a32f187a6d0b8" == message("c.spring").send_key
    assert key != message("c.spring-2").send_key


@pytest.mark.parametrize(
    ("told", "read"),
    [
        ({}, False),
        ({"machine_opened_at": NOW}, False),
        ({"opened_at": NOW}, True),
        ({"early_opened_at": NOW}, True),
        ({"clicked_at": NOW}, True),
    ],
)
def test_a_mail_was_read_by_whoever_opened_it_or_clicked_but_not_by_a_machine(told, read):
    """C13."""
    row = Row(message_id="c.spring", batch_id="b1", customer_id="ann", status="sent", at=NOW, **told)

    assert row.read is read
