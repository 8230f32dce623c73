"""C1, C5, C8: from the form on the shop's site to the first mail: one mail asks, one button grants."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.journeys.storefront import Storefront, links, open_page

pytestmark = pytest.mark.stack
ADDRESS = "signing-up@example.com"
URLENCODED = {"Content-Type": "application/x-www-form-urlencoded"}


def test_from_the_form_to_the_first_mail(shop: Storefront) -> None:
    """C8: fifty sign-ups are one mail; unconfirmed gets nothing; a POST confirms, a GET does not."""
    url = f"{shop.stack.url}/v1/subscribe"
    form = b"email=signing-up%40example.com&first_name=Newcomer&source=footer&text=Yes%2C+please."
    with ThreadPoolExecutor(8) as crowd:
        answers = list(crowd.map(lambda _: open_page("POST", url, form, URLENCODED), range(50)))
    assert {answer.status for answer in answers} == {202}
    shop.settle()
    shop.call("PUT", "/segments/newcomers", {"rule": {"field": "first_name", "op": "=", "value": "Newcomer"}})

    [mail] = [one for one in shop.mails("s.confirm") if one["to"] == ADDRESS]
    [customer] = shop.call("GET", f"/customers?email={ADDRESS}")["customers"]
    assert customer["consent"]["status"] == "pending"
    shop.launch("newcomers-too-early", "newcomers")
    assert shop.report("newcomers-too-early")["skipped"] == {"unconfirmed": 1}

    [link] = links(mail, "confirm")
    assert [open_page(method, link).status for method in ("GET", "HEAD", "GET")] == [200] * 3
    assert shop.call("GET", f"/customers/{customer['id']}")["consent"]["status"] == "pending"
    assert "Your address is confirmed" in open_page("POST", link, b"", URLENCODED).data.decode()
    assert "Already done" in open_page("POST", link, b"", URLENCODED).data.decode()

    consent = shop.call("GET", f"/customers/{customer['id']}")["consent"]
    assert (consent["status"], consent["basis"], consent["text"]) == ("granted", "double", "Yes, please.")
    shop.launch("newcomers-welcome", "newcomers")
    assert shop.receivers("c.newcomers-welcome") == [ADDRESS]
    assert shop.dead_letters() == {}


def test_a_pause_a_suppression_and_a_restore(shop: Storefront) -> None:
    """C6, C7, F10: what a reader or an operator said holds at the last check, and after a restore from a backup."""
    shop.people("resting", 4)
    shop.launch("resting-first", "resting")
    preferences = {mail["to"]: links(mail, "p")[0] for mail in shop.mails("c.resting-first")}
    mailboxes = shop.stack.resources["Mailboxes"]
    dynamodb, backup = shop.stack.client("dynamodb"), shop.items("Mailboxes")
    before = shop.stack.clock.now().isoformat()

    pause = b"topic=offers&pause=30&tracking=none"
    assert "Paused until" in open_page("POST", preferences["resting-001@example.com"], pause, URLENCODED).data.decode()
    assert open_page("POST", preferences["resting-002@example.com"], b"none=1", URLENCODED).status == 200
    suppressed = shop.call("PUT", "/suppressions?email=resting-003%40example.com", {"note": "asked by phone"})
    assert suppressed["suppression"]["reason"] == "operator"
    for item in backup:
        dynamodb.put_item(TableName=mailboxes, Item=item)
    assert shop.call("GET", "/suppressions?email=resting-003%40example.com")["suppressed"] is False

    replayed = shop.call("POST", "/withdrawals/replay", {"since": before})
    assert (replayed["read"], replayed["changed"], replayed["next"]) == (3, 3, None)
    shop.launch("resting-second", "resting")
    assert shop.receivers("c.resting-second") == ["resting-000@example.com"]
    assert shop.report("resting-second")["skipped"] == {"paused_by_customer": 1, "unsubscribed": 1, "suppressed": 1}

    lifted = shop.call("DELETE", "/suppressions?email=resting-003%40example.com")
    assert (lifted["suppressed"], [change["action"] for change in lifted["changes"]]) == (
        False,
        ["suppressed", "lifted"],
    )
    assert shop.dead_letters() == {}
