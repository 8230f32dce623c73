"""What changed between two versions, by lines of what the author wrote."""

from time import perf_counter

import pytest

from chalicelib.errors import Conflict, InvalidInput, NotFound
from chalicelib.ports import Document
from chalicelib.services.activate_template import activate_template
from chalicelib.services.diff_template import diff_template
from chalicelib.services.get_template_version import get_template_version
from chalicelib.services.put_template import put_template
from tests.fakes import make_app

TAIL = "".join(f"<p>line {number}</p>\n" for number in range(9))


def html(text: str) -> str:
    return f"<p>{text}</p>\n{TAIL}<p>{{{{ postal_address }}}}</p>\n"


@pytest.fixture
def app():
    return make_app()


def put(app, text: str, locale: str = "en", subject: str = "Hi") -> str:
    version: str = put_template(app, "spring", locale, subject, html(text), mjml=False)["version"]
    return version


def diff(app, before=None, after=None, locale=None):
    return diff_template(app, "spring", before=before, after=after, locale=locale)


def test_a_changed_line_stands_with_those_around_it_and_the_rest_is_left_out(app):
    old, new = put(app, "a"), put(app, "b")
    found = diff(app)

    assert (found["from"], found["to"], found["added"], found["removed"]) == (old, new, 1, 1)
    assert [(line["kind"], line["before"], line["after"], line["text"]) for line in found["lines"]] == [
        ("same", 1, 1, "subject: Hi"),
        ("removed", 2, None, "<p>a</p>"),
        ("added", None, 2, "<p>b</p>"),
        ("same", 3, 3, "<p>line 0</p>"),
        ("same", 4, 4, "<p>line 1</p>"),
        ("same", 5, 5, "<p>line 2</p>"),
        ("gap", None, None, ""),
    ]


def test_by_default_the_newest_is_compared_with_the_active_one(app):
    first = put(app, "a")
    activate_template(app, "spring", None)
    second, third = put(app, "b"), put(app, "c")

    assert (diff(app)["from"], diff(app)["to"]) == (first, third)
    activate_template(app, "spring", third)
    assert (diff(app)["from"], diff(app)["to"]) == (second, third)
    assert diff(app, third, first)["to"] == first


def test_the_same_version_has_no_difference(app):
    only = put(app, "a")

    assert diff(app, only, only)["lines"] == []
    with pytest.raises(InvalidInput, match="no version before"):
        diff(app)


def test_versions_of_two_locales_are_not_compared(app):
    english, german = put(app, "a"), put(app, "b", "de")

    with pytest.raises(NotFound):
        diff(app, english, german)
    with pytest.raises(NotFound):
        diff(app, "0" * 32)
    with pytest.raises(NotFound):
        diff(app, locale="fr")
    put(app, "c", "de")
    assert diff(app, locale="de")["from"] == german


def test_a_source_is_kept_as_it_was_written_beside_its_version(app):
    version = put(app, "{# for us #}a")
    shown = get_template_version(app, "spring", version)

    assert (shown["source"], shown["subject"], shown["content_type"]) == (html("{# for us #}a"), "Hi", "text/html")
    assert (shown["locale"], shown["active"], shown["via"]) == ("en", False, "api")


def test_a_version_of_before_sources_were_kept_says_so(app):
    old = put(app, "a")
    stored = app.catalog.get("template", "spring")
    app.catalog.put(Document(kind="template", name="spring", body={"locales": stored.body["locales"]}, revision=1))
    put(app, "b")

    assert get_template_version(app, "spring", old)["source"] is None
    with pytest.raises(Conflict, match="was not kept"):
        diff(app)


def test_long_sources_of_the_same_few_lines_are_compared_in_seconds(app):
    """Two versions at the limit, of lines that all look alike: the worst that the comparison knows."""

    def lines(step: int) -> str:
        return "".join(f"<p>{number * number * step % 997 % 120}</p>\n" for number in range(2400))

    for step in (3, 7):
        put_template(app, "spring", "en", "Hi", lines(step), mjml=False)
    start = perf_counter()
    assert diff(app)["added"] > 0
    assert perf_counter() - start < 10
