"""Customers, products and shops whose data means harm, in every shipped template: shown as text, in a whole mail."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from functools import cache
from typing import Any

import html5lib
import pytest

from chalicelib.domain.templates import CompiledTemplate, Mail
from chalicelib.email.samples import full_sample
from tests.email.conftest import SHIPPED, Workshop

HOSTILE = {
    "a script": "<script>alert(1)</script>",
    "a picture": '"><img src=x onerror=alert(1)>',
    "an attribute": "' onmouseover='alert(1)",
    "Jinja": "{{ 7*7 }}{% for x in y %}{# x #}",
    "a variable": "{{ unsubscribe_url }}",
    "MJML": "</mj-text><mj-raw><script>x</script></mj-raw>",
    "a condition for Outlook": "<!-- --><![endif]--><script>alert(1)</script><!--",
    "the end of a comment": "--><script>alert(1)</script>",
    "line ends": "a\r\nBcc: evil@evil.example",
    "controls": "a\x00\u2028b\u202e\x1b[31m",
    "the end of a style": "</style><script>alert(1)</script>",
    "an address": "javascript:alert(1)",
    "entities": "&lt;script&gt;&amp;&nbsp",
    "wide letters": "ＦＵＬＬ" * 50,
    "right to left": "مرحبا بالعالم \u200f(٣)",
    "marks on marks": "Z̷̢̛a̵l̸g̶o̴" * 20,
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈 𝒜𝒹𝒶",
    "nothing": "",
    "space": " \u00a0\u200b\t",
    "percent and backslash": "%s %0A \\n \\u003cscript\\u003e ${x} <%= x %>",
}
# All of them with each other are among the slow tests; every run takes each text four times, each template twice.
MEETINGS = [
    pytest.param(name, locale, hostile, marks=() if (row + column) % 8 == 0 else pytest.mark.slow)
    for row, (name, locale) in enumerate(SHIPPED)
    for column, hostile in enumerate(HOSTILE)
]
FORBIDDEN_IN_HTML = "invalid-codepoint"  # html5lib's word for a control: our entry refuses those, some roads do not


def hostile_variables(text: str) -> Mapping[str, Any]:
    """Everything that other people's systems may fill, filled with it; numbers and addresses as they are."""
    full = full_sample()
    told = {**dict.fromkeys(("headline", "message", "link_label"), text), "link": "https://shop.example.com/a?b=1&copy"}
    customer = {**full["customer"], **dict.fromkeys(("first_name", "last_name", "country", "region", "tier"), text)}
    customer |= {"top_categories": [text], "interests": [text], "attributes": {text or "x": text, **told}}
    product = {**full["products"][0], "name": text, "brand": text, "category": text, "sku": text}
    return {
        "customer": customer,
        "shop": {**full["shop"], "name": text, "postal_address": text},
        "offer": {**full["offer"], "words": text, "name": text},
        "products": [product],
        "postal_address": text,
        "picks": lambda count, by="favourites": [product] * count,
        "tier": {"name": text},
    }


def tags(html: str) -> list[str]:
    """The elements that a browser makes, in order."""
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    return [element.tag for element in tree.iter() if isinstance(element.tag, str)]


def as_message(subject: str, html: str, text: str) -> EmailMessage:
    """The mail as SES would put it together, and as a mail program then reads it."""
    # In lines as long as RFC 5322 allows: where Python folds encoded words, it may drop the space between two.
    message = EmailMessage(policy=policy.SMTP.clone(max_line_length=998))
    message["Subject"] = subject
    message["From"] = "hello@shop.example.com"
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    parsed = BytesParser(policy=policy.default).parsebytes(message.as_bytes())
    assert isinstance(parsed, EmailMessage)
    return parsed


def check_whole(template: CompiledTemplate, mail: tuple[str, str, str] | Mail) -> None:
    """HTML that a strict reader takes, a mail without a defect, whose parts come out as they went in."""
    subject, html, text = (mail.subject, mail.html, mail.text) if isinstance(mail, Mail) else mail
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree = parser.parse(html)
    assert {code for _, code, _ in parser.errors} <= {FORBIDDEN_IN_HTML}
    assert not [key for element in tree.iter() for key in element.attrib if str(key).startswith("on")]
    parsed = as_message(subject, html, text)
    assert not parsed.defects
    assert [part.get_content_type() for part in parsed.iter_parts()] == ["text/plain", "text/html"]
    assert " ".join(parsed["Subject"].split()) == " ".join(subject.split())
    assert len(html.encode()) < 102 * 1024
    assert not any(sign in subject for sign in "\r\n\x00\u2028\u202e")
    assert len(subject) <= 200
    assert text.strip()


@pytest.mark.parametrize(("name", "locale", "hostile"), MEETINGS)
def test_hostile_data_is_shown_as_text_in_every_shipped_template(
    workshop: Workshop,
    shipped: dict[tuple[str, str], CompiledTemplate],
    tame_tags: Callable[[str, str, bool], list[str]],
    name: str,
    locale: str,
    hostile: str,
) -> None:
    """D8, C10: the same elements as for a tame customer, and no attribute more."""
    text = HOSTILE[hostile]
    mail = workshop.render(shipped[name, locale], **hostile_variables(text))
    subject, html, plain = mail

    check_whole(shipped[name, locale], mail)
    assert tags(html) == tame_tags(name, locale, bool(text))
    assert "<script" not in html.lower()
    if hostile == "Jinja":
        assert "{{ 7*7 }}" in html
        assert "{{ 7*7 }}" in plain
        assert "{{ 7*7 }}" in subject
        assert "49" not in subject


@pytest.fixture(scope="module")
def tame_tags(
    workshop: Workshop, shipped: dict[tuple[str, str], CompiledTemplate]
) -> Callable[[str, str, bool], list[str]]:
    """The elements of a mail to somebody harmless, and of one in which those texts are empty."""

    @cache
    def found(name: str, locale: str, named: bool) -> list[str]:
        return tags(workshop.render(shipped[name, locale], **hostile_variables("Ada" if named else ""))[1])

    return found


@pytest.mark.parametrize(("name", "locale"), SHIPPED)
def test_a_customer_without_anything_gets_a_whole_mail_or_none(
    workshop: Workshop, shipped: dict[tuple[str, str], CompiledTemplate], name: str, locale: str
) -> None:
    """D11: every field empty, far past or far ahead."""
    full = full_sample()
    for moment in (datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)):
        customer = dict.fromkeys(full["customer"], None) | {"attributes": {}, "stats": {}, "segments": [], "points": 0}
        customer |= {"birthday": date(1900, 2, 28), "locale": locale, "top_categories": [], "time_zone": "Pacific/Apia"}
        voucher = {**full["voucher"], "expires_at": moment}
        mail = workshop.render(shipped[name, locale], customer=customer, voucher=voucher, products=[], tier={})

        check_whole(shipped[name, locale], mail)
        assert "None" not in mail[1] + mail[2]
