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
