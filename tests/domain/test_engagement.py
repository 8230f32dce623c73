"""Who no longer reacts: ten mails in 180 days, and neither a human click nor an order."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.customers import Customer, Statistics
from chalicelib.domain.engagement import is_unengaged
from chalicelib.domain.mailboxes import Mailbox, Sent

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
ANN, BOX = Customer(id="ann", mailbox="m"), Mailbox(hash="m")
HALF_A_YEAR = 180 * DAY


def mails(count, oldest=179 * DAY):
    return sorted((Sent(topic="offers", at=NOW - oldest * n / count) for n in range(1, count + 1)), key=lambda s: s.at)[
        ::-1
    ]


@pytest.mark.parametrize(
    ("sent", "clicked", "ordered", "unengaged"),
    [
        (mails(10), None, None, True),
        (mails(9), None, None, False),
        (mails(10, HALF_A_YEAR), None, None, False),  # the tenth left the span just now
        (mails(10, HALF_A_YEAR - SECOND), None, None, True),
        (mails(10), NOW - HALF_A_YEAR, None, True),
        (mails(10), NOW - HALF_A_YEAR + SECOND, None, False),
        (mails(10), None, NOW - HALF_A_YEAR, True),
        (mails(10), None, NOW - HALF_A_YEAR + SECOND, False),
        (mails(10), NOW - 300 * DAY, NOW - DAY, False),
        ([], None, None, False),  # new: nobody is unengaged who was not asked
    ],
)
def test_whoever_reacted_or_was_hardly_asked_is_not_unengaged(sent, clicked, ordered, unengaged):
    customer = replace(ANN, stats=Statistics(last_order_at=ordered))

    assert is_unengaged(customer, replace(BOX, last_click_at=clicked), sent, NOW) is unengaged


AGES = st.integers(0, 400).map(lambda days: NOW - days * DAY)


@given(sent=st.lists(AGES, max_size=30), clicks=st.lists(AGES, max_size=3), orders=st.lists(AGES, max_size=3))
def test_it_is_what_a_count_over_all_facts_says(sent, clicks, orders):
    """Backtest: the evaluator that knows every mail, click and order."""
    box = replace(BOX, last_click_at=max(clicks, default=None))
    customer = replace(ANN, stats=Statistics(last_order_at=max(orders, default=None)))
    newest = [Sent(topic="offers", at=at) for at in sorted(sent, reverse=True)]

    begin = NOW - HALF_A_YEAR
    enough = sum(at > begin for at in sent) >= 10
    assert is_unengaged(customer, box, newest, NOW) == (enough and not any(at > begin for at in clicks + orders))
