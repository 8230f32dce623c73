"""C10, D8: what hostile data a customer's name and address may hold reaches the mail as text, or is refused by name."""

from xml.etree import ElementTree

import html5lib
import pytest

from tests.journeys.storefront import Storefront, sent_by

pytestmark = pytest.mark.stack
NAMES = {
    "script": "<script>alert(1)</script>",
    "quotes": """O'Neil "Pat" & 'Co' <b>""",
    "braces": "{{ 7*7 }}",
    "block": "{% for x in range(9) %}x{% endfor %}",
    "mjml": "</mj-text><mj-raw>x</mj-raw><mj-include path='/etc/passwd'/>",
    "ses": "{{{customer}}} {{#if x}}",
    "wide": "Ａｎｎ ✨ Ωmega",
    "attribute": '" onmouseover="alert(1)" x="',
    "comment": "--><img src=x onerror=alert(1)><!--",
}
BREAKS = {"cr": "Ann\rBcc: x@example.com", "lf": "Ann\nBcc: x@example.com", "nul": "Ann\x00", "ls": "Ann\u2028Bo"}
ADDRESSES = {
    "two": ("a@b.example, c@d.example", "list"),
    "brackets": ("Ann <ann@example.com>", "angle brackets"),
    "bare-brackets": ("<ann@example.com>", "angle brackets"),
    "no-at": ("ann.example.com", "one @"),
    "long": (f"{'a' * 65}@example.com", "65 characters"),
    "not-ascii": ("änn@example.com", "not ASCII"),
    "crlf": ("ann@example.com\r\nBcc: x@example.com", "U+000D"),
    "nul": ("ann\x00@example.com", "U+0000"),
    "separator": ("ann\u2028@example.com", "U+2028"),
    "space": ("an n@example.com", "white space"),
}


def test_hostile_names_are_shown_as_text(shop: Storefront) -> None:
    """D8, D7, C10."""
    shop.customers("d8", [{"id": f"d8-{kind}", "email": f"d8-{kind}@example.com"} for kind in NAMES])
    for kind, name in NAMES.items():
        stored = shop.call("PUT", f"/customers/d8-{kind}", {"first_name": name, "last_name": name})
        assert stored["first_name"] == name

    shop.launch("d8", "d8")

    mails = {send.customer_id.removeprefix("d8-"): mail for mail in shop.mails("c.d8") if (send := sent_by(mail))}
    assert set(mails) == set(NAMES)
    for kind, name in NAMES.items():
        mail = mails[kind]
        page = html5lib.parse(mail["html"], namespaceHTMLElements=False)
        assert f"Hello {name} {name}!" in _text(page)
        assert f"Hello {name} {name}!" in mail["text"]
        assert mail["subject"] == f"{name}, something new"
        names = {element.tag for element in page.iter() if isinstance(element.tag, str)}
        assert not names & {"script", "mj-raw", "mj-include", "b", "img"}
        assert not [key for element in page.iter() for key in element.attrib if key.startswith("on")]
        assert set(mail["headers"]) == set(mails["wide"]["headers"])


def _text(page: ElementTree.Element) -> str:
    return " ".join("".join(page.itertext()).split())


@pytest.mark.parametrize("kind", BREAKS)
def test_a_name_that_would_end_a_header_is_refused(shop: Storefront, kind: str) -> None:
    """C10."""
    status, body = shop.answer("PUT", f"/customers/c10-{kind}", {"first_name": BREAKS[kind]})

    assert (status, body["error"]["code"]) == (422, "invalid")
    [detail] = body["error"]["details"]
    assert detail["where"] == "first_name"
    assert "U+" in detail["message"]
    assert shop.answer("GET", f"/customers/c10-{kind}")[0] == 404  # nothing half done


@pytest.mark.parametrize("kind", ADDRESSES)
def test_an_address_that_is_none_is_refused_with_the_reason(shop: Storefront, kind: str) -> None:
    """C10."""
    address, reason = ADDRESSES[kind]
    status, body = shop.answer("PUT", f"/customers/c10-{kind}", {"email": address, "first_name": "Ann"})

    assert (status, body["error"]["code"]) == (422, "invalid")
    [detail] = body["error"]["details"]
    assert detail["where"] == "email"
    assert reason in detail["message"]
    assert shop.answer("GET", f"/customers/c10-{kind}")[0] == 404


def test_addresses_of_one_mailbox_are_mailed_in_their_normal_form(shop: Storefront) -> None:
    """C10: full-width letters, IDN domains in punycode."""
    given = {"wide": "Ａｎｎ@Ｅｘａｍｐｌｅ.com", "idn": "ann@bücher.example", "case": "C10-Case@Example.COM"}
    shop.customers("c10", [{"id": f"c10-{kind}", "email": address} for kind, address in given.items()])

    shop.launch("c10", "c10")

    assert shop.receivers("c.c10") == ["ann@example.com", "ann@xn--bcher-kva.example", "c10-case@example.com"]
