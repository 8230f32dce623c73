"""The words of templates that count: numbers, plurals of every language, countdowns, picks."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from chalicelib.errors import RenderingFailed

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def shown(workshop, content: str, locale: str = "en", **variables) -> str:
    customer = {"locale": locale, "time_zone": "Europe/London", "points": 12345}
    text: str = workshop.shown(content, customer=customer, made_at=NOW, **variables)
    return text


@pytest.mark.parametrize(
    ("left", "locale", "words"),
    [
        (timedelta(days=3, hours=23), "en", "3 days"),
        (timedelta(days=2), "en", "2 days"),
        (timedelta(days=2, seconds=-1), "en", "47 hours"),
        (timedelta(hours=2), "en", "2 hours"),
        (timedelta(hours=1, minutes=59), "en", "119 minutes"),
        (timedelta(minutes=1), "en", "1 minute"),
        (timedelta(days=5), "de", "5 Tage"),
        (timedelta(days=5), "fr", "5\u00a0jours"),
        (timedelta(days=2), "ar", "يومان"),
    ],
)
def test_a_countdown_never_promises_more_than_there_is(workshop, left, locale, words):
    """M33: true to the end of the offer, whichever zone it is told in."""
    voucher = {"code": "x", "expires_at": (NOW + left).astimezone(ZoneInfo("Pacific/Apia"))}

    assert (
        shown(workshop, "{% if voucher %}{{ voucher.expires_at | countdown }}{% endif %}", locale, voucher=voucher)
        == words
    )


@pytest.mark.parametrize("left", [timedelta(0), timedelta(seconds=59), timedelta(days=-1)])
def test_a_countdown_to_what_has_passed_fails_that_mail(workshop, left):
    """M33, D11: an offer that is over is not promised to anybody."""
    template = workshop.text("{% if voucher %}{{ voucher.expires_at | countdown }}{% endif %}")

    with pytest.raises(RenderingFailed, match="has passed"):
        workshop.render(template, voucher={"expires_at": NOW + left}, made_at=NOW)


@pytest.mark.parametrize(
    ("locale", "number"), [("en", "12,345"), ("de", "12.345"), ("fr", "12\u202f345"), ("de-CH", "12’345")]
)
def test_a_number_has_the_separators_of_the_country(workshop, locale, number):
    assert shown(workshop, "{{ customer.points | number }}", locale) == number


@pytest.mark.parametrize(
    ("locale", "count", "word"),
    [("ru", 1, "one"), ("ru", 3, "few"), ("ru", 5, "many"), ("ru", 21, "one"), ("en", 3, "other"), ("ar", 2, "two")],
)
def test_a_plural_has_all_the_forms_of_the_language(workshop, locale, count, word):
    forms = "'one', 'other', two='two', few='few', many='many'"

    assert shown(workshop, f"{{{{ {count} | plural({forms}) }}}}", locale) == word


@pytest.mark.parametrize(
    "wrong", ["'x' | plural('a', 'b')", "1 | plural('a', 'b', lots='c')", "'x' | number", "true | number"]
)
def test_what_is_no_number_or_form_is_refused_by_the_trial(workshop, wrong):
    assert workshop.refused_text("{{ " + wrong + " }}")


def test_products_are_picked_by_favourites_or_by_the_new(workshop):
    asked = []

    def picks(count, by="favourites"):
        asked.append((count, by))
        return []

    loops = "".join(
        f"{{% for p in picks({call}) %}}{{% endfor %}}" for call in ("2", "3, by='favourites'", "4, by='new'")
    )
    shown(workshop, loops + "x", picks=picks)

    assert sorted(set(asked)) == [(2, "favourites"), (3, "favourites"), (4, "new")]


@pytest.mark.parametrize(
    "call", ["", "1, 2", "1, by='price'", "1, by=customer.stage", "1, order='new'", "1, by='new', x=1"]
)
def test_picks_by_anything_else_are_refused(workshop, call):
    """D3."""
    [problem] = workshop.refused_text("{% for p in picks(" + call + ") %}{% endfor %}")

    assert "picks(4, by='new')" in problem.message


def test_a_long_text_is_cut_between_words(workshop):
    assert shown(workshop, "{{ 'one two three four' | truncate(11) }}") == "one two..."


@pytest.mark.parametrize(
    ("part", "names"),
    [("[:2]", "ab"), ("[1:]", "bcd"), ("[1:3]", "bc"), ("[3:9]", "d"), ("[9:]", "")],
)
def test_a_part_of_a_list_is_written_as_in_jinja(workshop, part, names):
    products = [{"name": name} for name in "abcd"]
    content = f"{{% for p in products{part} %}}{{{{ p.name }}}}{{% endfor %}}."

    assert workshop.shown(content, products=products) == f"{names}."


def test_a_part_of_a_text_is_written_as_in_jinja(workshop):
    """Initials, say."""
    shown = "{{ customer.first_name[:1] }}{{ customer.attributes.code[1:3] }}"

    assert workshop.shown(shown, customer={"first_name": "Ada", "attributes": {"code": "wxyz"}}) == "Axy"


@pytest.mark.parametrize(
    "part", ["[:points.balance]", "[::2]", "[-1:]", "[:99]", "[:true]", "['a':]", "[:1.5]", "[0:2, 1]"]
)
def test_a_part_is_between_plain_numbers(workshop, part):
    """D6."""
    assert workshop.refused_text(f"{{% for p in products{part} %}}x{{% endfor %}}")


def test_a_part_of_what_is_missing_fails_that_mail(workshop):
    """D11."""
    template = workshop.text("{{ customer.first_name[:1] }}")

    with pytest.raises(RenderingFailed, match="`first_name` is empty"):
        workshop.render(template, customer={})
