"""A `<` that opens nothing is the sign itself, and stays it, whatever comes to stand behind it."""

import pytest

from tests.email.test_html_shapes import Tags

SIGNS = "5 < 6, < 3 days, <3, a <= b, <<, <&euro; 5 & less"
SHOWN = "5 < 6, < 3 days, <3, a <= b, <<, <€ 5 & less"


def tags_of(html: str) -> list[str]:
    seen = Tags()
    seen.feed(html)
    return [name for name, _ in seen.seen]


@pytest.mark.parametrize("mjml", [True, False], ids=["MJML", "HTML"])
def test_a_bare_sign_in_text_comes_out_escaped(workshop, in_column, mjml):
    """D2."""
    text = f"<p>{SIGNS}</p>"
    template = workshop.compile(in_column(f"<mj-text>{text}</mj-text>") if mjml else text, mjml=mjml)

    _, html, plain = workshop.render(template)

    assert SIGNS.replace("<", "&lt;") in html
    assert plain.strip() == SHOWN


def test_a_bare_sign_stays_in_a_title_and_a_preview(workshop):
    head = "<mj-title>Teas < £5</mj-title><mj-preview>Only < 3 days</mj-preview>"
    template = workshop.compile(f"<mjml><mj-head>{head}</mj-head><mj-body></mj-body></mjml>", subject=None)

    subject, html, _ = workshop.render(template)

    assert subject == "Teas < £5"
    assert "<title>Teas &lt; £5</title>" in html
    assert "Only &lt; 3 days" in html


@pytest.mark.parametrize(
    "content",
    [
        "a<<!-- left out -->script>x",
        "a<<!-- left out -->/p>x",
        "a< {%- if customer %}script>x{% endif %}",
        "a<\n{%- set x = 1 %}script>x",
        "a<<!--{% if customer %}-->script>x<!--{% endif %}-->",
    ],
)
def test_what_comes_to_stand_behind_a_bare_sign_makes_no_tag_of_it(workshop, in_column, content):
    """The comment goes, the space is trimmed, the sign is still a sign."""
    for mjml, source in ((True, in_column(f"<mj-text>{content}</mj-text>")), (False, f"<p>{content}</p>")):
        html = workshop.render(workshop.compile(source, mjml=mjml))[1]

        assert "script" not in tags_of(html)
        assert "&lt;" in html


@pytest.mark.parametrize(
    "content",
    ["a<{{ customer.first_name }}", "a<{% if offer %}b{% endif %}>", "a<{# x #}script>x", "a<", "a</ p>"],
)
def test_a_sign_that_something_could_make_a_tag_of_is_refused(workshop, content):
    """D3."""
    [problem] = workshop.refused(f"<p>x</p>{content}", mjml=False)

    assert "This `<` opens no tag." in problem.message


@pytest.mark.parametrize("around", ["mj-body", "mj-wrapper"])
def test_a_spacer_may_stand_between_sections(workshop, around):
    """MJML shows it there, though its own list of places has it in columns only."""
    inside = "<mj-section></mj-section>{% if offer %}<mj-spacer height='31px' />{% endif %}<mj-section></mj-section>"
    inside = inside if around == "mj-body" else f"<mj-wrapper>{inside}</mj-wrapper>"
    template = workshop.compile(f"<mjml><mj-body>{inside}</mj-body></mjml>")

    assert "height:31px" in workshop.render(template, offer={"name": "x"})[1]
    assert "height:31px" not in workshop.render(template, offer=None)[1]


@pytest.mark.parametrize("sheet", ["@import url(https://x.example/a.css);", "p { behavior: url(a.htc) }"])
def test_a_style_for_outlook_alone_is_judged_like_any_other(workshop, sheet):
    """Its drawings need one behaviour, which loads nothing."""
    source = "<html><head><!--[if mso]><style>{}</style><![endif]--></head><body><p>x</p></body></html>"
    drawings = "v\\:* { BEHAVIOR : url('#default#VML'); display: inline-block }"

    assert "A style must not hold" in workshop.refused(source.format(sheet), mjml=False)[0].message
    assert drawings in workshop.compile(source.format(drawings), mjml=False).html


def test_the_size_of_a_mail_is_not_told_of_before_the_unknown_lists_that_it_counts(workshop):
    loops = "{% for a in teas %}{% for b in a.cups %}{{ b.words }}{{ b.more }}{% endfor %}{% endfor %}" * 20

    assert {problem.message for problem in workshop.refused_text(loops)} == {"There is no variable `teas`."}
