"""What one person's mail says: links, headers, language, voucher; and that customer data stays text."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from chalicelib.domain.products import Product
from chalicelib.domain.surveys import SurveyLink, survey_link
from chalicelib.domain.tracked_links import tracked_link
from chalicelib.errors import RenderingFailed
from chalicelib.services.compose_mail import LONGEST_HEADER, Composer
from chalicelib.services.put_shop import put_shop
from tests.services.sending import HTML, TEXT, open_shop


@pytest.fixture
def shop():
    return open_shop()


def compose(shop, name="ann", voucher=None, **fields):
    """The mail of one person of a launched campaign."""
    if name not in shop.customers.items:
        shop.person(name, **fields)
    message = shop.messages.items.get("c.spring") or shop.launch()
    return composer(shop, message).compose(shop.customers.items[name], voucher)


def composer(shop, message, offer=None):
    return Composer(shop.app, message, shop.batch(), shop.app.catalog.shop(), offer)


def links(mail, page):
    """The tokens of the links to one public page."""
    start = f"https://links.shop.example.com/{page}/"
    return [part.split("'")[0] for part in mail.html.split(start)[1:]]


def test_both_one_click_headers_stand_in_each_mail_unfolded(shop):
    """C9, invariant 7: one line each, short enough, and the signed link works for this mailbox."""
    mail = compose(shop)

    assert set(mail.headers) == {"List-Unsubscribe", "List-Unsubscribe-Post"}
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    value = mail.headers["List-Unsubscribe"]
    assert (value[0], value[-1], value.isascii(), value.isprintable()) == ("<", ">", True, True)
    assert len(value) < 995
    assert value == f"<https://links.shop.example.com/u/{links(mail, 'u')[0]}>"
    assert shop.app.signer.read("u", value.rpartition("/")[2][:-1]) == [
        shop.box("ann").hash,
        "c.spring",
        shop.batch().id,
        "ann",
    ]


def test_a_header_that_would_be_too_long_fails_that_mail(shop):
    """C9."""
    with pytest.raises(
        RenderingFailed, match=f"the unsubscribe link has 1[0-9]{{3}} characters, the limit is {LONGEST_HEADER - 1}"
    ):
        compose(shop, "x" * 700)


def test_each_link_is_signed_for_its_purpose(shop):
    """F1."""
    mail = compose(shop)

    [click], [view] = links(mail, "c"), links(mail, "v")
    url = "https://shop.example.com/?a=1&b=2"
    assert shop.app.signer.read("c", click) == ["c.spring", shop.batch().id, "ann", "", url]
    assert shop.app.signer.read("v", view) == ["c.spring", shop.batch().id, "ann"]


def test_a_survey_link_is_bound_to_question_answer_address_mail_and_customer(shop):
    """F1."""
    shop.template(html="<a href='{{ survey('share_of_wallet', 50) }}'>Half</a><a href='{{ survey('wish') }}'>Say</a>")

    found = [survey_link(shop.app.signer.read("s", token)) for token in links(compose(shop), "s")]

    sent = {"mailbox": shop.box("ann").hash, "message_id": "c.spring", "customer_id": "ann"}
    assert found == [
        SurveyLink(question="share_of_wallet", answer=50, **sent),
        SurveyLink(question="wish", answer=None, **sent),
    ]


@pytest.mark.parametrize("name", ["unsubscribe_url", "view_url", "preferences_url", "survey('gift', 'tea')"])
def test_a_page_of_the_mail_is_led_to_without_a_detour_by_whatever_name(shop, name):
    """C2: a template may give it a name of its own, or put it through `link` twice."""
    shop.template(html=f"{{% set own = {name} %}}<a href='{{{{ link(link(own)) }}}}'>x</a> {{{{ {name} }}}}")

    mail = compose(shop)

    assert mail.html.split("'")[1] == mail.html.rpartition(" ")[2]


def test_a_link_through_link_twice_is_tracked_once(shop):
    shop.template(html="<a href='{{ link(link(\"https://shop.example.com/\")) }}'>x</a>")

    [click] = links(compose(shop), "c")
    assert tracked_link(shop.app.signer.read("c", click)).url == "https://shop.example.com/"


def test_links_tell_the_shops_analytics_by_its_rule(shop):
    """D1: only what goes through `/c/`; the mail's own pages stay as they are."""
    before = compose(shop)
    put_shop(shop.app, {"utm": {"source": "mail"}})

    mail = compose(shop)

    [click] = links(mail, "c")
    tracked = tracked_link(shop.app.signer.read("c", click))
    assert tracked.url == "https://shop.example.com/?a=1&b=2&utm_source=mail&utm_medium=email&utm_campaign=spring"
    assert links(mail, "v") == links(before, "v")
    assert mail.headers == before.headers


def test_the_mail_names_sender_address_and_send(shop):
    put_shop(shop.app, {"reply_to": "help@shop.example.com"})

    mail = compose(shop, first_name="Ann")

    assert (mail.to, mail.sender, mail.sender_name) == ("ann@example.com", "hello@shop.example.com", "Kettle & Crane")
    assert (mail.reply_to, mail.subject) == ("help@shop.example.com", "Hello")
    assert "Kettle &amp; Crane, 1 Dock Street" in mail.html
    assert mail.text.startswith("Dear Ann, https://links.shop.example.com/u/")
    assert set(mail.tags) == {"message", "batch", "person", "ses:feedback-id-a", "ses:feedback-id-b"}


HOSTILE = "<script>alert(1)</script> \"'> {{ 7*7 }} {% raw %} <mj-text> & \u202e"


def test_a_campaign_may_have_its_own_name_and_reply_address_but_the_shops_address_sends(shop):
    """The From address stays the one whose domain signs (DKIM)."""
    shop.person("ann")
    message = replace(shop.launch(), from_name="Ann, at Kettle", reply_to="ann@example.com")
    mail = composer(shop, message).compose(shop.customers.items["ann"], None)

    assert (mail.sender_name, mail.sender, mail.reply_to) == (
        "Ann, at Kettle",
        "hello@shop.example.com",
        "ann@example.com",
    )


def test_customer_data_is_shown_as_text(shop):
    """D8."""
    shop.template(subject="For {{ customer.first_name }}", html=HTML + '<i title="{{ customer.first_name }}">x</i>')

    mail = compose(shop, first_name=HOSTILE)

    assert "<script" not in mail.html
    assert "<mj-text" not in mail.html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &#34;&#39;&gt; {{ 7*7 }} {% raw %} &lt;mj-text&gt; &amp;" in mail.html
    assert "49" not in mail.html
    assert "{{ 7*7 }}" in mail.text


@pytest.mark.parametrize("sign", ["\r\n", "\n", "\r", "\x00", "\u2028", "\u2029", "\x85"])
def test_no_sign_in_a_name_breaks_a_header(shop, sign):
    """C10."""
    shop.template(subject="For {{ customer.first_name }}!")

    mail = compose(shop, first_name=f"Ann{sign}Bcc: all@example.com")

    assert mail.subject == "For Ann Bcc: all@example.com!"
    assert all(sign not in value for value in (mail.subject, *mail.headers.values(), *mail.tags.values()))


@pytest.mark.parametrize(
    ("has", "customer", "subject"),
    [
        (("en", "de"), "de-AT", "de"),
        (("en", "de", "de-AT"), "de-AT", "de-AT"),
        (("en", "de"), "fr", "en"),  # the shop's
        (("en", "de"), None, "en"),
        (("fr", "de"), "it", "de"),  # none of all: the first by name
    ],
)
def test_the_language_is_the_customers_the_shops_or_any(shop, has, customer, subject):
    shop.app.catalog.put(replace(shop.app.catalog.get("template", "spring"), body={"locales": {}}))
    for locale in has:
        shop.template(locale=locale, subject=locale)

    assert compose(shop, locale=customer).subject == subject


@pytest.mark.parametrize(
    ("stream", "tracking", "name"),
    [
        ("marketing", "none", "habitue-local-marketing"),
        ("marketing", "aggregate", "habitue-local-marketing"),
        ("marketing", "full", "habitue-local-marketing-opens"),
        ("transactional", "full", "habitue-local-transactional"),
    ],
)
def test_opens_are_tracked_only_with_consent(shop, stream, tracking, name):
    shop.person("ann", tracking=tracking)
    message = replace(shop.launch(), stream=stream)

    assert composer(shop, message).compose(shop.customers.items["ann"], None).configuration_set == name


def test_products_are_those_that_the_mail_is_about_and_picks_are_others(shop):
    names = "{% for product in products %}{{ product.name }} {{ product.price | money }};{% endfor %}"
    shop.template(html=HTML + names + "|{% for product in picks(2) %}{{ product.name }};{% endfor %}")
    launched = datetime(2026, 1, 1, tzinfo=UTC)
    for sku, at in (("a", None), ("b", launched), ("c", None)):
        shop.app.products.put(Product(sku=sku, name=sku.upper(), price=250, launched_at=at))
    shop.person("ann")
    message = replace(shop.launch(), products=("c", "gone"))

    mail = composer(shop, message).compose(shop.customers.items["ann"], None)

    assert mail.html.endswith("C £2.50;|B;A;")


def test_products_are_not_read_where_no_template_asks(shop, monkeypatch):
    monkeypatch.setattr(shop.app.products, "all", lambda: pytest.fail("read all products"))

    assert compose(shop).subject == "Hello"


def test_a_mail_without_an_offer_has_neither_offer_nor_voucher(shop):
    shop.template(html=HTML + "{% if offer or voucher %}some{% else %}none{% endif %}")

    assert compose(shop).html.endswith("none")


def test_the_offer_is_told_in_words_with_the_voucher_of_this_person(shop):
    shop.template(html=HTML + "{{ offer.words }}")
    shop.offer()
    shop.person("ann")
    shop.launch(offer="ten-off")
    shop.run()

    [mail], [voucher] = shop.mailer.accepted, shop.vouchers.vouchers.values()
    assert mail.html.endswith("10% off")
    assert shop.app.signer.read("r", links(mail, "r")[0]) == [voucher.code, "c.spring", shop.batch().id, "ann"]


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "//evil.example.com", "data:text/html,x", "https://a@b.example.com"]
)
def test_a_link_that_leads_astray_fails_the_mail(shop, url):
    """D9."""
    shop.template(html=HTML + f"{{{{ link('{url}') }}}}")

    with pytest.raises(RenderingFailed):
        compose(shop)


def test_whoever_has_no_address_gets_no_mail(shop):
    shop.person("bo")
    compose(shop)
    shop.customers.put(replace(shop.customers.items["bo"], email=None))

    with pytest.raises(RenderingFailed, match="has no address"):
        compose(shop, "bo")


def test_a_variable_that_is_missing_fails_the_mail(shop):
    """D11."""
    shop.template(text=TEXT + "{{ customer.country ~ '' }}")

    with pytest.raises(RenderingFailed, match="country"):
        compose(shop)
