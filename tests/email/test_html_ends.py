# ruff: noqa: E501 - one shape a line
"""Markup whose ends HTML leaves out, and what other programs leave behind: taken as browsers take it."""

import html5lib
import pytest


def shape(html: str, tag: str) -> list[tuple[str, str]]:
    """The elements below the first such tag as a browser builds them: each path, and the words right in it."""
    document = html5lib.parse(html, namespaceHTMLElements=False)
    found = document.find(f".//{tag}")
    assert found is not None

    def walk(element, path):
        for child in element:
            if isinstance(child.tag, str):
                yield (f"{path}/{child.tag}", (child.text or "").strip())
                yield from walk(child, f"{path}/{child.tag}")

    return list(walk(found, ""))


OPEN = {
    "list": "<ul><li>a<li>b<li>c</ul>",
    "paragraphs": "<blockquote><p>a<p>b</blockquote>",
    "a paragraph before a list": "<blockquote><p>a<ul><li>b</ul></blockquote>",
    "definitions": "<dl><dt>a<dd>b<dt>c<dd>d</dl>",
    "table": "<table><tbody><tr><td>a<td>b<tr><td>c<td>d</table>",
    "list in a list": "<ul><li>a<ul><li>b<li>c</ul><li>d</ul>",
    "closed in part": "<ul><li>a</li><li>b<li>c</li></ul>",
    "upper case": "<UL><LI>a<LI>b</UL>",
}


@pytest.mark.parametrize("written", OPEN.values(), ids=OPEN)
def test_ends_that_html_leaves_out_are_written_out_for_mjml(workshop, in_column, written):
    """D2: MJML itself takes such text as it is."""
    template = workshop.compile(in_column(f"<mj-text><section>{written}</section></mj-text>"))

    html = workshop.render(template)[1]

    assert shape(html, "section") == shape(f"<html><body><section>{written}</section>", "section")


def test_a_long_list_without_ends_is_not_deep(workshop):
    """D5: its items stand beside each other."""
    items = "<li>x" * 150

    assert workshop.text(f"<ul>{items}</ul>")
    assert workshop.compile(f"<html><body><ul>{items}</ul></body></html>", mjml=False)
    assert workshop.refused("<html><body>" + "<ul><li>" * 150 + "</ul>" * 150 + "</body></html>", mjml=False)


def test_an_element_that_needs_its_end_is_refused_as_ever(workshop):
    [problem] = workshop.refused_text("<ul><li><b>a<li>c</ul>")

    assert problem.message.startswith("</ul> closes nothing: <li>") or "<b>" in problem.message


MENU = (
    '<div><input type="checkbox" id="menu" style="display:none !important"><label for="menu">Menu</label>'
    '<input type="radio" name="r" checked></div>'
)


@pytest.mark.parametrize("mjml", [True, False])
def test_the_switches_of_compiled_mjml_are_taken(workshop, in_column, mjml):
    """What MJML makes of a menu, an accordion or a carousel is HTML that somebody may upload."""
    template = workshop.compile(in_column(f"<mj-raw>{MENU}</mj-raw>") if mjml else MENU, mjml=mjml)

    html = workshop.render(template)[1]

    assert 'type="checkbox"' in html
    assert '<label for="menu">Menu</label>' in html


@pytest.mark.parametrize(
    "content",
    [
        "<input>",
        '<input type="text">',
        '<input type="submit">',
        '<input type="image" src="https://shop.example.com/a.png">',
        '<input type="password" type="checkbox">',
        '<input type="{{ customer.first_name }}">',
        '<input type="{% if offer %}checkbox{% else %}text{% endif %}">',
        '<input {% if offer %}type="checkbox"{% else %}type="radio"{% endif %}>',
        '<input type="checkbox" formaction="https://shop.example.com">',
        '<input type="checkbox" onchange="x">',
        '<form><input type="checkbox"></form>',
        "<style>#a:checked { background: url(https://shop.example.com/a.png) }</style>",
    ],
)
def test_nothing_else_can_be_typed_or_sent(workshop, content):
    """D6."""
    assert workshop.refused(f"<html><body>{content}</body></html>", mjml=False)


def test_what_word_leaves_in_a_text_is_taken(workshop):
    template = workshop.text('<p class="MsoNormal">Hello<o:p></o:p></p>')

    assert workshop.render(template)[2] == "Hello\n"


def test_a_style_in_a_cdata_of_old_is_taken_with_jinja_in_it(workshop):
    sheet = "<style>/*<![CDATA[*/ p { color: {{ shop.brand.colour }} } /*]]>*/</style>"
    template = workshop.compile(f"<html><head>{sheet}</head><body><p>x</p></body></html>", mjml=False)

    assert "/*<![CDATA[*/ p { color: " in workshop.render(template)[1]
    evil = sheet.replace("color:", "background: ur<![CDATA[l(//x.example/a.png); color:")
    assert workshop.refused(
        f"<html><head>{evil.replace('ur<![CDATA[l', 'url')}</head><body><p>x</p></body></html>", mjml=False
    )


@pytest.mark.parametrize(
    ("content", "written"),
    [
        ("""<mj-text font-family='"Open Sans", Arial'>x</mj-text>""", "font-family:&quot;Open Sans&quot;, Arial"),
        ("""<mj-image src="https://shop.example.com/a.png" alt='say "hi"' />""", 'alt="say &quot;hi&quot;"'),
        ("""<mj-text><img src="https://shop.example.com/a.png" width="1" alt='say "hi"'></mj-text>""", 'alt="say &quot;hi&quot;"'),
    ],
)  # fmt: skip
def test_double_quotes_in_single_ones_stay_a_value_in_mjml(workshop, in_column, content, written):
    """D2: its compiler writes all values in double quotes."""
    assert written in workshop.render(workshop.compile(in_column(content)))[1]


def test_an_mj_raw_around_a_block_is_the_block(workshop):
    """So MJML's own documentation has it: `<mj-raw>{% if ... %}</mj-raw>` between sections."""
    section = "<mj-section><mj-column><mj-text>{}</mj-text></mj-column></mj-section>"
    source = (
        "<mjml><mj-body><mj-raw>{% if offer %}</mj-raw>" + section.format("gift")
        + "<mj-raw>\n  {% else %}\n</mj-raw>" + section.format("none") + "<mj-raw><!-- end -->{% endif %}</mj-raw>"
        "<mj-raw>{% for p in products %}</mj-raw>" + section.format("{{ p.name }}") + "<mj-raw>{% endfor %}</mj-raw>"
        "</mj-body></mjml>"
    ).replace("<!-- end -->", "{# end #}")  # fmt: skip
    template = workshop.compile(source)

    products = [{"name": "Oolong"}, {"name": "Sencha"}]
    assert workshop.render(template, offer=None, products=products)[2].split() == ["none", "Oolong", "Sencha"]
    assert workshop.render(template, offer={"name": "x"}, products=[])[2].split() == ["gift"]


def test_a_schema_named_for_an_editor_is_passed_over(workshop):
    template = workshop.compile('<mjml xmlns="http://mjml.io/schema"><mj-body></mj-body></mjml>')

    assert "mjml.io" not in workshop.render(template)[1]


def test_an_mj_raw_with_more_than_blocks_stays_one(workshop):
    """Its halves would stand in different elements."""
    source = "<mjml><mj-body><mj-raw>{% if offer %}<br></mj-raw><mj-raw>{% endif %}</mj-raw></mj-body></mjml>"

    assert any("Put both into one element." in problem.message for problem in workshop.refused(source))


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("<MJML></MJML>", "The tags of MJML are written in small letters: <mjml>."),
        (
            '<mjml><mj-body id="a"><mj-container></mj-container></mj-body></mjml>',
            "This is MJML 3: take <mj-container> away",
        ),
        ("<mjml><mj-head><mj-title>a <b>b</b></mj-title></mj-head><mj-body></mj-body></mjml>", "holds words only"),
        ("<mjml><mj-body><% if (x) { %></mj-body></mjml>", "of other template languages"),
        ("<mjml><mj-body><?php echo 1 ?></mj-body></mjml>", "of other template languages"),
        ("<mjml><mj-body><% if (x) {%></mj-body></mjml>", "is EJS or ERB"),
        ("<mjml><mj-body><mj-raw><#assign a=1></mj-raw></mj-body></mjml>", "of other template languages"),
        ("<mjml><mj-body><mj-raw></#if></mj-raw></mj-body></mjml>", "of other template languages"),
        ("<mjml><mj-body>{{#each items}}</mj-body></mjml>", "This is Handlebars or Mustache."),
    ],
)
def test_what_is_of_another_world_is_refused_with_the_mend(workshop, source, message):
    """D3."""
    assert message in workshop.refused(source)[0].message
