"""What SES answers, one by one, at the pace of the account, and what stops an attempt."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.mail_events import MailEvent
from chalicelib.domain.quotas import WHY_ALL_WAITS
from chalicelib.errors import MailRefused, MailUnknown
from chalicelib.services.campaign_report import campaign_report
from chalicelib.services.launch_campaign import launch_campaign
from chalicelib.services.move_campaign import move_campaign
from chalicelib.services.put_campaign import put_campaign
from chalicelib.services.record_events import record_events
from chalicelib.services.share_pace import change_pace
from chalicelib.services.wake_senders import AGAIN_AFTER
from tests.fakes import NOON
from tests.services.sending import (
    REFUSED,
    TEXT,
    open_shop,
    raising,
    recover,
)

MINUTE = timedelta(minutes=1)


def comes_back_after(shop):
    """The delay of the message that is queued anew; meanwhile the tick leaves the batch alone."""
    body, delay = shop.queue.sent["marketing"][-1]
    assert body == {"v": 1, "message_id": "c.spring", "batch_id": shop.batch().id}
    assert shop.due.at["c.spring", shop.batch().id] == shop.clock.now() + delay + AGAIN_AFTER
    assert shop.batch().deaths == 0
    return delay


@pytest.fixture
def shop():
    return open_shop()


def test_a_lost_answer_is_unknown_until_an_event_proves_it_sent(shop):
    """A3."""
    shop.person("ann")
    shop.launch()
    shop.mailer.after = raising(MailUnknown("answer lost: read timeout"))
    shop.send()
    assert (shop.row("ann").status, shop.row("ann").reason) == ("unknown", "answer lost: read timeout")

    recover(shop)
    shop.run()
    event = MailEvent(
        kind="sent",
        at=shop.clock.now(),
        message_id="c.spring",
        batch_id=shop.batch().id,
        customer_id="ann",
        ses_id="ses-9",
    )
    record_events(shop.app, [event])

    assert shop.mailer.recipients == ["ann@example.com"]
    assert (shop.row("ann").status, shop.row("ann").ses_id) == ("sent", "ses-9")


def test_while_ses_loses_answers_an_attempt_costs_one_mail(shop):
    """A3: an outage that turned a whole campaign into `unknown` would mail nobody."""
    shop.people(12)
    shop.launch()
    shop.mailer.before = raising(MailUnknown("answer lost: 503"))

    shop.send()

    assert Counter(shop.statuses().values()) == {"unknown": 1}
    assert comes_back_after(shop) == timedelta(seconds=30)
    recover(shop)
    shop.run()
    assert Counter(shop.statuses().values()) == {"unknown": 1, "sent": 11}


@pytest.mark.parametrize("reason", ["TooManyRequestsException", "no_connection"])
def test_what_is_proved_not_sent_is_tried_again_and_sent_once(shop, reason):
    """A3."""
    shop.people(7)
    shop.launch()
    shop.mailer.before = raising(MailRefused(reason, "not now", retry=True))
    shop.send()
    assert (shop.rows.items, shop.mailer.accepted) == ({}, [])
    assert comes_back_after(shop) == timedelta(seconds=5)
    assert shop.batch().in_flight is None

    recover(shop)
    shop.run()

    assert shop.report()["sent"] == 7 == len(shop.mailer.accepted)


@pytest.mark.parametrize("error", ["AccountSuspendedException", "SendingPausedException"])
def test_a_suspended_or_paused_account_pauses_every_campaign_without_a_hot_loop(shop, error):
    """A4."""
    shop.people(3)
    shop.launch()
    for name in ("autumn", "winter"):
        put_campaign(shop.app, name, {"segments": ["everyone"], "template": "spring"})
        launch_campaign(shop.app, name)
    shop.plan()
    tries = []

    def refused(mail):
        tries.append(mail)
        raise MailRefused(error, "not now", retry=True, account_wide=True)

    shop.mailer.before = refused
    shop.run(most=50)
    assert 1 <= len(tries) <= 4  # of three campaigns in fifty minutes
    for name in ("spring", "autumn", "winter"):
        report = campaign_report(shop.app, name)
        assert (report["state"], report["state_reason"]) == ("paused", WHY_ALL_WAITS["account_paused"])
        assert (report["pending"], report["failed"], report["unknown"]) == (3, 0, 0)

    recover(shop)
    shop.run()
    assert [campaign_report(shop.app, name)["sent"] for name in ("spring", "autumn", "winter")] == [3, 3, 3]
    assert set(Counter(shop.mailer.recipients).values()) == {3}


def test_an_account_with_no_rate_at_all_waits(shop):
    shop.person("ann")
    shop.mailer.rate = 0.0
    shop.launch()
    shop.queue.sent.clear()

    shop.send()

    assert (shop.batch().attempts, shop.queue.sent) == (0, {})
    assert shop.report()["pending"] == 1
    shop.mailer.rate = 14.0
    shop.run()
    assert shop.report()["sent"] == 1


def test_a_sender_that_comes_too_late_for_its_slot_takes_another(shop):
    """A15: a slot that is over by a second is lost, so that a late sender makes no burst."""
    shop.mailer.rate = 10.0
    shop.people(2)
    shop.launch()
    shop.once(shop.batches, "mark", lambda: shop.clock.advance(timedelta(seconds=3)))

    shop.send()

    first, second = (shop.row(name).at for name in ("p000", "p001"))
    assert second - first >= timedelta(seconds=0.1)
    assert first >= NOON + timedelta(seconds=3)


def test_where_no_slot_is_left_the_rest_waits(shop):
    """Others have all slots of the next seconds: the message comes again, which is no failure."""
    shop.mailer.rate = 10.0
    shop.people(2)
    shop.launch()

    def late():
        shop.clock.advance(timedelta(seconds=3))
        taken_until = shop.clock.real() + timedelta(seconds=30)
        change_pace(shop.app, lambda state: (None, replace(state, not_before=taken_until)))

    shop.once(shop.batches, "mark", late)
    shop.send()

    assert (shop.mailer.accepted, shop.rows.items, shop.batch().in_flight) == ([], {}, None)
    shop.run()
    assert shop.report()["sent"] == 2


def test_one_refused_address_fails_alone(shop):
    """A5."""
    shop.people(7)
    shop.launch()
    shop.mailer.before = raising(REFUSED, "p003")

    shop.run()

    assert Counter(shop.statuses().values()) == {"sent": 6, "failed": 1}
    assert shop.row("p003").reason == "MessageRejected: no"
    assert not shop.box("p003").recent


def test_one_mail_that_cannot_be_rendered_fails_alone(shop):
    """D11."""
    shop.template(text=TEXT + "{{ customer.country ~ '' }}")
    shop.people(3)
    shop.change("p000", country="GB")
    shop.change("p002", country="GB")
    shop.launch()

    shop.run()

    assert shop.statuses() == {"p000": "sent", "p001": "failed", "p002": "sent"}
    assert "country" in shop.row("p001").reason
    assert not shop.box("p001").recent


def test_a_customer_whose_links_are_too_long_fails_alone(shop):
    shop.person("x" * 1200, email="long@example.com")
    shop.person("ann")
    shop.launch()

    shop.run()

    assert shop.row("ann").status == "sent"
    assert shop.row("x" * 1200).reason.startswith("rendering: the unsubscribe link has")


def test_three_senders_at_fourteen_a_second_never_send_more_in_any_second(shop):
    """A15."""
    shop.mailer.rate = 14.0
    shop.people(150)
    shop.launch()
    sent_at = []
    shop.mailer.after = lambda mail: sent_at.append(shop.clock.real())

    shop.run()

    assert shop.report()["sent"] == 150 == len(sent_at)
    for at in sent_at:
        assert sum(at <= other < at + timedelta(seconds=1) for other in sent_at) <= 14


def test_everyone_of_a_large_audience_gets_one_mail(shop):
    shop.people(230)
    shop.launch()

    shop.run()

    assert Counter(shop.mailer.recipients) == {f"p{number:03}@example.com": 1 for number in range(230)}
    assert len(shop.batches.items) == 5


def test_paused_in_between_at_most_the_mails_under_one_mark_still_go(shop):
    """A9, A17."""
    shop.people(12)
    shop.launch()
    shop.once(shop.mailer, "send", lambda: move_campaign(shop.app, "spring", "paused"), after=True)

    shop.send()
    assert len(shop.mailer.accepted) == 5
    shop.run(most=30)
    assert (shop.report()["state"], shop.report()["pending"]) == ("paused", 7)

    move_campaign(shop.app, "spring", "sending")
    shop.run()
    assert len(shop.mailer.accepted) == 12 == len(set(shop.mailer.recipients))
    assert shop.report()["state"] == "done"
