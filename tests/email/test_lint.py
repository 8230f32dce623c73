# ruff: noqa: E501 - one case a line
"""What templates are warned of: each rule where it should speak, where it should not, and its heading in the docs."""

from pathlib import Path
from re import MULTILINE, findall

import pytest

from chalicelib.domain.template_rules import REFUSES_LAUNCH, RULES
from chalicelib.email.contrast import colour_of, ratio

FOOT = (
    '<mj-section><mj-column><mj-text>{{ postal_address }} <a href="{{ unsubscribe_url }}">Unsubscribe</a>'
    + " word" * 40
    + "</mj-text></mj-column></mj-section>"
)
HEAD = '<mj-raw><meta name="color-scheme" content="light dark"></mj-raw>'


def mail(content: str, head: str = HEAD) -> str:
    return f"<mjml><mj-head>{head}</mj-head><mj-body>\n<mj-section><mj-column>{content}</mj-column></mj-section>\n{FOOT}</mj-body></mjml>"


def found(workshop, source: str, *, subject: str = "Tea", mjml: bool = True) -> list[str]:
    rules = [warning.rule for warning in workshop.compile(source, subject=subject, mjml=mjml).warnings]
    return [rule for rule in rules if rule != "may-be-missing"]


IMG = '<img src="https://i.example/a.png" alt="Tea" width="60">'


@pytest.mark.parametrize(
    ("content", "rules"),
    [
        ("<mj-text>Plain words.</mj-text>", []),
        ('<mj-image src="https://i.example/a.png" />', ["picture-alt"]),
        ('<mj-image src="https://i.example/a.png" alt="" />', []),
        ('<mj-image src="https://i.example/a.png" alt="" href="https://x.example/" />', ["picture-alt"]),
        ('<mj-image src="https://i.example/a.png" alt="Tea" href="https://x.example/" />', []),
        (f"<mj-text>{IMG}</mj-text>", []),
        ('<mj-text><img src="https://i.example/a.png" alt="Tea"></mj-text>', ["picture-size"]),
        ('<mj-text><a href="https://x.example/"><img src="https://i.example/a.png" alt="" width="60"></a></mj-text>', ["picture-alt"]),
        ('<mj-image src="https://i.example/logo-white.png" alt="Us" />', ["dark-logo"]),
        ('<mj-text><p style="padding: 10px">x</p></mj-text>', ["outlook-padding"]),
        ('<mj-text><p style="padding: 0">x</p></mj-text>', []),
        ('<mj-table><tr><td style="padding: 10px">x</td></tr></mj-table>', []),
        ('<mj-text><a href="https://x.example/" style="padding: 10px; background: #000000; color: #ffffff">Shop</a></mj-text>', ["outlook-button"]),
        ('<mj-table><tr><td background="https://i.example/a.png">x</td></tr></mj-table>', ["outlook-background"]),
        ('<mj-text><p style="display: flex">x</p></mj-text>', ["css-support"]),
        ('<mj-text><p style="position: absolute; color: #333333">x</p></mj-text>', ["css-support"]),
        ('<mj-text color="#aaaaaa">Faint words</mj-text>', ["contrast"]),
        ('<mj-text color="#aaaaaa" font-size="30px" font-weight="700">Faint words</mj-text>', ["contrast"]),
        ('<mj-text color="#777777" font-size="30px">Large words</mj-text>', []),
        ('<mj-text color="{{ shop.brand.colour }}">Words</mj-text>', []),
        ('<mj-button href="https://x.example/" background-color="#ffdd00" color="#ffffff">Buy tea</mj-button>', ["contrast"]),
        ('<mj-button href="https://x.example/" background-color="#1f5f4a" color="#ffffff">Buy tea</mj-button>', []),
        ('<mj-text><a href="https://x.example/">click here</a></mj-text>', ["link-text"]),
        ('<mj-text><a href="{{ products[0].url }}">Hier</a></mj-text>', ["link-text"]),
        ('<mj-text><a href="https://x.example/">Click here for tea</a></mj-text>', []),
        ('<mj-text><p style="background: #ffffff url(https://i.example/a.png)">x</p></mj-text>', ["outlook-background"]),
        ('<mj-social><mj-social-element name="facebook" href="https://x.example/">F</mj-social-element></mj-social>', ["foreign-picture"]),
        ('<mj-social><mj-social-element name="facebook" src="https://i.example/f.png" alt="F" href="https://x.example/">F</mj-social-element></mj-social>', []),
        ('<mj-carousel><mj-carousel-image src="https://i.example/a.png" alt="Tea" /></mj-carousel>', ["foreign-picture"]),
        ('<mj-carousel left-icon="https://i.example/l.png" right-icon="https://i.example/r.png"><mj-carousel-image src="https://i.example/a.png" alt="Tea" /></mj-carousel>', []),
        ("<mj-accordion><mj-accordion-element><mj-accordion-title>t</mj-accordion-title></mj-accordion-element></mj-accordion>", ["foreign-picture"]),
        ("<mj-text>Dear *|FNAME|*,</mj-text>", ["foreign-tag"]),
        ("<mj-text>Dear [[FirstName]], {firstname}, %%name%%, &lt;%= name %&gt;</mj-text>", ["foreign-tag"] * 4),
        ("<mj-text>{a} 50%% off [1] [[2]] {{ customer.first_name | d('you') }}</mj-text>", []),
        ("<mj-text>Only 3 left. Buy now.</mj-text>", ["claim"]),
        ("<mj-text>Nur noch 2 Tage!</mj-text>", ["claim"]),
        ("<mj-text>It ends tonight</mj-text>", ["claim"]),
        ("<mj-text>Last chance: it ends {{ shop.name }}</mj-text>", []),
        ("<mj-text>Only {{ products[0].stock }} left</mj-text>", []),
        ("<mj-text>You left 3 things behind.</mj-text>", []),
        ("<mj-text>Happy birthday, {{ shop.name }}!</mj-text>", ["greeting"]),
        ("<mj-text>Happy birthday! {% if offer %}{{ offer.words }}{% endif %}</mj-text>", []),
        ("<mj-text>{% if customer.birthday %}Your day{% endif %}</mj-text>", ["greeting"]),
        ("<mj-text>Act now!!! It is 100% free</mj-text>", ["spam-words"] * 3),
    ],
)  # fmt: skip
def test_a_rule_speaks_where_it_should_and_nowhere_else(workshop, content, rules):
    """D12, M11, M33."""
    assert found(workshop, mail(content)) == rules


@pytest.mark.parametrize(
    ("style", "rules"),
    [
        (".a { display: grid }", ["css-support"]),
        ("@media (max-width: 480px) { .a { display: grid } .b { float: left } }", []),
        ("@supports (display: grid) { .a { display: grid } }", []),
    ],
)
def test_css_of_the_head_is_judged_outside_of_conditions(workshop, style, rules):
    assert found(workshop, mail("", HEAD + f"<mj-style>{style}</mj-style>")) == rules


def test_a_mail_without_a_colour_scheme_is_told_of_the_dark(workshop):
    assert found(workshop, mail("", "")) == []
    assert found(workshop, mail("", "").replace("<mj-body>", '<mj-body background-color="#ffffff">')) == ["dark-mode"]


def test_a_mail_of_nothing_but_pictures_is_warned_of(workshop, in_column):
    content = '<mj-image src="https://i.example/a.png" alt="Tea" /><mj-text>{{ postal_address }} <a href="{{ unsubscribe_url }}">Leave</a></mj-text>'

    assert "pictures-only" in found(workshop, in_column(content))
    assert "pictures-only" not in found(workshop, mail(content))


def test_a_subject_of_capitals_is_a_hint(workshop):
    assert found(workshop, mail(""), subject="BUY ALL OUR TEA {{ shop.name }}") == ["spam-words"]


def test_html_is_judged_as_mjml_is(workshop):
    source = f'<html><head><meta name="color-scheme" content="light dark"></head><body>{{{{ postal_address }}}} <a href="{{{{ unsubscribe_url }}}}">Leave</a><p style="color:#bbb">Faint</p><img src="https://i.example/a.png">{" word" * 40}</body></html>'

    assert found(workshop, source, mjml=False) == ["picture-alt", "picture-size", "contrast"]


def test_a_finding_names_its_place(workshop):
    template = workshop.compile(
        mail('<mj-text color="#aaaaaa">Faint words</mj-text>\n<mj-image src="https://i.example/a.png" />')
    )

    assert [(w.rule, w.where) for w in template.warnings] == [
        ("picture-alt", "line 3, column 1"),
        ("contrast", "line 2, column 49"),
    ]
    assert template.warnings[1].message == "#aaaaaa on #ffffff is hard to read: a contrast of 2.3, where 4.5 is enough."


def test_a_finding_about_a_word_names_no_longer_word_that_holds_it(workshop):
    template = workshop.compile(mail('<mj-text>Teapots</mj-text>\n<mj-text color="#aaaaaa">Tea</mj-text>'))

    assert [w.where for w in template.warnings if w.rule == "contrast"] == ["line 3, column 26"]


def test_ten_of_a_rule_are_told(workshop):
    assert found(workshop, mail('<mj-image src="https://i.example/a.png" />' * 30)) == ["picture-alt"] * 10


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("#000", "#fff", 21.0), ("white", "#ffffff", 1.0), ("#767676", "#fff", 4.54), ("rgb(0, 0, 255)", "#fff", 8.59)],
)
def test_contrast_is_reckoned_as_wcag_does(one, other, expected):
    first, second = colour_of(one), colour_of(other)

    assert first is not None
    assert second is not None
    assert round(ratio(first, second), 2) == expected


def test_every_rule_has_its_heading_and_its_severity_in_the_docs():
    page = (Path(__file__).parents[2] / "docs/lint.md").read_text(encoding="utf-8")

    assert dict(findall(r"^## ([a-z-]+)\nSeverity: (\w+)\.", page, MULTILINE)) == dict(RULES)
    assert {"subject", "unsubscribe", "postal-address", "link"} == REFUSES_LAUNCH
