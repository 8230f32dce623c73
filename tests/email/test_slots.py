"""A version cut into fixed text and slots gives, letter by letter, what Jinja gives for the whole source."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.email.environment import MailEnvironment
from chalicelib.email.samples import full_sample
from chalicelib.email.slots import SlottedTemplate
from chalicelib.errors import RenderingFailed

ESCAPING, PLAIN = MailEnvironment(autoescape=True), MailEnvironment(autoescape=False)
WORDS = st.text(st.sampled_from("a<>&\"'{}%#\\ \n\tß🙂"), max_size=12)
PIECES = (
    "<p style='{{ a | css }}'>",
    "}} { ",
    "{{ '{{' }}",
    "{% raw %}{{ x }} {% if %}{% endraw %}",
    "{{ customer.first_name }}",
    "{{ customer.first_name | e }}",
    "{% if customer.first_name %}yes {{ customer.first_name }}{% else %}no{% endif %}",
    "{% for n in range(3) %}{{ loop.index }}{% if not loop.last %}, {% endif %}{% endfor %}",
    "{% set b = customer.first_name %}",
    "{% set b = 3 %}",
    "{{ b | default('-') }}",
    "{% filter tracked %}https://example.com/?q={{ customer.first_name | url_value }}&amp;x{% endfilter %}",
    "{# nothing #}",
    "\n",
    "ü&amp; ",
    "{{ '' }}",
)


def link(url: str, number: int | None = None) -> str:
    return f"https://links.example.com/c/{len(url)}?{number}&b"


@given(pieces=st.lists(st.sampled_from(PIECES), max_size=12), name=WORDS)
def test_the_joined_pieces_are_what_jinja_gives(pieces, name):
    source = "{% set a = 'red' %}{% set b = none %}" + "".join(pieces)
    variables: dict[str, Any] = {"customer": {"first_name": name}, "link": link}

    for environment in (ESCAPING, PLAIN):
        whole = environment.from_string(source).render(variables)
        assert str(SlottedTemplate(environment, source).render(variables)) == whole


@pytest.mark.parametrize(
    ("source", "fixed", "slots"),
    [
        ("", ("",), ()),
        ("Tea", ("Tea",), ()),
        ("{{ a }}", ("", ""), ("&lt;",)),
        ("Hi {{ a }}!", ("Hi ", "!"), ("&lt;",)),
        ("Hi {{ a }}{{ a }}!", ("Hi ", "!"), ("&lt;&lt;",)),
        ("{% set b = 1 %}Hi {{ b }}", ("Hi ", ""), ("1",)),
        ("Hi {% set b = 1 %}there", ("Hi there",), ()),
        ("x{% if a %}y{{ a }}{% endif %}z{% if not a %}w{% endif %}", ("x", "z", ""), ("y&lt;", "")),
        ("{{ a }}{# nothing #} - {{ a }}", ("", " - ", ""), ("&lt;", "&lt;")),
    ],
)
def test_text_at_the_top_level_is_fixed_and_all_else_is_a_slot(source, fixed, slots):
    found = SlottedTemplate(ESCAPING, source).render({"a": "<"})

    assert (found.fixed, tuple("".join(slot) for slot in found.slots)) == (fixed, slots)


def test_two_people_share_the_fixed_text_itself():
    template = SlottedTemplate(ESCAPING, "Hi {{ a }}!")

    assert template.render({"a": "Ann"}).fixed is template.render({"a": "Bob"}).fixed


def test_an_error_of_a_slot_is_jinjas_own():
    with pytest.raises(RenderingFailed, match="range goes up to"):
        SlottedTemplate(ESCAPING, "a{{ range(n) }}b").render({**full_sample(), "n": 10**6})
