# ruff: noqa: E501 - one shape a line
"""Blocks that open in one element and close in another: refused, but for two halves that always go together."""

import html5lib
import pytest

PAIR = '{% if offer %}<a href="https://x.example/{{ customer.id }}">{% endif %}Tea{% if  offer %}</a>{% endif %}'
PAIRS = {
    "a link": PAIR,
    "around a picture": PAIR.replace("Tea", '<img src="https://x.example/a.png" alt="Tea" width="9">'),
    "two tags": "{% if offer %}<b><i>{% endif %}Tea{% if offer %}</i></b>{% endif %}",
    "in each other": "{% if offer %}<b>{% endif %}{% if voucher %}<i>{% endif %}Tea{% if voucher %}</i>{% endif %}{% if offer %}</b>{% endif %}",
    "blocks inside": PAIR.replace("Tea", "{% if voucher %}Tea{% else %}<u>Tea</u>{% endif %}"),
    "one after the other": PAIR + PAIR,
    "in a loop": "{% for p in products %}" + PAIR + "{% endfor %}",
    "in a branch": "{% if voucher %}" + PAIR + "{% else %}Tea{% endif %}",
}  # fmt: skip


@pytest.mark.parametrize("content", PAIRS.values(), ids=PAIRS)
@pytest.mark.parametrize("mjml", [True, False])
@pytest.mark.parametrize("known", [{"offer": {"name": "x"}}, {"offer": None}, {"offer": None, "voucher": None}])
def test_two_halves_on_one_condition_are_whole_in_every_mail(workshop, in_column, content, mjml, known):
    """D2: so public mails write a link that only some have."""
    source = in_column(f"<mj-text><p>{content}</p></mj-text>") if mjml else f"<!DOCTYPE html><p>{content}</p>"
    _, html, text = workshop.render(workshop.compile(source, mjml=mjml), **known)

    parser = html5lib.HTMLParser()
    parser.parse(html[html.index("<p>") : html.index("</p>")])
    errors = {error[1] for error in parser.errors} - {
        "expected-doctype-but-got-start-tag",
        "expected-closing-tag-but-got-eof",
    }
    assert not errors
    assert ("Tea" in text) == (bool(known["offer"]) or "alt=" not in content)
    assert "Tea: https" in text or "https" not in text
    assert ("https://x.example/" in text) == ("https" in content and bool(known["offer"]) and "<a" in html)


FULL = "loop.index % 3 == 0 and not loop.last"
ROW = "<tr>{% for p in products %}<td>{{ p.name }}</td>JOINT{% endfor %}</tr>"
GRIDS = {
    "rows": ROW.replace("JOINT", f"{{% if {FULL} %}}</tr><tr>{{% endif %}}"),
    "rows with Jinja in them": ROW.replace(
        "JOINT", f'{{% if {FULL} %}} </tr> <!-- next --> <tr class="{{{{ loop.index }}}}"> {{% endif %}}'
    ),
    "in two conditions": ROW.replace(
        "JOINT", "{% if not loop.last %}{% if loop.index % 3 == 0 %}</tr><tr>{% endif %}{% endif %}"
    ),
    "groups of rows": f"<tbody>{ROW}</tbody>".replace(
        "JOINT", f"{{% if {FULL} %}}</tr></tbody><tbody><tr>{{% endif %}}"
    ),
    "inside of a pair": "{% if products %}<tbody>{% endif %}"
    + ROW.replace("JOINT", f"{{% if {FULL} %}}</tr><tr>{{% endif %}}")
    + "{% if products %}</tbody>{% endif %}",
}


@pytest.mark.parametrize("content", GRIDS.values(), ids=GRIDS)
@pytest.mark.parametrize("mjml", [True, False])
def test_a_row_may_end_and_the_next_begin_in_one_condition(workshop, in_column, content, mjml):
    """D2: so public mails show products three in a row, as many rows as there are."""
    source = in_column(f"<mj-table>{content}</mj-table>") if mjml else f"<!DOCTYPE html><table>{content}</table>"
    template = workshop.compile(source, mjml=mjml)

    for count in (1, 3, 4, 7):
        teas = [f"Tea{number}" for number in range(count)]
        _, html, text = workshop.render(template, products=[{"name": tea} for tea in teas])
        table = html[html.rindex("<td>Tea0") :]
        table = html[html.rindex("<table", 0, html.index(table)) : html.index("</table>", html.index(table)) + 8]
        parser = html5lib.HTMLParser(namespaceHTMLElements=False)
        tree = parser.parse(table)

        rows = [[cell.text for cell in row.iter("td")] for row in tree.iter("tr")]
        assert rows == [teas[start : start + 3] for start in range(0, count, 3)]
        assert {error[1] for error in parser.errors} <= {"expected-doctype-but-got-start-tag"}
        assert text.split() == teas


@pytest.mark.parametrize(
    "joint",
    [
        "</tr><td>",
        "</tr>",
        "<tr>",
        "</tr><tr><tr>",
        "</tr>x<tr>",
        "</tr><tbody>",
        "</tr>{{ p.name }}<tr>",
        "</table><table>",
    ],
)
def test_a_condition_that_leaves_other_elements_open_is_refused(workshop, joint):
    """D3."""
    content = ROW.replace("JOINT", f"{{% if {FULL} %}}{joint}{{% endif %}}")
    problems = workshop.refused(f"<table>{content}</table>", mjml=False)

    assert any("closes nothing" in one.message or "Put both into one element." in one.message for one in problems)


def test_columns_of_mjml_are_in_one_section_in_every_mail(workshop):
    """MJML reckons their widths once."""
    joint = "{% if offer %}</mj-section><mj-section>{% endif %}"
    source = f"<mjml><mj-body><mj-section><mj-column/>{joint}<mj-column/></mj-section></mj-body></mjml>"

    assert any("Put both into one element." in one.message for one in workshop.refused(source))


@pytest.mark.parametrize(
    "content",
    [
        '{% if offer %}<a href="https://x.example">{% endif %}x{% if voucher %}</a>{% endif %}',
        '{% if offer %}<a href="https://x.example">{% endif %}x{% if not offer %}</a>{% endif %}',
        '{% if offer %}<a href="https://x.example">{% endif %}x</a>',
        '<a href="https://x.example">x{% if offer %}</a>{% endif %}',
        '{% set x = 1 %}{% if x %}<b>{% endif %}x{% set x = 0 %}{% if x %}</b>{% endif %}',
        "{% if voucher %}{% if offer %}<b>{% endif %}{% else %}{% if offer %}</b>{% endif %}{% endif %}",
        "{% if offer %}<b>{% endif %}{% for p in products %}{% if offer %}</b>{% endif %}{% endfor %}",
        "{% for p in products %}{% if loop.first %}<b>{% endif %}x{% if loop.last %}</b>{% endif %}{% endfor %}",
        "{% if offer %}<b>{% else %}<i>{% endif %}x{% if offer %}</b>{% else %}</i>{% endif %}",
        "{% if offer %}<b>{% endif %}x{% if voucher %}<i>{% endif %}y{% if offer %}</b>{% endif %}{% if voucher %}</i>{% endif %}",
        "{% if offer %}<b></p><p>{% endif %}x{% if offer %}</b>{% endif %}",
    ],
)  # fmt: skip
def test_halves_that_need_not_go_together_are_refused(workshop, content):
    """D3, D5."""
    for problems in (workshop.refused_text(f"<p>{content}</p>"), workshop.refused(f"<div>{content}</div>", mjml=False)):
        assert any("closes nothing" in one.message or "Put both into one element." in one.message for one in problems)
