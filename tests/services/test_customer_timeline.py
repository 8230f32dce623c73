"""What one customer was sent, or not sent and why, newest first."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.dates import instant_text
from chalicelib.domain.mail_events import MailEvent
from chalicelib.errors import MalformedRequest, NotFound
from chalicelib.services.customer_timeline import customer_timeline
from chalicelib.services.follow_click import follow_click
from chalicelib.services.put_customer import put_customer
from chalicelib.services.put_segment import put_segment
from chalicelib.services.record_events import record_events
from chalicelib.services.redeem_voucher import redeem_voucher
from chalicelib.services.view_mail import view_mail
from tests.services.sending import open_shop


def test_mails_and_what_followed_come_newest_first():
    shop = open_shop()
    shop.person("ann", tracking="full")
    shop.person("bo", consent=False)
    shop.launch()
    shop.run()
    shop.clock.advance(timedelta(hours=1))
    follow_click(shop.app, shop.app.signer.sign("c", ["c.spring", shop.batch().id, "ann", "https://shop.example.com/"]))

    sent_at, clicked_at = instant_text(shop.row("ann").at), instant_text(shop.clock.now())
    clicked, sent = customer_timeline(shop.app, "ann")["items"]
    fields = {"what": "spring", "because": "", "words": ""}
    assert clicked == {"at": clicked_at, "kind": "clicked", "ref": "c.spring", **fields}
    assert {**sent, "ref": ""} == {"at": sent_at, "kind": "sent", "ref": "", **fields}
    assert view_mail(shop.app, sent["ref"].rpartition("/v/")[2]) == shop.mailer.accepted[0].html
    [skipped] = customer_timeline(shop.app, "bo")["items"]
    assert (skipped["kind"], skipped["because"], skipped["ref"]) == ("skipped", "no_consent", "c.spring")
    assert skipped["words"] == "The customer never agreed to marketing mail, so we must not send any."


def test_what_came_back_what_machines_did_and_what_was_redeemed_stand_there():
    """C13."""
    shop = open_shop()
    shop.person("ann", tracking="full")
    shop.offer()
    shop.launch(offer="ten-off")
    shop.run()
    times = [shop.row("ann").at]
    for place in range(3):
        shop.clock.advance(timedelta(seconds=1))
        times += [shop.clock.now()] if not place else []
        link = ["c.spring", shop.batch().id, "ann", f"https://shop.example.com/{place}"]
        follow_click(shop.app, shop.app.signer.sign("c", link))
    shop.clock.advance(timedelta(hours=1))
    [voucher] = shop.vouchers.vouchers.values()
    order = {"order_id": "o1", "currency": "GBP", "lines": [{"sku": "a", "quantity": 1, "unit_price": 5000}]}
    redeem_voucher(shop.app, voucher.code, "ann", order)
    times.append(shop.clock.now())
    shop.clock.advance(timedelta(hours=1))
    told = MailEvent(
        kind="bounced",
        at=shop.clock.now(),
        message_id="c.spring",
        batch_id=shop.batch().id,
        customer_id="ann",
        ses_id="ses-1",
    )
    times.append(told.at)
    for minutes in (60, 0):
        record_events(shop.app, [replace(told, at=told.at + timedelta(minutes=minutes))])

    items = customer_timeline(shop.app, "ann")["items"]

    assert [(one["kind"], one["because"]) for one in items] == [
        ("bounced", ""),
        ("redeemed", "c.spring"),
        ("clicked_by_machine", "burst"),
        ("sent", ""),
    ]
    assert [one["at"] for one in items] == [instant_text(at) for at in reversed(times)]
    assert items[1]["words"] == "Order o1"
    assert items[2]["words"] == "A scanner or a robot followed links of the mail: 3 clicks."


@given(st.integers(1, 9))
@settings(max_examples=9, deadline=None)
def test_pages_tell_everything_once_in_the_same_sequence(limit):
    shop = open_shop()
    shop.person("ann", tracking="full")
    shop.launch()
    shop.run()
    for _ in range(4):
        follow_click(
            shop.app, shop.app.signer.sign("c", ["c.spring", shop.batch().id, "ann", "https://x.example.com/"])
        )
        shop.clock.advance(timedelta(minutes=1))
    whole = customer_timeline(shop.app, "ann")
    assert whole["next"] is None

    found, cursor = [], ""
    while cursor is not None:
        page = customer_timeline(shop.app, "ann", limit, cursor)
        found += page["items"]
        cursor = page["next"]

    assert found == whole["items"]


def test_a_cursor_of_nobodys_is_refused():
    shop = open_shop()
    shop.person("ann")

    with pytest.raises(MalformedRequest, match="Take `next` of the page before"):
        customer_timeline(shop.app, "ann", cursor="x")


def test_segments_entered_and_left_stand_in_the_timeline():
    shop = open_shop()
    shop.person("ann")
    put_segment(shop.app, "british", {"field": "country", "op": "=", "value": "GB"})
    put_customer(shop.app, "ann", {"country": "GB"})
    shop.clock.advance(timedelta(hours=1))
    put_customer(shop.app, "ann", {"country": "FR"})

    items = [item for item in customer_timeline(shop.app, "ann")["items"] if item["what"] == "british"]

    assert items == [
        {
            "at": "2026-11-22T13:00:00Z",
            "kind": "left",
            "what": "british",
            "because": "",
            "words": "",
            "ref": "segment.british",
        },
        {
            "at": "2026-11-22T12:00:00Z",
            "kind": "entered",
            "what": "british",
            "because": "",
            "words": "",
            "ref": "segment.british",
        },
    ]


def test_an_unknown_customer_is_not_found():
    with pytest.raises(NotFound, match="There is no customer 'ann'"):
        customer_timeline(open_shop().app, "ann")
