"""C1, C2, C5, C9: the links by which a reader leaves: looking changes nothing, one POST is enough, and it holds."""

import time
from typing import Any

import pytest

from tests.journeys.storefront import TARGET, Json, Storefront, links, open_page, sent_by

pytestmark = pytest.mark.stack
ONE_CLICK = b"List-Unsubscribe=One-Click"
URLENCODED = {"Content-Type": "application/x-www-form-urlencoded"}
MULTIPART = {"Content-Type": "multipart/form-data; boundary=b"}
AS_PARTS = b'--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n'


@pytest.fixture(scope="module")
def mails(shop: Storefront) -> dict[str, Json]:
    """One mail with a voucher to each of six people, by customer."""
    shop.call("PUT", "/offers/leaving", {"benefit": {"kind": "percent", "percent": 10}})
    shop.people("leaving", 6)
    shop.launch("leaving", "leaving", offer="leaving")
    return {send.customer_id: mail for mail in shop.mails("c.leaving") if (send := sent_by(mail))}


def _consent(shop: Storefront, customer: str) -> Json:
    found: Json = shop.call("GET", f"/customers/{customer}")["consent"]
    return found


def _stored(shop: Storefront) -> list[Any]:
    people = [item for item in shop.items("Customers") if item["id"]["S"].startswith("leaving-")]
    return [people, shop.items("Mailboxes"), shop.items("Vouchers")]


def test_looking_at_a_link_changes_nothing_however_often(shop: Storefront, mails: dict[str, Json]) -> None:
    """C1, invariant 6: scanners open every link of a mail."""
    mail = mails["leaving-000"]
    before = _stored(shop)

    for page in ("u", "p", "r", "v"):
        for address in links(mail, page):
            answers = [open_page(method, address) for method in ("GET", "HEAD", "GET", "HEAD")]
            assert [answer.status for answer in answers] == [200] * 4
            assert answers[0].headers["Cache-Control"] == "no-store"
            assert "Set-Cookie" not in answers[0].headers
    for _ in range(3):
        assert open_page("HEAD", links(mail, "c")[0]).status == 302
    assert open_page("OPTIONS", links(mail, "u")[0]).status != 200

    assert _stored(shop) == before
    assert shop.report("leaving")["unsubscribed"] == 0


def test_each_mail_carries_both_headers_whole(shop: Storefront, mails: dict[str, Json]) -> None:
    """C9: unfolded, below 995 characters, https's form of one click, and the link is the reader's own."""
    assert len(mails) == 6
    for mail in mails.values():
        header = mail["headers"]["List-Unsubscribe"]
        assert header == f"<{links(mail, 'u')[0]}>"
        assert len(header) < 995
        assert header.isascii()
        assert not any(sign.isspace() for sign in header)
        assert mail["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert len({mail["headers"]["List-Unsubscribe"] for mail in mails.values()}) == 6


def test_one_click_is_enough_in_either_form_and_is_quick(shop: Storefront, mails: dict[str, Json]) -> None:
    """C2, C5: without a cookie, without a redirect; a second time is friendly and changes nothing."""
    forms = [(ONE_CLICK, URLENCODED), (AS_PARTS, MULTIPART), (b"", {})]
    seconds = []
    for number, (body, headers) in enumerate(forms, start=1):
        customer = f"leaving-00{number}"
        address = links(mails[customer], "u")[0]
        started = time.monotonic()
        left = open_page("POST", address, body, headers)
        seconds.append(time.monotonic() - started)
        assert (left.status, left.headers.get("Location")) == (200, None)
        assert "You are unsubscribed" in left.data.decode()
        consent = _consent(shop, customer)
        assert consent["status"] == "withdrawn"

        again = open_page("POST", address, body, headers)
        assert again.status == 200
        assert "Already done" in again.data.decode()
        assert _consent(shop, customer) == consent
        assert "Already done" in open_page("GET", address).data.decode()

    assert min(seconds) < 1
    assert shop.report("leaving")["unsubscribed"] == 3

    shop.launch("leaving-next", "leaving")
    stayed = [f"leaving-00{number}@example.com" for number in (0, 4, 5)]
    assert shop.receivers("c.leaving-next") == stayed
    assert shop.report("leaving-next")["skipped"] == {"unsubscribed": 3}


def test_an_import_never_brings_a_reader_back(shop: Storefront, mails: dict[str, Json]) -> None:
    """C7."""
    open_page("POST", links(mails["leaving-004"], "u")[0], ONE_CLICK, URLENCODED)
    later = (shop.stack.clock.now()).isoformat()

    row = {"id": "leaving-004", "email": "leaving-004@example.com", "consent.at": later}
    shop.customers("leaving-back", [row])

    assert _consent(shop, "leaving-004")["status"] == "withdrawn"
    shop.launch("leaving-back", "leaving-back")
    assert shop.receivers("c.leaving-back") == []


def test_a_withdrawal_is_also_kept_apart_from_the_tables(shop: Storefront, mails: dict[str, Json]) -> None:
    """Invariant 12."""
    s3, bucket = shop.stack.client("s3"), shop.stack.resources["Bucket"]

    def kept() -> int:
        return int(s3.list_objects_v2(Bucket=bucket, Prefix="unsubscribes/")["KeyCount"])

    before = kept()
    for _ in range(2):
        open_page("POST", links(mails["leaving-005"], "u")[0], ONE_CLICK, URLENCODED)

    assert kept() == before + 1


def test_a_link_arrives_as_its_author_meant_it(mails: dict[str, Json]) -> None:
    """D1: `&amp;` in the source, a letter that is not ASCII, `%20`, a fragment."""
    for address in links(mails["leaving-000"], "c"):
        answer = open_page("GET", address)
        assert (answer.status, answer.headers["Location"]) == (302, TARGET)
