"""What HTML mails of the world have in common is taken as it is: their boilerplate, their slips, their styles."""

from html.parser import HTMLParser

import pytest

BOILERPLATE = """<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" lang="en">
<head>
  <meta charset="utf-8">
  <meta http-equiv="Content-Type" content="text/html; charset=utf-8" />
  <meta http-equiv="X-UA-Compatible" content="IE=edge">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="x-apple-disable-message-reformatting">
  <meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no">
  <meta name="description" content="Spring teas">
  <title>Spring</title>
  <!--[if gte mso 9]>
  <xml><o:OfficeDocumentSettings><o:AllowPNG/><o:PixelsPerInch>96</o:PixelsPerInch></o:OfficeDocumentSettings></xml>
  <style>* { font-family: sans-serif !important; } v\\:* { behavior: url(#default#VML); }</style>
  <![endif]-->
  <!--[if !mso]><!-- -->
  <link rel="preconnect" href="https://fonts.gstatic.com" crossorigin>
  <link href="https://fonts.googleapis.com/css2?family=Lora:wght@400;700&display=swap" rel=stylesheet type="text/css">
  <style>@import url('https://fonts.googleapis.com/css?family=Lora:400,700');</style>
  <!-- <![endif]-->
  <style type="text/css"><!--
    /* \\\\ CLIENTS // @tab Page ~ what other programs' editors leave behind */
    #outlook a { padding: 0; } .ExternalClass, .ExternalClass p { line-height: 100%; }
    u + #body .full { width: 100% !important } a[x-apple-data-detectors] { color: inherit !important; }
    div[style*="margin: 16px 0;"] { margin: 0 !important; } .sm\\:w-full { width: 100% } li::before { content: "\\2022" }
    @font-face { font-family: 'Kettle'; src: local('Kettle'), url("https://shop.example.com/kettle@2x.woff2") format('woff2'); }
    @media screen and (-webkit-min-device-pixel-ratio: 0) { .hero { background-image: url(https://shop.example.com/small.jpg) } }
    @-moz-document url-prefix() { .x { color: red } }
  --></style>
</head>
"""  # noqa: E501 - as such files are


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


def page(body: str) -> str:
    return f'{BOILERPLATE}<body id="body" bgcolor=#ffffff>{body}</body></html>'


def test_the_boilerplate_of_the_world_compiles_and_stays(workshop):
    template = workshop.compile(page("<p>Hello</p>"), mjml=False)

    html = workshop.render(template)[1]

    assert 'rel="stylesheet"' in html
    for part in ("X-UA-Compatible", "x-apple-disable", "<o:AllowPNG/>", "url(#default#VML)", "@font-face", "<!-- -->"):
        assert part in html


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("<table border=0 cellpadding=0 width=100%><tr><td>x</table>", {"border": "0", "cellpadding": "0"}),
        ("<table><tr><td align='center'valign='top'>x</table>", {"align": "center", "valign": "top"}),
        ("<p><a href=https://shop.example.com/?a=1&b=2 target=_blank>x</a>", {"target": "_blank"}),
        ("<table><tr><td background=https://shop.example.com/a.png>x</table>", {"background": "https://shop.example.com/a.png"}),
        ("<p style=color:red>x", {"style": "color:red"}),
        ("<p style='font-family:&quot;Lora&quot;,serif'>x", {"style": 'font-family:"Lora",serif'}),
        (
            "<div style=\"background-image: url('https://shop.example.com/a.jpg?a=1&amp;b=2')\">x</div>",
            {"style": "background-image: url('https://shop.example.com/a.jpg?a=1&b=2')"},
        ),
    ],
)  # fmt: skip
def test_what_authors_leave_out_is_put_in(workshop, written, meant):
    """Quotes and spaces: every browser reads it so, and a value could not break out of quotes."""
    html = workshop.render(workshop.compile(f"<html><body>{written}</body></html>", mjml=False))[1]

    reader = Tags()
    reader.feed(html)
    assert any(meant.items() <= attributes.items() for _, attributes in reader.seen)


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        ("<!--[if !mso]><!-->", "<!--<![endif]-->"),
        ("<!--[if !mso]><!-- -->", "<!-- <![endif]-->"),
        ("<!--[if !mso]> <!-->", "<!--<![endif]-->"),
        ("<!--[if !mso]>-->", "<!--<![endif]-->"),
        ("<![if !mso]>", "<![endif]>"),
    ],
)
def test_what_only_outlook_is_not_to_show_is_checked_and_shown(workshop, opening, closing):
    """It is the mail for everybody else."""
    mail = "<html><body>{}<p>{}</p>{}</body></html>"
    template = workshop.compile(mail.format(opening, "for all", closing), mjml=False)

    _, html, text = workshop.render(template)

    assert f"{opening}<p>for all</p>{closing}" in html
    assert text == "for all\n"
    assert workshop.refused(mail.format(opening, "<script>x</script>", closing), mjml=False)


def test_annotations_for_gmail_are_written_as_microdata(workshop):
    """https://developers.google.com/gmail/promotab/overview: as JSON they would need a script."""
    offer = (
        '<div itemscope itemtype="http://schema.org/DiscountOffer">'
        '<meta itemprop="discountCode" content="{{ voucher.code if voucher }}"/>'
        '<link itemprop="url" href="{{ voucher.url if voucher }}"/></div>'
    )
    template = workshop.compile(f"<html><head>{offer}</head><body><p>x</p></body></html>", mjml=False)
    assert 'itemprop="discountCode" content="7K4QX-M2PD-9WRT"' in workshop.render(template)[1]

    [problem] = workshop.refused('<html><head><script type="application/ld+json">{}</script></head></html>', mjml=False)
    assert "write microdata" in problem.message


def test_what_css_does_not_know_is_left_to_the_mail_programs(workshop):
    """Some is meant for one of them alone, as in MJML's own accordion."""
    sheet = "<style>@goodbye { @gmail } @counter-style x { system: cyclic } .a { color: red }</style>"

    assert sheet in workshop.compile(f"<html><head>{sheet}</head><body><p>x</p></body></html>", mjml=False).html


def test_of_two_attributes_of_one_name_the_first_is_read_and_the_second_warned_of(workshop, in_column):
    """As mail programs and MJML do; our compiler reads the last."""
    twice = '<p style="color:#111111" class="a" style="color:#222222">x</p>'
    warnings = workshop.compile(twice, mjml=False).warnings

    assert [(one.rule, one.where) for one in warnings if one.rule == "attribute"] == [
        ("attribute", "line 1, column 36")
    ]
    template = workshop.compile(in_column(f'<mj-text color="#333333"color="#444444"align="right">{twice}</mj-text>'))
    assert '<p style="color:#111111" class="a">x</p>' in workshop.render(template)[1]
    assert "text-align:right;color:#333333" in template.html
    assert "#444444" not in template.html
    assert [one.message for one in template.warnings if one.rule == "attribute"] == [
        "<mj-text> does nothing with `a second color`. Remove it.",
        "<p> does nothing with `a second style`. Remove it.",
    ]


def test_a_second_attribute_is_judged_like_the_first(workshop):
    """It may hold no Jinja in MJML, whose halves would go with it, and nothing that a mail must not have."""
    [problem] = workshop.refused_text('<p title="a" title="{{ customer.first_name }}">x</p>')
    assert problem.message == "<p> has `title` twice. Keep one of them."

    [problem] = workshop.refused_text('<a href="https://x.example/" href="javascript:x()">x</a>')
    assert "must not begin with `javascript:`" in problem.message


@pytest.mark.parametrize(
    "style",
    [
        "color:{% if offer %}red{% else %}blue{% endif %};width:{% if offer %}50{% else %}60{% endif %}px",
        "color:{{ shop.brand.colour }}{% if offer %};font-weight:bold{% endif %}",
        "width:{{ 10 * 3 }}px;border:1px solid {{ shop.brand.colour }}",
        "background:url({{ products[0].image_url }})",
        "background:url('https://shop.example.com/{{ products[0].sku }}.jpg?a={{ customer.first_name }}')",
    ],
)
def test_jinja_in_a_style_may_be_whole_words(workshop, style):
    assert workshop.compile(f'<html><body><p style="{style}">x</p></body></html>', mjml=False)


def test_values_in_the_address_of_a_style_are_encoded(workshop):
    """D8: no value ends the `url()` or the attribute."""
    source = "<p style=\"background:url('https://shop.example.com/a?b={{ customer.first_name }}')\">x</p>"
    template = workshop.compile(source, mjml=False)

    html = workshop.render(template, customer={"first_name": "x');color:red;\"><b>"})[1]

    assert (
        html
        == "<p style=\"background:url('https://shop.example.com/a?b=x%27%29%3Bcolor%3Ared%3B%22%3E%3Cb%3E')\">x</p>"
    )


@pytest.mark.parametrize(
    ("content", "mend"),
    [
        ("{{#if first_name}}x{{/if}}", "This is Handlebars or Mustache. Write {% if ... %}"),
        ("{{else}}", "This is Handlebars or Mustache."),
        ("{{> footer}}", "Write {% include 'partials/NAME.mjml' %}."),
        ("{{{ name }}}", "Values stand in two braces"),
        ("{{ customer.first_name | default: 'you' }}", "| default('you')."),
        ('{{ customer.first_name|default:"you" }}', '| default("you").'),
        ("{% trans 'Hello' %}", "Upload a version for each locale."),
        ("{% assign a = 1 %}", "Write {% set name = value %}."),
        ("{% url 'home' %}", "Write the address out"),
        ("{% unless offer %}x{% endunless %}", "Write {% if not ... %}"),
        ("{% frobnicate %}", "Templates have if, for, set and include."),
        ("{% if offer %}x", "`{% if %}` is never closed. Add {% endif %}."),
        ("{% if offer %}{% for p in products %}{% endif %}{% endfor %}", "close `{% for %}` by {% endfor %} first."),
        ("x{% endif %}", "`{% endif %}` belongs to no block"),
        ("{% if offer %}a{% elseif voucher %}b{% endif %}", "Write {% elif ... %}."),
        ("{% set x %}", "{% set name = value %}"),
        ("{% if offer = 1 %}x{% endif %}", "compared by `==`"),
        ("{% if offer &amp;&amp; voucher %}x{% endif %}", "Write `and`."),
        ("{% if !offer %}x{% endif %}", "Write `not`."),
        ("{{ customer.first_name || 'you' }}", "Write `or`"),
        ("{{ offer ? 'a' : 'b' }}", "{{ one if condition else other }}"),
        ("{{ \u201cx\u201d }}", "straight ones"),
        ("{{ customer->first_name }}", "behind a dot"),
        ("{% if locale == null %}x{% endif %}", "Write none."),
        ("{{ customer. }}", "name of a field is missing"),
        ("{{ customer.first_name | }}", "name of a filter is missing"),
        ("{{ }}", "A value or a condition is missing"),
        ("{% for p products %}x{% endfor %}", "{% for product in products %}"),
        ("{{ customer first_name }}", "`first_name` does not belong here."),
    ],
)
def test_another_template_language_is_refused_with_what_to_write_instead(workshop, content, mend):
    """D3."""
    [problem, *_] = workshop.refused_text(f"Dear {content}")

    assert mend in problem.message
    assert problem.where.startswith("line 1, column ")


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        ("{{ customer.nick | default('don\\'t go! why?') }}", "don't go! why?"),
        (
            "{{ customer.nick | default(\"a | b: 'c' && d || e -> $f \u2019 {{ x\") }}",
            "a | b: 'c' && d || e -> $f \u2019 {{ x",
        ),
        ("{% if 1 != 2 and not (1 == 2) %}yes{% endif %}", "yes"),
        ("{{ 'else' }}{{ '#' ~ '/if' }}", "else#/if"),
    ],
)
def test_what_only_looks_like_another_language_is_taken(workshop, content, shown):
    source = content.replace("customer.nick", "customer.attributes.nick")

    assert workshop.shown(source, customer={"attributes": {}}) == shown


def test_an_xml_declaration_is_passed_over(workshop, in_column):
    source = '<?xml version="1.0" encoding="utf-8"?>\n' + in_column("<mj-text>x</mj-text>")

    assert workshop.render(workshop.compile(source))[2] == "x\n"
    assert workshop.refused("<?php echo 1 ?>" + source)


def test_a_font_service_may_be_named_by_http(workshop):
    """Public MJML templates do; any other host needs https."""
    font = '<mjml><mj-head><mj-font name="Lora" href="http://{}/css?family=Lora"/></mj-head><mj-body></mj-body></mjml>'

    assert workshop.compile(font.format("fonts.googleapis.com"))
    assert workshop.refused(font.format("shop.example.com"))
