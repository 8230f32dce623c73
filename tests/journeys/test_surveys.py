"""M12, M26: a regular answers a question in a mail; the answer is an attribute that rules and mails can use."""

from typing import Any

import pytest

from tests.journeys.storefront import SOURCE, Storefront, links, open_page, sent_by

pytestmark = pytest.mark.stack
QUESTIONS = """<mj-text>
<a href="{{ survey('gift', 'a tin of tea') }}">Tea</a> <a href="{{ survey('gift', 'a cup') }}">Cup</a>
<a href="{{ survey('share_of_wallet', 50) }}">Half</a> <a href="{{ survey('wish') }}">Say</a></mj-text>"""
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def asked(shop: Storefront) -> dict[str, list[str]]:
    """The survey links of one mail to each of three people, by customer."""
    source = SOURCE.replace("<mj-button", f"{QUESTIONS}<mj-button", 1).encode()
    shop.client.call_raw("PUT", "/templates/asking", source, "application/xml")
    shop.call("POST", "/templates/asking/activate", {})
    shop.people("asked", 3)
    shop.launch("asked", "asked", template="asking")
    return {send.customer_id: links(mail, "s") for mail in shop.mails("c.asked") if (send := sent_by(mail))}


def _customer(shop: Storefront, customer: str) -> Any:
    return shop.call("GET", f"/customers/{customer}")


def _stored(shop: Storefront) -> list[Any]:
    return [item for item in shop.items("Customers") if item["id"]["S"].startswith("asked-")]


def test_scanners_that_open_every_link_answer_nothing(shop: Storefront, asked: dict[str, list[str]]) -> None:
    """C1, F7."""
    assert [len(found) for found in asked.values()] == [4, 4, 4]
    before = _stored(shop)

    for address in asked["asked-000"]:
        answers = [open_page(method, address) for method in ("GET", "HEAD", "GET", "HEAD")]
        assert [answer.status for answer in answers] == [200] * 4
        assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}
        assert b"Send my answer" in answers[0].data

    assert _stored(shop) == before


def test_the_latest_answers_are_attributes_and_move_the_customer(shop: Storefront, asked: dict[str, list[str]]) -> None:
    shop.call("PUT", "/segments/cups", {"rule": {"field": "attributes.gift", "op": "=", "value": "a cup"}})
    tea, cup, half, wish = asked["asked-001"]

    for address, body in ((tea, b""), (cup, b""), (half, b""), (wish, b"answer=Longer+hours%0D%0Aplease")):
        answer = open_page("POST", address, body, FORM)
        assert (answer.status, b"Thank you" in answer.data) == (200, True)
    shop.settle()

    found = _customer(shop, "asked-001")
    answers = {"gift": "a cup", "share_of_wallet": 50, "wish": "Longer hours please"}
    assert found["attributes"] == {"group": "asked", **answers}
    assert "cups" in found["segments"]
    assert _customer(shop, "asked-000")["attributes"] == {"group": "asked"}
    assert shop.call("GET", "/customers/asked-001/export")["customer"]["attributes"] == found["attributes"]


def test_after_an_erasure_the_links_lead_nowhere(shop: Storefront, asked: dict[str, list[str]]) -> None:
    """C3."""
    tea = asked["asked-002"][0]
    assert open_page("POST", tea, b"", FORM).status == 200
    shop.call("DELETE", "/customers/asked-002")
    shop.settle()

    for method in ("GET", "POST"):
        answer = open_page(method, tea, b"", FORM)
        assert (answer.status, b"This link does not work" in answer.data) == (404, True)
    assert not [item for item in shop.items("Customers") if "asked-002" in repr(item)]
