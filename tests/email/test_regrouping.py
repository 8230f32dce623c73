# ruff: noqa: E501 - tables of sources, one a line
"""Jinja between the parts of socials, accordions, carousels, menus and heads, as each mail then shows them."""

import html5lib
import pytest

SOCIAL = '<mj-social{mode}>{{% for p in products %}}<mj-social-element src="https://i.example/{{{{ loop.index }}}}.png" href="https://shop.example/{{{{ loop.index }}}}">S{{{{ loop.index }}}}</mj-social-element>{{% endfor %}}{{% if offer %}}<mj-social-element name="instagram" href="https://i.example/o">Insta</mj-social-element>{{% endif %}}</mj-social>'
PRODUCTS = [
    {"name": f"P{n}", "image_url": f"https://i.example/{n}.png", "url": f"https://s.example/{n}"} for n in range(9)
]


def links(html: str) -> list[str | None]:
    return [element.get("href") for element in html5lib.parse(html, namespaceHTMLElements=False).iter("a")]


@pytest.mark.parametrize("mode", ["", ' mode="vertical"'])
def test_social_elements_stand_in_loops_and_conditions(workshop, in_column, mode):
    """D2."""
    template = workshop.compile(in_column(SOCIAL.format(mode=mode)))
    _, html, text = workshop.render(template, products=PRODUCTS[:2])
    _, bare, _ = workshop.render(template, products=[], offer=None)

    assert links(html) == [f"https://shop.example/{n}" for n in (1, 1, 2, 2)] + ["https://i.example/o"] * 2
    assert ["S1" in text, "S2" in text, "Insta" in text] == [True] * 3
    assert links(bare) == []
    assert html.count("<![endif]-->") == html.count("<!--[if")
    assert html.count("<table") == html.count("</table>")
    assert "<tbody></tbody>" not in html.replace("\n", "")


def test_accordion_elements_stand_in_loops_and_their_parts_in_conditions(workshop, in_column):
    """D2."""
    source = (
        "<mj-accordion>{% for p in products %}<mj-accordion-element>"
        "{% if loop.first %}<mj-accordion-title>First {{ p.name }}</mj-accordion-title>"
        "{% else %}<mj-accordion-title>Then {{ p.name }}</mj-accordion-title>{% endif %}"
        "<mj-accordion-text>About {{ p.name }}</mj-accordion-text></mj-accordion-element>{% endfor %}</mj-accordion>"
    )
    _, html, text = workshop.render(workshop.compile(in_column(source)), products=PRODUCTS[:2])

    assert [line for line in text.split("\n") if line] == ["First P0", "About P0", "Then P1", "About P1"]
    assert html.count('class="mj-accordion-element"') == 2


@pytest.mark.parametrize("count", range(1, 8))
def test_a_loop_in_a_carousel_is_a_carousel_of_as_many_pictures(workshop, in_column, count):
    """D2: the compiler numbers the pictures; the arrows lead around."""
    source = '<mj-carousel>{% for p in products %}<mj-carousel-image src="{{ p.image_url }}" href="{{ p.url }}" alt="{{ p.name }}" />{% else %}<mj-carousel-image src="https://i.example/none.png" />{% endfor %}</mj-carousel>'
    template = workshop.compile(in_column(source))
    _, html, _ = workshop.render(template, products=PRODUCTS[:count])
    _, none, _ = workshop.render(template, products=[])

    shown = min(count, 6)
    assert html.count('type="radio"') == shown
    assert [href for href in links(html) if not str(href).startswith("#")] == [
        f"https://s.example/{n}" for n in range(shown)
    ]
    assert [f"https://i.example/{n}.png" in html for n in range(7)] == [n < shown for n in range(7)]
    assert f"mj-carousel-image-{shown}" in html
    assert none.count('type="radio"') == 1
    assert "https://i.example/none.png" in none


def test_two_carousels_in_a_mail_do_not_turn_each_other(workshop, in_column):
    one = '<mj-carousel><mj-carousel-image src="https://i.example/1.png" /><mj-carousel-image src="https://i.example/2.png" /></mj-carousel>'
    _, html, _ = workshop.render(workshop.compile(in_column(one + one)))
    ids = [element.get("id") for element in html5lib.parse(html, namespaceHTMLElements=False).iter("input")]

    assert len(ids) == len(set(ids)) == 4


def test_conditions_in_a_carousel_leave_no_gap(workshop, in_column):
    source = '<mj-carousel>{% if offer %}<mj-carousel-image src="https://i.example/o.png" />{% endif %}<mj-carousel-image src="https://i.example/2.png" />{% if customer.points > 100 %}<mj-carousel-image src="https://i.example/3.png" />{% elif customer.points %}<mj-carousel-image src="https://i.example/4.png" />{% endif %}</mj-carousel>'
    template = workshop.compile(in_column(source))

    def pictures(**variables):
        _, html, _ = workshop.render(template, **variables)
        assert html.count('type="radio"') == html.count("<label for") // 3 if "thumbnail" in html else True
        return [n for n in ("o", "2", "3", "4") if f"https://i.example/{n}.png" in html]

    assert pictures() == ["o", "2", "3"]
    assert pictures(offer=None, customer={"points": 5}) == ["2", "4"]
    assert pictures(offer=None, customer={"points": 0}) == ["2"]


def test_too_many_ways_are_refused_at_the_first_condition(workshop, in_column):
    source = (
        "<mj-carousel>"
        + '{% if offer %}<mj-carousel-image src="https://i.example/o.png" />{% endif %}' * 5
        + "</mj-carousel>"
    )

    [problem] = workshop.refused(in_column(source))
    assert problem.where == "line 1, column 52"
    assert "more than 24 ways" in problem.message


def test_a_condition_inside_a_loop_of_a_carousel_is_refused_with_the_mend(workshop, in_column):
    loop = '{{% for p in products{} %}}{}<mj-carousel-image src="{{{{ p.image_url }}}}" />{}{{% endfor %}}'
    wrong = loop.format("", "{% if p.image_url %}", "{% endif %}")
    right = loop.format(" if p.image_url", "", "")

    [problem] = workshop.refused(in_column(f"<mj-carousel>{wrong}</mj-carousel>"))
    assert "Write {% for x in xs if ... %}." in problem.message
    template = workshop.compile(in_column(f"<mj-carousel>{right}</mj-carousel>"))
    assert workshop.render(template, products=[{"image_url": None}, PRODUCTS[3]])[1].count('type="radio"') == 1


def test_menu_links_stand_in_loops(workshop, in_column):
    """D2."""
    source = '<mj-navbar hamburger="hamburger">{% for p in products %}<mj-navbar-link href="{{ p.url }}">{{ p.name }}</mj-navbar-link>{% endfor %}</mj-navbar>'
    _, html, _ = workshop.render(workshop.compile(in_column(source)), products=PRODUCTS[:3])

    assert links(html) == [f"https://s.example/{n}" for n in range(3)]


HEAD = "<mjml>{{% set tone = 'red' %}}<mj-head>{}</mj-head><mj-body><mj-section><mj-column><mj-text>{{{{ tone }}}}</mj-text></mj-column></mj-section></mj-body></mjml>"


def test_styles_of_the_head_stand_in_conditions_and_a_set_of_the_head_holds_for_all(workshop):
    """D2."""
    source = HEAD.format(
        "{% set shade = 'blue' %}<mj-title>{{ shade }} {{ tone }}</mj-title>"
        "{% if offer %}<mj-style>.a { color: {{ shade }}; }</mj-style><mj-raw><meta name='robots' content='x'></mj-raw>"
        "{% elif customer.points %}<mj-style>.b { color: red; }</mj-style>"
        "{% else %}{% for p in products %}<mj-style>.c{{ loop.index }} { color: green; }</mj-style>{% endfor %}{% endif %}"
    )
    template = workshop.compile(source, subject=None)

    def shown(**variables):
        subject, html, text = workshop.render(template, **variables)
        assert (subject, text) == ("blue red", "red\n")
        return [word for word in (".a { color: blue; }", "robots", ".b {", ".c1 {", ".c2 {") if word in html]

    assert shown() == [".a { color: blue; }", "robots"]
    assert shown(offer=None) == [".b {"]
    assert shown(offer=None, customer={"points": 0}, products=PRODUCTS[:2]) == [".c1 {", ".c2 {"]


@pytest.mark.parametrize(
    ("inside", "message"),
    [
        ("<mj-title>x</mj-title>", "Put the condition inside <mj-title>."),
        ('<mj-attributes><mj-all color="red" /></mj-attributes>', "Put it into a value"),
        ('<mj-font name="x" href="https://f.example/x.css" />', "Put it outside of the condition."),
        ('<mj-style inline="inline">.a { color: red; }</mj-style>', "put the condition into a plain mj-style"),
        ("{% set x = 1 %}", "`set` cannot stand inside <mj-head>. Put it before <mj-body>."),
    ],
)
def test_what_holds_for_the_whole_head_cannot_depend_on_a_condition(workshop, inside, message):
    [problem] = workshop.refused(HEAD.format("\n{% if offer %}" + inside + "{% endif %}"))

    assert problem.where.startswith("line 2, column ")
    assert message in problem.message
