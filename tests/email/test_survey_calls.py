"""`survey(...)` in a template: written out, checked at the upload, and a page of the mail's own."""

import pytest


@pytest.mark.parametrize(
    ("call", "asked"),
    [
        ("survey('favourite_gift', 'a tin of tea')", ("favourite_gift", "a tin of tea")),
        ('survey("share_of_wallet", 50)', ("share_of_wallet", 50)),
        ("survey('score', -1)", ("score", -1)),
        ("survey('score', 2.5)", ("score", 2.5)),
        ("survey('wish')", ("wish", None)),
        ("link(survey('wish'))", ("wish", None)),
    ],
)
@pytest.mark.parametrize("mjml", [True, False])
def test_it_leads_to_its_page_without_a_detour_in_html_and_text(workshop, in_column, call, asked, mjml):
    source = in_column(f"<mj-button href='{{{{ {call} }}}}'>x</mj-button>")
    html = f"<html><body><a href='{{{{ {call} }}}}'>x</a></body></html>"
    calls = []

    def survey(question, answer=None):
        calls.append((question, answer))
        return "https://links.example/s/t"

    def link(url, number=None):
        pytest.fail(f"a detour for {url}")

    template = workshop.compile(source if mjml else html, mjml=mjml)
    _, html, text = workshop.render(template, survey=survey, link=link)

    assert set(calls) == {asked}
    assert type(calls[0][1]) is type(asked[1])
    assert html.count("https://links.example/s/t") == text.count("https://links.example/s/t") == 1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("survey()", "both written out"),
        ("survey('a', 'b', 'c')", "both written out"),
        ("survey('a', none)", "both written out"),
        ("survey('a', answer='b')", "both written out"),
        ("survey('a', customer.first_name)", "both written out"),
        ("survey(customer.stage, 'b')", "both written out"),
        ("survey('a', 'b' ~ customer.id)", "both written out"),
        ("survey('a', 1 + 1)", "both written out"),
        ("survey('a', picks(2))", "both written out"),
        ("survey('a', -'b')", "both written out"),
        ("survey(*['a'])", "both written out"),
        ("survey('', 'b')", "must have 1 to 128 characters"),
        ("survey(7, 'b')", "the name of an attribute, in quotes"),
        ("survey('a', true)", "must be a text or a number"),
        ("survey('a', '')", "must have 1 to 100 characters"),
        (f"survey('a', '{'x' * 101}')", "must have 1 to 100 characters, got 101"),
    ],
)
def test_what_is_not_written_out_or_does_not_fit_is_refused_at_its_place(workshop, call, message):
    """D3."""
    details = workshop.refused_text(f"{{{{ {call} }}}}")

    assert any(message in detail.message for detail in details)
    assert all(detail.where.startswith("line 1, column ") for detail in details)


@pytest.mark.parametrize(
    "call", ["survey('a', 9 ** 9 ** 9 ** 9)", "survey('a', 'x' * 10 ** 10)", f"survey('a', {'9' * 400})"]
)
def test_nothing_is_computed_while_it_is_checked(workshop, call):
    """D6."""
    assert workshop.refused_text(f"{{{{ {call} }}}}")


def test_without_a_call_it_is_no_value(workshop):
    [detail] = workshop.refused_text("{{ survey }}")

    assert "`survey` is a function: call it, survey(...)" in detail.message
