"""One person's mail: values fitted to their place, what is missing named, nothing compiled twice."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.email.renderer import JinjaRenderer, one_line
from chalicelib.email.samples import full_sample
from chalicelib.errors import RenderingFailed

NEW_YEAR = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "locale", "shown"),
    [
        ("1250 | money", "en-GB", "£12.50"),
        ("1250 | money('EUR')", "de-DE", "12,50\u00a0€"),
        ("123456789 | money('EUR')", "de", "1.234.567,89\u00a0€"),
        ("1250 | money('JPY')", "en", "¥1,250"),
        ("1250 | money('KWD')", "en", "KWD1.250"),
        ("0 | money", "en-GB", "£0.00"),
        ("-5 | money", "en-GB", "-£0.05"),
        ("500 | money(trim=true)", "en-GB", "£5"),
        ("550 | money(trim=true)", "en-GB", "£5.50"),
        ("500 | money('EUR', trim=true)", "de", "5\u00a0€"),
        ("customer.birthday | day", "en-GB", "28 February 1990"),
        ("customer.birthday | day", "de-AT", "28. Februar 1990"),
        ("customer.birthday | day('fr')", "en", "28 février 1990"),
        ("customer.birthday | day(style='short')", "en-GB", "28/02/1990"),
        ("voucher.expires_at | day", "en-GB", "31 December 2026"),
        ("voucher.expires_at | datetime", "en-GB", "31 December 2026, 23:30:00 GMT"),
        ("customer.birthday | day", "xx-YY", "February 28, 1990"),
        ("customer.birthday | day", "not a locale", "February 28, 1990"),
        ("1 | plural('year', 'years')", "en", "year"),
        ("0 | plural('year', 'years')", "en", "years"),
        ("0 | plural('an', 'ans')", "fr", "an"),
        ("'abcdefgh ijklmnop' | truncate(8)", "en", "abcde..."),
        ("'tea for two' | title", "en", "Tea For Two"),
        ("'Tea' | upper ~ 'Tea' | lower", "en", "TEAtea"),
        ("customer.home_store | default('x')", "en", "x"),
        ("customer.attributes.size | default('x')", "en", "x"),
        ("'' | default('x')", "en", "x"),
        ("0 | default('x')", "en", "0"),
        ("[1, 2, 3] | join('-')", "en", "1-2-3"),
        ("customer.interests | first", "en", "Tea"),
        ("1 + 2 * 3 - 7 // 2", "en", "4"),
        ("'a' + 'b' ~ 1", "en", "ab1"),
        ("'x' if customer.home_store is none else 'y'", "en", "x"),
        ("'x' if customer.home_store else 'y'", "en", "y"),
        ("'&' | e", "en", "&"),
    ],
)
def test_values_are_written_as_the_customers_country_writes_them(workshop, expression, locale, shown):
    customer = {**full_sample()["customer"], "locale": locale, "home_store": None}
    voucher = {**full_sample()["voucher"], "expires_at": NEW_YEAR}
    found = workshop.shown("{% if voucher %}{{ " + expression + " }}{% endif %}", customer=customer, voucher=voucher)

    assert found == shown


def test_a_day_is_the_one_in_the_customers_zone(workshop):
    """B1, E5: half past eleven on New Year's Eve in London is the new year in Tokyo."""
    customer = {**full_sample()["customer"], "time_zone": "Asia/Tokyo"}
    voucher = {**full_sample()["voucher"], "expires_at": NEW_YEAR}
    content = "{% if voucher %}{{ voucher.expires_at | day }}{% endif %}"

    assert workshop.shown(content, customer=customer, voucher=voucher) == "1 January 2027"


def test_a_time_with_a_zone_of_its_own_is_told_in_that_zone(workshop):
    """E5: a voucher ends with the shop's day, not an hour into the next day of a customer further east."""
    customer = {**full_sample()["customer"], "time_zone": "Asia/Tokyo"}
    voucher = {**full_sample()["voucher"], "expires_at": NEW_YEAR.astimezone(ZoneInfo("Europe/London"))}
    content = "{% if voucher %}{{ voucher.expires_at | day }}, {{ voucher.expires_at | datetime }}{% endif %}"

    shown = workshop.shown(content, customer=customer, voucher=voucher)

    assert shown == "31 December 2026, 31 December 2026, 23:30:00 GMT"


def test_text_and_subject_are_not_escaped_and_html_is(workshop, in_column):
    source = in_column("<mj-text>{{ customer.first_name }} &amp; co</mj-text>")
    template = workshop.compile(source, subject="{{ customer.first_name }} & co")
    customer = {**full_sample()["customer"], "first_name": "<Zoë & 'Al'>"}
    subject, html, text = workshop.render(template, customer=customer)

    assert subject == "<Zoë & 'Al'> & co"
    assert text == "<Zoë & 'Al'> & co\n"
    assert "&lt;Zoë &amp; &#39;Al&#39;&gt; &amp; co" in html


@given(st.text())
def test_a_subject_is_always_one_line(text):
    """C10."""
    line = one_line(text)

    assert len(line) <= 200
    assert not set(line) & set("\r\n\t\x00\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029\u202e")


@pytest.mark.parametrize("sign", ["\r", "\n", "\r\n", "\x00", "\u2028"])
def test_no_sign_in_the_subject_of_a_template_begins_another_header(workshop, sign):
    """C10."""
    template = workshop.compile("<mjml><mj-body></mj-body></mjml>", subject=f"Hi{sign}Bcc: x@y.example")

    assert workshop.render(template)[0] == "Hi Bcc: x@y.example"


def test_line_ends_in_a_name_do_not_reach_the_subject(workshop):
    """C10."""
    template = workshop.compile("<mjml><mj-body></mj-body></mjml>", subject="Hi {{ customer.first_name }}!")
    customer = {**full_sample()["customer"], "first_name": "A\r\nBcc: x@y.example\x00\u2028B"}

    assert workshop.render(template, customer=customer)[0] == "Hi A Bcc: x@y.example B!"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{{ customer.first_name }}", "`first_name` is empty for this mail"),
        ("{{ customer.first_name | upper }}", "`first_name` is empty"),
        ("{{ customer.first_name ~ '!' }}", "`first_name` is empty"),
        ("{{ customer.first_name + '!' }}", "`first_name` is empty"),
        ("{{ customer.birthday | day }}", "got nothing"),
        ("{{ customer.points | money }}", "money needs a whole number of minor units"),
        ("{{ 1 // customer.points }}", "empty"),
        ("{% for x in customer.interests %}{{ x }}{% endfor %}", "`interests` is empty"),
    ],
)
def test_what_this_customer_lacks_fails_this_mail_and_is_named(workshop, content, message):
    """D11."""
    template = workshop.text(content)
    with pytest.raises(RenderingFailed, match=message):
        workshop.render(template, customer={"locale": "en", "points": None, "first_name": None})
    assert workshop.render(template, customer={**full_sample()["customer"]})


def test_a_failure_does_not_repeat_the_customers_data(workshop):
    """F6."""
    template = workshop.text("{{ customer.attributes.size | money }}")
    customer = {**full_sample()["customer"], "attributes": {"size": "Ada's secret"}}
    with pytest.raises(RenderingFailed) as failed:
        workshop.render(template, customer=customer)
    assert "secret" not in str(failed.value)


@pytest.mark.parametrize("field", ["offer", "voucher"])
@pytest.mark.parametrize(
    ("content", "allowed"),
    [
        ("{{ X.F }}", False),
        ("{% if X %}{{ X.F }}{% endif %}", True),
        ("{% if not X %}{{ X.F }}{% endif %}", False),
        ("{% if not X %}no{% else %}{{ X.F }}{% endif %}", True),
        ("{% if X and customer.orders > 1 %}{{ X.F }}{% endif %}", True),
        ("{% if X or customer.orders > 1 %}{{ X.F }}{% endif %}", False),
        ("{% if not X or customer.orders > 1 %}{% else %}{{ X.F }}{% endif %}", True),
        ("{% if X and X.F == 'a' %}y{% endif %}", True),
        ("{% if X.F and X %}y{% endif %}", False),
        ("{% if X is not none %}{{ X.F }}{% endif %}", True),
        ("{% if X is none %}{{ X.F }}{% endif %}", False),
        ("{% if X != none %}{{ X.F }}{% endif %}", True),
        ("{% if X == none %}-{% else %}{{ X.F }}{% endif %}", True),
        ("{% if X is defined %}{{ X.F }}{% endif %}", False),
        ("{{ X.F if X else 'none' }}", True),
        ("{{ X.F if X }}", True),
        ("{{ 'none' if not X else X.F }}", True),
        ("{% if X %}{% for p in products %}{{ X.F }}{% endfor %}{% endif %}", True),
        ("{% if customer.orders %}-{% elif X %}{{ X.F }}{% endif %}", True),
        ("{% if not X %}-{% elif customer.orders %}{{ X.F }}{% endif %}", True),
        ("{% if X %}a{% endif %}{{ X.F }}", False),
        ("{{ X['F'] }}", False),
        ("{% if X %}{{ X['F'] }}{% endif %}", True),
        ("{% set y = X.F %}", False),
        ("{% set y = X.F if X else '' %}{{ y }}", True),
    ],
)  # fmt: skip
def test_offer_and_voucher_are_read_only_behind_a_test(workshop, field, content, allowed):
    name = {"offer": "words", "voucher": "code"}[field]
    source = content.replace("X", field).replace("F", name)
    if allowed:
        template = workshop.text(source)
        workshop.render(template)
        workshop.render(template, offer=None, voucher=None)
    else:
        [problem, *_] = workshop.refused_text(source)
        assert f"`{field}` is null in a message without one" in problem.message


def test_a_version_is_compiled_once_however_many_mails_it_makes(workshop, monkeypatch):
    """A mail costs no compilation."""
    template = workshop.text("{{ customer.first_name }}")
    renderer = JinjaRenderer()
    compiled = []
    original = jinja2.Environment.compile

    def counted(self, *arguments, **named):
        compiled.append(1)
        return original(self, *arguments, **named)

    monkeypatch.setattr(jinja2.Environment, "compile", counted)
    for _ in range(20):
        renderer.render(template, full_sample())

    assert len(compiled) == 3


def test_the_renderer_forgets_the_oldest_versions(workshop):
    from dataclasses import replace

    template = workshop.text("x")
    renderer = JinjaRenderer()
    for number in range(100):
        renderer.render(replace(template, version=str(number)), full_sample())

    assert len(renderer._ready) == 64


# The text part ---


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("<mj-text>a  b\n c</mj-text>", "a b c"),
        ("<mj-text>a<br/>b</mj-text>", "a\nb"),
        ("<mj-text><p>a</p><p>b</p></mj-text>", "a\n\nb"),
        ("<mj-text><ul><li>a</li><li>b</li></ul></mj-text>", "- a\n- b"),
        ("<mj-text>a <b>b</b>, c</mj-text>", "a b, c"),
        ("<mj-text>&lt;b&gt; &euro;</mj-text>", "<b> €"),
        ("<mj-text>a</mj-text><mj-divider/><mj-spacer/><mj-text>b</mj-text>", "a\n\nb"),
        ("<mj-text>a<span style='display:none'>hidden</span></mj-text>", "a"),
        ("<mj-text>a<!--[if mso]>outlook<![endif]--></mj-text>", "a"),
        ('<mj-image src="https://shop.example/a.png" alt="Tea"/><mj-text>b</mj-text>', "b"),
        ('<mj-button href="https://shop.example/a">Go</mj-button>', "Go: https://shop.example/a"),
        (
            '<mj-image src="https://shop.example/a.png" alt="Tea" href="https://shop.example/a"/>'
            '<mj-button href="https://shop.example/a">Go</mj-button>',
            "Go: https://shop.example/a",
        ),
        ("<mj-text>{% if true %}Dear{% else %}Hi{% endif %} you</mj-text><mj-text>b</mj-text>", "Dear you\n\nb"),
        ("<mj-text>a</mj-text>{% if false %}<mj-text>b</mj-text>{% endif %}<mj-text>c</mj-text>", "a\n\nc"),
        ("<mj-table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></mj-table>", "a\nb\n\nc"),
    ],
)
def test_the_text_part_reads_like_the_mail(workshop, in_column, content, text):
    found = workshop.render(workshop.compile(in_column(content)))[2].strip()

    assert found.replace("\n\nc", "\nc") == text.replace("\n\nc", "\nc")
