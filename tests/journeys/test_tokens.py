"""F1, F2, C3: a token is good for its own purpose, person and mail, unchanged; and as long as its key is allowed."""

from typing import Any

import pytest

from chalicelib.local.install import SECRETS_PREFIX
from tests.journeys.storefront import Json, Storefront, links, open_page, sent_by

pytestmark = pytest.mark.stack
PAGES = "curpv"


@pytest.fixture(scope="module")
def tokens(shop: Storefront) -> dict[str, dict[str, str]]:
    """The tokens of two people's mails, by customer and page; those of "v" are made like the others."""
    shop.call("PUT", "/offers/tokens", {"benefit": {"kind": "percent", "percent": 10}})
    shop.people("tokens", 2)
    shop.launch("tokens", "tokens", offer="tokens")
    return {send.customer_id: _tokens(mail) for mail in shop.mails("c.tokens") if (send := sent_by(mail))}


def _tokens(mail: Json) -> dict[str, str]:
    return {page: links(mail, page)[0].rsplit("/", 1)[1] for page in PAGES if links(mail, page)}


def _ask(shop: Storefront, page: str, token: str, method: str = "GET") -> tuple[int, bytes]:
    answer = open_page(method, f"{shop.stack.url}/{page}/{token}")
    return answer.status, answer.data


def _flipped(token: str, place: int) -> str:
    return token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]


def test_a_token_with_one_sign_changed_is_a_plain_404(shop: Storefront, tokens: dict[str, dict[str, str]]) -> None:
    """F1, C3: whatever was changed, the same page, which says nothing."""
    mine = tokens["tokens-000"]
    assert set(mine) >= {"c", "u", "r", "p"}
    plain = _ask(shop, "u", "no-token")
    assert plain[0] == 404
    assert b"This link does not work" in plain[1]
    before = _kept(shop)

    for page, token in mine.items():
        forged = [_flipped(token, place) for place in range(0, len(token), max(1, len(token) // 12))]
        for wrong in (*forged, _flipped(token, len(token) - 1), token[:-1], token[: len(token) // 2], token + "A"):
            assert _ask(shop, page, wrong) == plain
            if page in "ur":
                assert _ask(shop, page, wrong, "POST") == plain

    assert _kept(shop) == before


def _kept(shop: Storefront) -> list[Any]:
    """What such a link could change. Other messages go on beside it, and the tick tells that this one is done."""
    sends = [item for item in shop.items("Sends") if item["pk"]["S"].startswith(("B#c.tokens", "R#c.tokens"))]
    return [shop.items("Mailboxes"), shop.items("Vouchers"), sends]


def test_a_token_of_another_purpose_is_a_plain_404(shop: Storefront, tokens: dict[str, dict[str, str]]) -> None:
    """F1, C3."""
    plain = _ask(shop, "u", "no-token")
    for purpose, token in tokens["tokens-000"].items():
        for page in PAGES:
            if page != purpose:
                assert _ask(shop, page, token) == plain


def test_a_click_cannot_be_turned_to_another_page(shop: Storefront, tokens: dict[str, dict[str, str]]) -> None:
    """F1: no open redirect by a parameter or a path."""
    token = tokens["tokens-000"]["c"]
    there = open_page("GET", f"{shop.stack.url}/c/{token}").headers["Location"]
    for extra in ("?url=https://evil.example", "?next=//evil.example", "#https://evil.example"):
        assert open_page("GET", f"{shop.stack.url}/c/{token}{extra}").headers["Location"] == there
    assert open_page("GET", f"{shop.stack.url}/c/{token}/https://evil.example").status in {403, 404}


def test_after_a_key_was_rotated_old_links_work_and_new_ones_are_signed_anew(
    shop: Storefront, tokens: dict[str, dict[str, str]]
) -> None:
    """F2, C3: the retired key still reads; once it is taken away, its links end."""
    old = tokens["tokens-001"]["u"]
    keys = shop.stack.client("ssm").get_parameter(Name=f"{SECRETS_PREFIX}/link-keys", WithDecryption=True)
    retired = keys["Parameter"]["Value"]
    assert _ask(shop, "u", old)[0] == 200
    try:
        _set_link_keys(shop, f"a-fresh-key-for-links-0123456789,{retired}")
        assert _ask(shop, "u", old)[0] == 200
        shop.people("rotated", 1)
        shop.launch("rotated", "rotated")
        [mail] = shop.mails("c.rotated")
        new = links(mail, "u")[0].rsplit("/", 1)[1]
        assert _ask(shop, "u", new)[0] == 200

        _set_link_keys(shop, "a-fresh-key-for-links-0123456789")
        assert _ask(shop, "u", new)[0] == 200
        assert _ask(shop, "u", old)[0] == 404
    finally:
        _set_link_keys(shop, retired)
    assert _ask(shop, "u", old)[0] == 200
    assert _ask(shop, "u", new)[0] == 404


def _set_link_keys(shop: Storefront, value: str) -> None:
    name = f"{SECRETS_PREFIX}/link-keys"
    shop.stack.client("ssm").put_parameter(Name=name, Value=value, Type="SecureString", Overwrite=True)
    shop.restart(lambda variables: variables | {"RESTARTED": value[:8]}, "APIHandler", "SendMarketing")
