"""A test of a mail goes to the shop's own people and leaves no trace: no voucher, row, claim, click or consent."""

import re
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from chalicelib.domain.mailboxes import Mailbox, Suppression
from chalicelib.errors import (
    InvalidInput,
    InvalidToken,
    MailRefused,
    MailUnknown,
    MalformedRequest,
    NotFound,
    RenderingFailed,
)
from chalicelib.services.answer_survey import answer_survey
from chalicelib.services.follow_click import follow_click
from chalicelib.services.launch_campaign import launch_campaign
from chalicelib.services.sample_mail import EMPTY, SAMPLE_CODE, Wanted
from chalicelib.services.send_campaign_test import send_campaign_test
from chalicelib.services.send_test import MOST, send_test, with_addresses
from chalicelib.services.share_pace import change_pace
from chalicelib.services.slots import Slots
from chalicelib.services.unsubscribe import unsubscribe
from tests.services.sending import HTML, open_shop

ME = "Me@Shop.example.com"


@pytest.fixture
def shop():
    opened = open_shop()
    opened.template("spring", subject="Hello {{ customer.first_name | d('you') }}")
    opened.template("letter", subject="Hi", html="<p>{{ customer.home_store }}</p>", text="x")
    opened.offer()
    return opened


def send(shop, *to, **wanted):
    return send_test(shop.app, "spring", Wanted(**wanted), to or (ME,))


def refuse(shop, error):
    def before(_):
        raise error

    shop.mailer.before = before


def state(shop):
    """All that is stored, but for the pace."""
    stores = (shop.customers, shop.mailboxes, shop.messages, shop.batches, shop.rows, shop.vouchers)
    return (
        deepcopy([vars(store).get("items") for store in stores]),
        dict(shop.files.objects),
        shop.app.catalog.items.copy(),
    )


def test_it_is_marked_and_goes_by_the_transactional_stream_with_the_shops_own_sender(shop):
    answer = send(shop)
    [mail] = shop.mailer.accepted

    assert answer["results"] == [{"to": "to[0]", "status": "sent", "reason": None}]
    assert with_addresses(answer, [ME])["results"][0]["to"] == ME
    assert mail.subject == answer["subject"] == "[Test] Hello Ada"
    assert (mail.to, mail.sender, mail.sender_name) == (
        "me@shop.example.com",
        "hello@shop.example.com",
        "Kettle & Crane",
    )
    assert mail.configuration_set == "habitue-local-transactional"
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert set(mail.tags) == {"kind"}


def test_it_uses_no_voucher_claims_no_mailbox_and_counts_nowhere(shop):
    """E9."""
    ann = shop.person("ann")
    before = state(shop)
    send(shop, ME, ann.email, customer_id="ann", offer="ten-off")

    assert state(shop) == before
    assert all(SAMPLE_CODE in mail.html and "Dear Ann" in mail.html for mail in shop.mailer.accepted)


def test_no_link_of_it_is_good_for_anything_else(shop):
    """F1: the links of a test that was made for a customer neither unsubscribe that customer nor count a click."""
    shop.person("ann")
    shop.template(html=HTML + "<a href='{{ survey('gift', 'tea') }}'>Tea</a> <a href='{{ survey('wish') }}'>Say</a>")
    send(shop, customer_id="ann", offer="ten-off")
    [mail] = shop.mailer.accepted
    links = re.findall(r"https://links\.shop\.example\.com/(\w+)/([\w-]+)", mail.html + str(mail.headers))

    assert {page for page, _ in links} == {"t"}
    kinds = [shop.app.signer.read("t", token) for _, token in links]
    assert ["c", "https://shop.example.com/?a=1&b=2"] in kinds
    assert {kind for kind, *_ in kinds} == {"c", "r", "v", "u", "s"}
    for _, token in links:
        for follow in (unsubscribe, follow_click, partial(answer_survey, words="x")):
            with pytest.raises(InvalidToken):
                follow(shop.app, token)


def test_somebody_without_consent_may_get_one_but_a_suppression_holds(shop):
    """C11: the whole test is refused, naming the place and not the address."""
    ann, at = shop.person("ann", consent=False), shop.clock.now()
    assert send(shop, ann.email)["results"][0]["status"] == "sent"

    for suppression in (
        Suppression(reason="hard_bounce", scope="all", at=at),
        Suppression(reason="operator", scope="marketing", at=at),
        Suppression(reason="erased", scope="all", at=at),
    ):
        shop.mailboxes.items[ann.mailbox] = Mailbox(hash=ann.mailbox, suppression=suppression, revision=1)
        said = rf"to\[1\]: the address is suppressed \({suppression.reason}\)"
        with pytest.raises(InvalidInput, match=said) as refused:
            send(shop, ME, ann.email)
        assert "ann@" not in refused.value.message
    assert len(shop.mailer.accepted) == 1


@pytest.mark.parametrize(
    "to",
    [(), tuple(f"p{number}@example.com" for number in range(MOST + 1)), ("me",), (ME, "a@example.com, b@example.com")],
)
def test_addresses_are_one_to_ten_plain_ones(shop, to):
    """C10."""
    with pytest.raises(InvalidInput, match="to"):
        send_test(shop.app, "spring", Wanted(), to)
    assert shop.mailer.accepted == []


def test_one_address_written_twice_gets_one_mail(shop):
    [result] = send(shop, "you@shop.example.com", ME, ME.lower())["results"][1:]

    assert result["to"] == "to[1]"
    assert len(shop.mailer.accepted) == 2


def test_a_lost_answer_is_told_and_never_tried_again_by_itself(shop):
    """A3."""

    def lost(_):
        raise MailUnknown("answer lost")

    shop.mailer.after = lost
    first, second = send(shop, ME, "you@shop.example.com")["results"]

    assert (first["status"], second["status"]) == ("unknown", "not_sent")
    assert "look into the mailbox" in first["reason"]
    assert len(shop.mailer.accepted) == 1


def test_what_ses_refuses_is_told_address_by_address(shop):
    """A5."""
    refuse(shop, MailRefused("MessageRejected", "Address is on no list", retry=False))
    assert [one["status"] for one in send(shop, ME, "you@shop.example.com")["results"]] == ["failed"] * 2

    refuse(shop, MailRefused("SendingPausedException", "paused", retry=True, account_wide=True))
    found = send(shop, ME, "you@shop.example.com")["results"]
    assert [one["status"] for one in found] == ["not_sent"] * 2
    assert found[0]["reason"] == "SendingPausedException: paused"


def test_it_takes_its_place_in_the_pace_of_all_senders(shop):
    """A15."""
    shop.mailer.rate = 1.0
    Slots(shop.app, "transactional", 1).take(3)
    send(shop)
    assert 3 <= sum(shop.clock.slept) <= 5

    taken_until = shop.clock.real() + timedelta(seconds=30)
    change_pace(shop.app, lambda state: (None, replace(state, not_before=taken_until)))
    [result] = send(shop)["results"]
    assert (result["status"], len(shop.mailer.accepted)) == ("not_sent", 1)
    assert "try again" in result["reason"]


def test_it_ends_before_the_gateway_stops_waiting(shop):
    shop.mailer.rate = 0.4
    statuses = [one["status"] for one in send(shop, *(f"p{number}@example.com" for number in range(MOST)))["results"]]

    sent = len(shop.mailer.accepted)
    assert 2 <= statuses.count("sent") == sent <= 4
    assert set(statuses[sent:]) == {"not_sent"}
    assert sum(shop.clock.slept) <= timedelta(seconds=10).total_seconds()


def test_an_account_that_may_not_send_says_so(shop):
    shop.mailer.rate = 0.0

    assert send(shop)["results"][0]["status"] == "not_sent"


def test_the_empty_customer_lacks_everything_and_the_made_up_one_nothing(shop):
    shop.template("short", subject="Hello {{ customer.first_name | d('you') }}", html="<p>x</p>", text="x")
    assert send_test(shop.app, "short", Wanted(customer=EMPTY), (ME,))["subject"] == "[Test] Hello you"
    with pytest.raises(RenderingFailed):
        send_test(shop.app, "letter", Wanted(customer=EMPTY), (ME,))
    send_test(shop.app, "letter", Wanted(), (ME,))
    assert "High Street" in shop.mailer.accepted[-1].html


@pytest.mark.parametrize(
    ("wanted", "error"),
    [
        ({"customer": "ada"}, InvalidInput),
        ({"customer": "empty", "customer_id": "ann"}, InvalidInput),
        ({"customer_id": "nobody"}, NotFound),
        ({"offer": "none"}, NotFound),
        ({"version": "none"}, NotFound),
        ({"version": "0" * 32}, NotFound),
        ({"version": "sources/" + "0" * 32}, NotFound),
        ({"locale": "fr"}, NotFound),
    ],
)
def test_what_does_not_exist_is_refused_and_nothing_is_sent(shop, wanted, error):
    with pytest.raises((error, MalformedRequest)):
        send(shop, **wanted)
    assert shop.mailer.accepted == []


def test_a_campaign_is_tested_with_its_own_version_offer_and_sender(shop):
    """D13: the approved version, though a newer one waits."""
    shop.campaign(offer="ten-off", from_name="Ann at Kettle", reply_to="ann@shop.example.com")
    approved = shop.app.catalog.get("template", "spring").body["locales"]["en"]["active"]
    answer = send_campaign_test(shop.app, "spring", Wanted(), (ME,))
    [mail] = shop.mailer.accepted

    assert answer["version"] == approved
    assert (mail.sender_name, mail.reply_to) == ("Ann at Kettle", "ann@shop.example.com")
    assert SAMPLE_CODE in mail.html
    with pytest.raises(NotFound):
        send_campaign_test(shop.app, "autumn", Wanted(), (ME,))
    with pytest.raises(NotFound):
        send_campaign_test(shop.app, "spring", Wanted(locale="fr"), (ME,))


def test_a_launched_campaign_is_tested_with_what_its_launch_pinned(shop):
    shop.person("ann")
    pinned = shop.launch().versions["en"]
    shop.template("spring", subject="Newer")

    assert shop.messages.items["c.spring"].versions == {"en": pinned}
    assert send_campaign_test(shop.app, "spring", Wanted(locale="en"), (ME,))["version"] == pinned


def test_each_variant_of_a_campaign_is_tested_by_its_name(shop):
    shop.template("other", subject="Another", html="<p>{{ voucher.code if voucher else 'no code' }}</p>", text="x")
    shop.campaign(offer="ten-off", variants=[{"name": "a"}, {"name": "b", "template": "other", "offer": None}])
    first = send_campaign_test(shop.app, "spring", Wanted(), (ME,))
    second = send_campaign_test(shop.app, "spring", Wanted(), (ME,), variant="b")

    assert (first["variant"], second["variant"], second["subject"]) == ("a", "b", "[Test] Another")
    assert [SAMPLE_CODE in mail.html for mail in shop.mailer.accepted] == [True, False]
    with pytest.raises(NotFound, match="variant of campaign spring 'c'"):
        send_campaign_test(shop.app, "spring", Wanted(), (ME,), variant="c")
    launch_campaign(shop.app, "spring")
    shop.template("other", subject="Newer")
    assert send_campaign_test(shop.app, "spring", Wanted(), (ME,), variant="b")["subject"] == "[Test] Another"


def test_a_campaign_without_variants_has_none_to_test(shop):
    shop.campaign()
    with pytest.raises(NotFound):
        send_campaign_test(shop.app, "spring", Wanted(), (ME,), variant="a")
    assert send_campaign_test(shop.app, "spring", Wanted(), (ME,))["variant"] is None
