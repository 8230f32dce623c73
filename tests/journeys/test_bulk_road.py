"""Fifty mails a call, through the packaged application: the same mails, one each, and an outcome for each."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.journeys.storefront import Storefront

pytestmark = pytest.mark.stack


@pytest.fixture
def bulk(shop: Storefront) -> Iterator[Storefront]:
    """The shop on the bulk road, until the test is over."""
    shop.call("PUT", "/shop", {"bulk": True})
    try:
        yield shop
    finally:
        shop.call("PUT", "/shop", {"bulk": None})


def test_every_customer_gets_one_mail_with_their_own_name_and_link(bulk: Storefront) -> None:
    bulk.people("bulk-all", 70)

    bulk.launch("bulk-all", "bulk-all")

    assert bulk.receivers("c.bulk-all") == [f"bulk-all-{number:03}@example.com" for number in range(70)]
    report = bulk.report("bulk-all")
    assert (report["sent"], report["unknown"], report["pending"]) == (70, 0, 0)
    mails = bulk.mails("c.bulk-all")
    assert len({mail["headers"]["List-Unsubscribe"] for mail in mails}) == 70
    assert not any("{{" in mail["html"] or "{{" in mail["subject"] for mail in mails)


def test_one_refused_entry_fails_alone_and_a_lost_answer_is_settled_by_events(bulk: Storefront) -> None:
    """A3, A5."""
    bulk.people("bulk-odd", 12)
    bulk.stack.ses.account.faults.order(
        [
            {"match": {"to": "bulk-odd-003@example.com"}, "fault": "MESSAGE_REJECTED"},
            {"match": {"to": "bulk-odd-005@example.com"}, "fault": "missing_result"},
        ]
    )

    bulk.launch("bulk-odd", "bulk-odd")
    bulk.stack.move_clock(bulk.stack.clock.now() + timedelta(seconds=60))
    bulk.settle()

    receivers = bulk.receivers("c.bulk-odd")
    assert receivers == [f"bulk-odd-{number:03}@example.com" for number in range(12) if number != 3]
    report = bulk.report("bulk-odd")
    assert (report["sent"], report["pending"]) == (11, 0)  # SES's own events tell of each that it took
    assert report["failed"] + report["unknown"] == 1
