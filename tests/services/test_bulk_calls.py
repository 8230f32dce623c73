"""Many mails a call: what SES answers for each, what it answers for all, and that nobody is mailed twice."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.errors import MailRefused, MailUnknown
from chalicelib.services.move_campaign import move_campaign
from chalicelib.services.put_shop import put_shop
from chalicelib.services.view_mail import view_mail
from tests.fakes import NOON
from tests.services.sending import HTML, REFUSED, SendingShop, killed, open_shop, raising, recover

NOT_NOW = MailRefused("ACCOUNT_THROTTLED", "not now", retry=True)
PAUSED = MailRefused("SendingPausedException", "paused", retry=True, account_wide=True)
LOST = MailUnknown("answer lost: read timeout")


@pytest.fixture
def shop():
    return bulk_shop()


def bulk_shop() -> SendingShop:
    shop = open_shop()
    put_shop(shop.app, {"bulk": True})
    shop.mailer.rate = 200.0
    return shop


def fail_call(error):
    """What a mailer does that answers each bulk call with an error."""

    def fail(call):
        raise error

    return fail


def recovered(shop):
    recover(shop)
    shop.mailer.before_call = shop.mailer.after_call = lambda call: None


def assert_once(shop):
    assert len(set(shop.mailer.recipients)) == len(shop.mailer.recipients)


def test_fifty_go_in_one_call(shop):
    shop.people(120)
    shop.launch()

    shop.run()

    assert sorted(shop.mailer.calls) == [20, 50, 50]
    assert shop.report()["sent"] == 120
    assert_once(shop)


def test_rows_claims_and_kept_mails_are_those_of_the_other_road(shop):
    """A launch on each road: all that is stored is the same, but for when."""
    single = open_shop()
    for one in (shop, single):
        one.offer()
        one.people(7)
        one.launch(offer="ten-off")
        one.run()

    found, other = ([replace(row, at=NOON) for row in one.rows.items.values()] for one in (shop, single))
    assert found == other
    assert shop.mailboxes.items == single.mailboxes.items
    assert shop.mailer.accepted == single.mailer.accepted
    assert shop.vouchers.vouchers == single.vouchers.vouchers
    [kept], [also] = (one.files.keys("kept/") for one in (shop, single))
    assert (kept, shop.files.get(kept)) == (also, single.files.get(also))
    assert (shop.mailer.calls, single.mailer.calls) == ([7], [])


def test_survey_links_are_the_same_on_both_roads_and_in_the_kept_mail(shop):
    """One person's own in each mail, and none of them a tracked link."""
    single = open_shop()
    for one in (shop, single):
        one.template(html="<a href='{{ survey('gift', 'a tin of tea') }}'>Tea</a>", text="{{ survey('wish') }}")
        one.people(7)
        one.launch()
        one.run()

    assert shop.mailer.accepted == single.mailer.accepted
    assert (shop.mailer.calls, single.mailer.calls) == ([7], [])
    for mail in shop.mailer.accepted:
        name = mail.to.partition("@")[0]
        token = mail.html.partition("https://links.shop.example.com/s/")[2].partition("'")[0]
        assert shop.app.signer.read("s", token)[-1] == name
        batch = shop.batch().id
        assert view_mail(shop.app, shop.app.signer.sign("v", ["c.spring", batch, name])) == mail.html


def test_a_call_has_one_version_and_one_tracking_class(shop):
    shop.template(locale="de", html=HTML.replace("Dear", "Liebe"))
    for number in range(9):
        shop.person(f"p{number}", locale=("en", "de")[number % 2], tracking=("none", "full", "full")[number % 3])
    shop.launch()

    shop.run()

    assert shop.report()["sent"] == 9
    assert sorted(shop.mailer.calls) == [2, 3, 3]  # and one who shares a call with nobody
    assert_once(shop)


def test_a_mixed_answer_gives_each_row_its_own_outcome(shop):
    """A5."""
    shop.people(6)
    shop.launch()
    answers = {"p001": REFUSED, "p003": LOST, "p004": NOT_NOW}

    def answer(mail):
        if mail.to[:4] in answers:
            raise answers[mail.to[:4]]

    shop.mailer.before = answer
    shop.send()
    assert shop.statuses() == {"p000": "sent", "p001": "failed", "p002": "sent", "p003": "unknown", "p005": "sent"}
    assert shop.row("p001").reason == "MessageRejected: no"
    assert (shop.batch().in_flight, shop.batch().done) == (None, False)
    assert shop.queue.sent["marketing"][-1][1] == timedelta(seconds=30)
    assert not shop.box("p001").recent
    assert shop.box("p003").recent

    recovered(shop)
    shop.run()
    assert Counter(shop.statuses().values()) == {"sent": 4, "failed": 1, "unknown": 1}
    assert_once(shop)


def test_a_lost_answer_makes_the_people_of_that_call_unknown_and_nobody_else(shop):
    """A3."""
    shop.people(60)
    shop.launch()
    shop.mailer.after_call = fail_call(LOST)
    shop.send()
    assert Counter(shop.statuses().values()) == {"unknown": 50}

    recovered(shop)
    shop.run()
    assert Counter(shop.statuses().values()) == {"unknown": 50, "sent": 10}
    assert_once(shop)


@pytest.mark.parametrize(("error", "delay"), [(NOT_NOW, timedelta(seconds=5)), (PAUSED, None)])
def test_a_call_that_is_proved_not_sent_is_made_again(shop, error, delay):
    """A3, A4."""
    shop.people(7)
    shop.launch()
    shop.mailer.before_call = fail_call(error)
    shop.send()
    assert (shop.rows.items, shop.mailer.accepted, shop.batch().in_flight) == ({}, [], None)
    # Where every mail waits, no message comes: the tick feeds it once the account may send again.
    assert [later for _, later in shop.queue.sent["marketing"][1:]] == ([delay] if delay else [])

    recovered(shop)
    shop.run()
    assert shop.report()["sent"] == 7
    assert_once(shop)


def test_a_call_that_is_refused_for_one_mails_fault_is_made_one_by_one(shop):
    """A5: SES checks some things for the whole call; one wrong address must not fail fifty rows."""
    shop.people(7)
    shop.launch()
    shop.mailer.before_call = fail_call(MailRefused("BadRequestException", "bad", retry=False))
    shop.mailer.before = raising(REFUSED, "p003")

    shop.run()

    assert Counter(shop.statuses().values()) == {"sent": 6, "failed": 1}
    assert shop.row("p003").status == "failed"
    assert_once(shop)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize(("port", "method"), [("mailer", "send_many"), ("rows", "record"), ("batches", "mark")])
def test_killed_around_a_call_nobody_is_mailed_twice_and_nobody_is_lost(shop, port, method, after):
    """A2, A6."""
    shop.people(7)
    shop.launch()
    killed(shop, getattr(shop, port), method, after=after)

    shop.run()

    report = shop.report()
    assert report["sent"] + report["unknown"] == 7
    assert report["pending"] == 0
    assert_once(shop)


def test_the_mark_names_the_people_of_the_call(shop):
    """A3: those, and only those, are unknown when the answer never comes."""
    shop.people(3)
    shop.launch()
    killed(shop, shop.mailer, "send_many", after=True)
    mark = shop.batch().in_flight
    assert mark is not None
    assert mark.people == ("p000", "p001", "p002")

    shop.run()

    assert Counter(shop.statuses().values()) == {"unknown": 3}
    assert len(shop.mailer.accepted) == 3


def test_a_slow_account_takes_as_many_as_it_has_tokens_for(shop):
    shop.mailer.rate = 14.0
    shop.people(30)
    shop.launch()

    shop.run()

    assert shop.report()["sent"] == 30
    assert max(shop.mailer.calls) <= 14
    assert_once(shop)


def test_paused_in_between_at_most_the_mails_of_one_call_still_go(shop):
    """A9."""
    shop.mailer.rate = 4.0
    shop.people(12)
    shop.launch()
    shop.once(shop.mailer, "send_many", lambda: move_campaign(shop.app, "spring", "paused"), after=True)

    shop.send()

    assert len(shop.mailer.accepted) == shop.mailer.calls[0] <= 4
    assert (shop.report()["state"], shop.report()["pending"]) == ("paused", 12 - len(shop.mailer.accepted))


def test_the_roads_may_change_in_the_middle_of_a_campaign(shop):
    """A17."""
    shop.mailer.rate = 4.0
    shop.people(12)
    shop.launch()
    shop.once(shop.mailer, "send_many", lambda: move_campaign(shop.app, "spring", "paused"), after=True)
    shop.send()
    put_shop(shop.app, {"bulk": False})
    move_campaign(shop.app, "spring", "sending")

    shop.run()

    assert shop.report()["sent"] == 12
    assert len(shop.mailer.calls) == 1
    assert_once(shop)
