"""A3: SES accepts a mail and its answer is lost, or refuses before accepting: one mail at most, and no one is lost."""

import time
from datetime import timedelta

import pytest

from tests.email.ses_events import SENT, of_ours
from tests.journeys.storefront import LONGEST_WAIT, Json, Storefront, sent_by

pytestmark = pytest.mark.stack
ACCEPTED_BUT_LOST = ("answer_lost", "http_500_after_acceptance", "http_503_after_acceptance")
PERHAPS_ACCEPTED = ("http_500", "http_503", "connection_reset")


def _order(shop: Storefront, *faults: Json) -> None:
    shop.stack.ses.account.faults.order(list(faults))


def _later(shop: Storefront, seconds: int) -> None:
    shop.stack.move_clock(shop.stack.clock.now() + timedelta(seconds=seconds))
    shop.settle()


def test_an_answer_lost_after_acceptance_is_unknown_until_the_event_says_sent(shop: Storefront) -> None:
    """A3, A12: the event comes late, and as a file."""
    shop.people("a3-lost", 6)
    victim = {"to": "a3-lost-002@example.com"}
    _order(shop, {"match": victim, "fault": "answer_lost"}, {"match": victim, "fault": "no_events"})

    shop.launch("a3-lost", "a3-lost")
    _later(shop, 60)  # the rest of the batch waits a little after a lost answer

    assert shop.receivers("c.a3-lost") == [f"a3-lost-00{number}@example.com" for number in range(6)]
    report = shop.report("a3-lost")
    assert (report["sent"], report["unknown"], report["pending"]) == (5, 1, 0)
    _later(shop, 3600)
    assert shop.report("a3-lost") == report  # nobody tries again
    assert len(shop.receivers("c.a3-lost")) == 6

    [mail] = [mail for mail in shop.mails("c.a3-lost") if mail["to"] == victim["to"]]
    send = sent_by(mail)
    assert send is not None
    shop.write_events("a3-lost", [of_ours(SENT, send)])
    shop.settle()

    report = shop.report("a3-lost")
    assert (report["sent"], report["unknown"]) == (6, 0)


def test_an_answer_lost_after_acceptance_gives_one_mail_and_ends_as_sent(shop: Storefront) -> None:
    """A3: three ways to lose it, in three campaigns beside each other."""
    names = {f"a3-{fault.replace('_', '-')}": fault for fault in ACCEPTED_BUT_LOST}
    _order(shop, *({"match": {"to": f"{name}-*"}, "fault": fault, "times": 2} for name, fault in names.items()))

    _launch_all(shop, list(names))
    _later(shop, 60)
    _later(shop, 60)

    for name in names:
        assert shop.receivers(f"c.{name}") == [f"{name}-00{number}@example.com" for number in range(3)]
        report = shop.report(name)
        # SES's own events proved it.
        assert (report["sent"], report["unknown"], report["pending"]) == (3, 0, 0), name


def test_a_failure_that_proves_nothing_is_never_tried_again(shop: Storefront) -> None:
    """A3: it was not accepted, but from here nobody can tell; the others get theirs."""
    names = {f"a3-{fault.replace('_', '-')}": fault for fault in PERHAPS_ACCEPTED}
    _order(shop, *({"match": {"to": f"{name}-001@*"}, "fault": fault} for name, fault in names.items()))

    _launch_all(shop, list(names))
    _later(shop, 60)
    _later(shop, 3600)

    for name in names:
        assert shop.receivers(f"c.{name}") == [f"{name}-000@example.com", f"{name}-002@example.com"]
        report = shop.report(name)
        assert (report["sent"], report["unknown"], report["pending"]) == (2, 1, 0), name


def _launch_all(shop: Storefront, names: list[str]) -> None:
    """Three people each; what waits after a fault waits beside the others."""
    for name in names:
        shop.people(name, 3)
    for name in names:
        shop.begin(name, name)
    shop.settle()


def test_a_refusal_that_proves_nothing_was_sent_is_tried_again(shop: Storefront) -> None:
    """A3: 429."""
    people = shop.people("a3-throttled", 4)
    _order(shop, {"match": {"to": "a3-throttled-001@*"}, "fault": "TooManyRequestsException"})

    shop.launch("a3-throttled", "a3-throttled")

    assert shop.receivers("c.a3-throttled") == [f"{person}@example.com" for person in people]
    assert shop.report("a3-throttled")["sent"] == 4


def test_while_ses_cannot_be_reached_everybody_waits_and_then_gets_one_mail(shop: Storefront) -> None:
    """A3: could not connect."""
    people = shop.people("a3-away", 4)
    shop.launch("a3-before", "a3-away")  # the senders know the account's rate
    shop.stack.ses.stop()
    try:
        shop.begin("a3-away", "a3-away")
        _until_tried(shop, "c.a3-away", times=2)
        report = shop.report("a3-away")
    finally:
        shop.stack.ses.start()
    assert (report["pending"], report["unknown"], report["failed"]) == (4, 0, 0)

    shop.settle()

    assert shop.receivers("c.a3-away") == [f"{person}@example.com" for person in people]
    assert shop.report("a3-away")["sent"] == 4


def _until_tried(shop: Storefront, message: str, times: int) -> None:
    """Wait until the senders have had the only batch of a message so often, and hold it no more."""
    deadline = time.monotonic() + LONGEST_WAIT
    while True:
        batches = shop.batches(message)
        if batches and batches[0].attempts >= times and batches[0].lease is None:
            return
        assert time.monotonic() < deadline, batches
        shop.stack.tick()
        time.sleep(0.5)


def test_one_recipient_that_ses_refuses_fails_alone(shop: Storefront) -> None:
    """A5."""
    shop.people("a5", 3)
    _order(shop, {"match": {"to": "a5-001@*"}, "fault": "MessageRejected", "message": "Email address is blocked."})

    shop.launch("a5", "a5")

    assert shop.receivers("c.a5") == ["a5-000@example.com", "a5-002@example.com"]
    report = shop.report("a5")
    assert (report["sent"], report["failed"], report["unknown"]) == (2, 1, 0)
