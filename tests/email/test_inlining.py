# ruff: noqa: E501 - tables of sources, one a line
"""Styles that are written into the elements they mean, and attributes that are set on them."""

import html5lib
import pytest

from chalicelib.email.selectors import read_selector


def page(head: str, content: str) -> str:
    return f"<mjml><mj-head>{head}</mj-head><mj-body><mj-section><mj-column>{content}</mj-column></mj-section></mj-body></mjml>"


def styles(html: str, tag: str) -> list[str | None]:
    return [element.get("style") for element in html5lib.parse(html, namespaceHTMLElements=False).iter(tag)]


@pytest.mark.parametrize(
    ("css", "content", "style"),
    [
        (".a { color: red }", '<p class="a">x</p>', "color:red;"),
        ("p.a { color: red; margin: 10px 0; }", '<p class="a b">x</p>', "color:red;margin:10px 0;"),
        ("p.a, span { color: red }", '<p class="a">x</p>', "color:red;"),
        ("div p { color: red }", "<p>x</p>", "color:red;"),
        (".card p { color: red }", "<p>x</p>", "color:red;"),
        (".card > p { color: red }", "<p>x</p>", None),
        ("div > p { color: red }", "<p>x</p>", "color:red;"),
        ("#one { color: red }", '<p id="one">x</p>', "color:red;"),
        ("p { color: red } .a { color: blue } p { color: green }", '<p class="a">x</p>', "color:blue;"),
        ("p { color: red } p { color: green }", "<p>x</p>", "color:green;"),
        ("#one { color: red } .a.b.c { color: blue }", '<p id="one" class="a b c">x</p>', "color:red;"),
        ("p { color: red }", '<p style="color: blue">x</p>', "color:red;color: blue"),
        ("p { color: red !important }", '<p style="color: blue">x</p>', "color: blue;color:red;"),
        ("p { font-family: \"Open Sans\", 'Arial' }", "<p>x</p>", "font-family:'Open Sans', 'Arial';"),
        ("p { font-family: 'Arial' }", "<p style='color: blue'>x</p>", "font-family:'Arial';color: blue"),
        ("/* p { color: blue } */ p { color: red; /* ; */ }", "<p>x</p>", "color:red;"),
        ("* { color: red }", "<p>x</p>", "color:red;"),
        ("b { color: red }", "<p>x</p>", None),
        ("p { color: {{ shop.brand.colour }} }", "<p>x</p>", "color:#1f5f4a;"),
    ],
)  # fmt: skip
def test_an_inline_style_is_written_into_what_it_means(workshop, css, content, style):
    source = page(f'<mj-style inline="inline">{css}</mj-style>', f'<mj-text css-class="card">{content}</mj-text>')
    _, html, _ = workshop.render(workshop.compile(source))

    assert styles(html, "p") == [style]
    assert "inline" not in html.replace("inline-block", "").replace("inline-table", "")


def test_what_cannot_be_inlined_stays_a_style_of_the_head(workshop):
    css = "a:hover { color: red } a, a[x] { color: blue } @media print { .a { color: green } }"
    source = page(
        f'<mj-style inline="inline">{css}</mj-style>', '<mj-text><a href="https://x.example/">x</a></mj-text>'
    )
    _, html, _ = workshop.render(workshop.compile(source))

    assert styles(html, "a") == ["color:blue;"]
    assert "a:hover {color: red}\na[x] {color: blue}\n@media print {.a { color: green }}" in html.split("</head>")[0]


def test_loops_and_the_cells_for_outlook_stay_as_they_were(workshop):
    rows = '<tr>{% for p in products %}<td class="cell">{{ p.name }}</td>{% endfor %}</tr>'
    source = page(
        '<mj-style inline="inline">.cell { color: red } td { margin: 0 }</mj-style>', f"<mj-table>{rows}</mj-table>"
    )
    plain = page("", f"<mj-table>{rows}</mj-table>")
    _, html, _ = workshop.render(workshop.compile(source))
    _, bare, _ = workshop.render(workshop.compile(plain))

    assert html.count('style="margin:0;color:red;"') == 3
    assert [piece for piece in html.split("<!--[if") if "mso" in piece[:8]][0] == [
        piece for piece in bare.split("<!--[if") if "mso" in piece[:8]
    ][0]
    assert html.replace(' style="margin:0;color:red;"', "").replace("margin:0;", "") == bare


def test_a_condition_in_an_inline_style_is_refused(workshop):
    [problem, *_] = workshop.refused(
        page('\n<mj-style inline="inline">{% if offer %}p { color: red }{% endif %}</mj-style>', "")
    )

    assert problem.where == "line 2, column 27"


def test_html_attributes_are_set_on_what_the_path_means(workshop):
    head = '<mj-html-attributes><mj-selector path=".card div"><mj-html-attribute name="data-id">{{ customer.first_name }}"</mj-html-attribute><mj-html-attribute name="role">note</mj-html-attribute></mj-selector></mj-html-attributes>'
    _, html, _ = workshop.render(
        workshop.compile(page(head, '<mj-text css-class="card">x</mj-text>')), customer={"first_name": '<A> "'}
    )
    [div] = [
        element for element in html5lib.parse(html, namespaceHTMLElements=False).iter("div") if element.get("data-id")
    ]

    assert (div.get("data-id"), div.get("role")) == ('<A> ""', "note")


@pytest.mark.parametrize("name", ["onclick", "href", "src", "style", "srcdoc", "background", "x"])
def test_an_attribute_that_loads_leads_or_runs_cannot_be_set(workshop, name):
    """D9."""
    head = f'<mj-html-attributes><mj-selector path="p"><mj-html-attribute name="{name}">x</mj-html-attribute></mj-selector></mj-html-attributes>'

    [problem] = workshop.refused(page(head, ""))
    assert f"cannot set `{name}`" in problem.message


@pytest.mark.parametrize(
    "text", ["a:hover", "a[x]", "a + b", "a ~ b", "", ">", "a >", "a#b#c", "a b c d e f g h i", "é"]
)
def test_a_selector_of_more_than_names_is_not_read(text):
    assert read_selector(text) is None


def test_an_attribute_of_another_element_is_a_warning_and_one_of_none_a_refusal(workshop, in_column):
    """Real templates carry such; the MJML compiler passes over them."""
    template = workshop.compile(in_column("<mj-text>x</mj-text>").replace("<mj-body>", '<mj-body font-size="13px">'))

    assert [(w.rule, w.where, w.message) for w in template.warnings if w.rule == "attribute"] == [
        ("attribute", "line 1, column 16", "<mj-body> does nothing with `font-size`. Remove it.")
    ]
    assert workshop.refused(in_column("<mj-text>x</mj-text>").replace("<mj-body>", '<mj-body fnt-size="13px">'))
