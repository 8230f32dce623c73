"""What one customer was sent, or not sent and why, newest first."""

from datetime import timedelta

import pytest

from chalicelib.domain.dates import instant_text
from chalicelib.errors import NotFound
from chalicelib.services.customer_timeline import customer_timeline
from chalicelib.services.follow_click import follow_click
from chalicelib.services.put_customer import put_customer
from chalicelib.services.put_segment import put_segment
from tests.services.sending import open_shop


def test_mails_and_what_followed_come_newest_first():
    shop = open_shop()
    shop.person("ann", tracking="full")
    shop.person("bo", consent=False)
    shop.launch()
    shop.run()
    shop.clock.advance(timedelta(hours=1))
    follow_click(shop.app, shop.app.signer.sign("c", ["c.spring", shop.batch().id, "ann", "https://shop.example.com/"]))

    sent_at, clicked_at = shop.row("ann").at, shop.clock.now()
    assert customer_timeline(shop.app, "ann") == {
        "items": [
            {"at": instant_text(clicked_at), "kind": "clicked", "what": "spring", "because": "", "ref": "c.spring"},
            {"at": instant_text(sent_at), "kind": "sent", "what": "spring", "because": "", "ref": "c.spring"},
        ]
    }
    [skipped] = customer_timeline(shop.app, "bo")["items"]
    assert (skipped["kind"], skipped["because"]) == ("skipped", "no_consent")
    assert customer_timeline(shop.app, "ann", limit=1)["items"][0]["kind"] == "clicked"


def test_segments_entered_and_left_stand_in_the_timeline():
    shop = open_shop()
    shop.person("ann")
    put_segment(shop.app, "british", {"field": "country", "op": "=", "value": "GB"})
    put_customer(shop.app, "ann", {"country": "GB"})
    shop.clock.advance(timedelta(hours=1))
    put_customer(shop.app, "ann", {"country": "FR"})

    items = [item for item in customer_timeline(shop.app, "ann")["items"] if item["what"] == "british"]

    assert items == [
        {"at": "2026-11-22T13:00:00Z", "kind": "left", "what": "british", "because": "", "ref": "segment.british"},
        {"at": "2026-11-22T12:00:00Z", "kind": "entered", "what": "british", "because": "", "ref": "segment.british"},
    ]


def test_an_unknown_customer_is_not_found():
    with pytest.raises(NotFound, match="There is no customer 'ann'"):
        customer_timeline(open_shop().app, "ann")
