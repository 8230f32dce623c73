"""A template dropped into the bucket (D15, A2): at most a draft, always a report, whatever its name and content are."""

import gzip
import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.domain.template_files import DROPPED
from chalicelib.errors import NotFound, StaleRevision
from chalicelib.ports import App
from chalicelib.services.activate_template import activate_template
from chalicelib.services.get_template import get_template
from chalicelib.services.get_template_version import get_template_version
from chalicelib.services.put_template import put_template
from chalicelib.services.take_template_file import MAX_FILE, take_template_file
from chalicelib.wiring import override_app
from chalicelib.workers.templates import take_template
from tests.fakes import make_app
from tests.faults.ports import each_death

MJML = b"""<mjml><mj-head><mj-title>Hello</mj-title></mj-head><mj-body><mj-section><mj-column>
<mj-text><a href="{{ unsubscribe_url }}">Leave</a> {{ postal_address }}</mj-text>
</mj-column></mj-section></mj-body></mjml>"""


@pytest.fixture
def app() -> Iterator[App]:
    app = make_app()
    undo = override_app(app)
    yield app
    undo()


def drop(app: App, name: str, content: bytes = MJML) -> Any:
    """Put the file and deliver its event: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html"""
    app.files.put(f"{DROPPED}{name}", content)
    return deliver(f"{DROPPED}{name}")


def deliver(key: str) -> Any:
    return take_template({"detail": {"bucket": {"name": "b"}, "object": {"key": key}}})["taken"]


def report(app: App, name: str) -> Any:
    return json.loads(app.files.get(f"{DROPPED}{name}.report.json") or b"null")


def report_lines(app: App, name: str) -> list[str]:
    return (app.files.get(f"{DROPPED}{name}.report.txt") or b"").decode().splitlines()


def test_a_dropped_file_is_a_draft_and_its_report_lies_beside_it(app):
    assert drop(app, "spring.de.mjml") == "stored"
    found, shown = report(app, "spring.de.mjml"), get_template(app, "spring")

    assert (found["status"], found["name"], found["locale"], found["state"]) == ("stored", "spring", "de", "draft")
    assert (found["errors"], found["version"]) == ([], shown["locales"]["de"]["draft"])
    assert shown["active"] == {}
    [change] = shown["history"]
    assert (change["what"], change["by"], change["via"]) == ("uploaded", None, "bucket")
    assert get_template_version(app, "spring", found["version"])["source"] == MJML.decode()
    assert (
        report_lines(app, "spring.de.mjml")[0]
        == f"spring.de.mjml: taken as version {found['version']} of spring (de), a draft."
    )


def test_without_a_locale_it_is_in_the_shops_and_html_is_taken_too(app):
    drop(app, "spring.html", b"<html><head><title>x</title></head><body><p>Hello</p></body></html>")

    assert report(app, "spring.html")["locale"] == "en"
    assert any("(stops the launch) [unsubscribe]" in line for line in report_lines(app, "spring.html"))


def test_an_error_stands_at_its_line_and_column_and_nothing_is_stored(app):
    """D3."""
    assert drop(app, "spring.en.mjml", MJML.replace(b"mj-text", b"mj-texx")) == "refused"

    [error] = report(app, "spring.en.mjml")["errors"]
    assert error["where"] == "line 2, column 1"
    assert report_lines(app, "spring.en.mjml")[2].startswith("error    line 2, column 1: ")
    with pytest.raises(NotFound):
        get_template(app, "spring")


@pytest.mark.parametrize(
    "name",
    [
        "../spring.mjml",
        "../../templates/x.json",
        "/spring.mjml",
        "//spring.mjml",
        "%2e%2e%2fspring.mjml",
        "spring%00.mjml",
        "spring\x00.mjml",
        "spring\n.mjml",
        "spring\u2028.mjml",
        "en/spring.mjml",
        "Spring.mjml",
        "spring.MJML",
        "spring.mjml.exe",
        "spring.en.en.mjml",
        ".mjml",
        "..mjml",
        "...",
        "spr\u0131ng.mjml",
        "spring mail.mjml",
        "spring.svg",
        "spring.zip",
        "x" * 400 + ".mjml",
        "\udcff.mjml",
    ],
)
def test_any_other_name_is_refused_with_a_report_under_a_harmless_name(app, name):
    """D15."""
    before = dict(app.files.objects)
    assert drop(app, name) == "refused"

    fresh = sorted(set(app.files.objects) - set(before) - {f"{DROPPED}{name}"})
    assert [key.removeprefix(DROPPED).rpartition(".report.")[2] for key in fresh] == ["json", "txt"]
    for key in fresh:
        own = key.removeprefix(DROPPED)
        assert own.isascii()
        assert own.isprintable()
        assert not {"/", "%", "\\"} & set(own)
        assert own[0].isalnum()
        assert (app.files.get(key) or b"").isascii()
    assert app.catalog.list("template") == []


def bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("spring.mjml", b"0" * (50 << 20))
    return packed.getvalue()


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (bomb(), "not UTF-8"),
        (gzip.compress(MJML), "not UTF-8"),
        (MJML.decode().encode("utf-16"), "not UTF-8"),
        (b"\xff" * 10, "not UTF-8"),
        (b" " * (MAX_FILE + 1), "over the limit"),
        (b"<p>x</p>" * (MAX_FILE // 9), "over the limit"),
        (SVG, "svg"),
        (b"<!DOCTYPE mjml [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><mjml>&x;</mjml>", ""),
        (b"", ""),
    ],
    ids=["zip bomb", "gzip", "UTF-16", "bytes", "blanks", "too long", "SVG", "entity", "nothing"],
)
def test_a_bomb_a_picture_and_what_is_no_text_are_refused(app, content, said):
    """D4, D5, D15: nothing is ever unpacked, and no more than a mebibyte is read."""
    assert drop(app, "spring.html", content) == "refused"
    assert said in json.dumps(report(app, "spring.html"))
    assert app.catalog.list("template") == []


def test_the_reports_are_no_templates_and_set_nothing_off(app):
    drop(app, "spring.mjml")
    before = dict(app.files.objects)
    for key in before:
        if ".report." in key:
            assert deliver(key) is None
    assert deliver(f"{DROPPED}gone.mjml") is None
    app.files.put(f"{DROPPED}", b"")
    assert deliver(DROPPED) is None
    assert deliver("uploads/spring.mjml") is None
    app.files.delete([DROPPED])
    assert app.files.objects == before


def test_a_file_never_becomes_active_and_a_newer_one_is_the_draft(app):
    drop(app, "spring.mjml")
    drop(app, "spring.mjml", MJML.replace(b"Leave", b"Go"))
    entry = get_template(app, "spring")["locales"]["en"]

    assert (entry["active"], len(entry["versions"])) == (None, 2)
    assert report(app, "spring.mjml")["version"] == entry["draft"]


def test_an_event_that_comes_again_late_puts_no_older_version_before_a_newer_one(app):
    """A12: what is activated next is the newest, not what an old event brought back."""
    drop(app, "spring.mjml")
    old = report(app, "spring.mjml")["version"]
    newer = put_template(app, "spring", "en", None, MJML.replace(b"Leave", b"Go").decode(), mjml=True)["version"]
    deliver(f"{DROPPED}spring.mjml")
    activate_template(app, "spring", None)

    assert get_template(app, "spring")["locales"]["en"]["versions"] == [newer, old]
    assert get_template(app, "spring")["active"] == {"en": newer}
    assert report(app, "spring.mjml")["state"] == "earlier"
    assert f"`habitue template activate spring --version {old}`" in report_lines(app, "spring.mjml")[0]
    activate_template(app, "spring", old)
    deliver(f"{DROPPED}spring.mjml")
    assert report_lines(app, "spring.mjml")[0].endswith("which is active already.")


def test_rivals_are_no_fault_of_the_file_it_comes_again(app, monkeypatch):
    """A8."""

    def stale(_: Any) -> Any:
        raise StaleRevision("x")

    monkeypatch.setattr(app.catalog, "put", stale)
    with pytest.raises(StaleRevision):
        drop(app, "spring.mjml")
    assert report(app, "spring.mjml") is None


def stored(app: App) -> Any:
    kept = app.catalog.get("template", "spring")
    return kept and kept.body, app.files.objects  # type: ignore[attr-defined]


@pytest.mark.parametrize("content", [MJML, MJML.replace(b"mj-text", b"mj-texx")], ids=["taken", "refused"])
def test_it_may_die_at_any_call_and_come_twice(content):
    """A2: after each death the event is delivered again, twice; the end is that of a life without death."""
    key = f"{DROPPED}spring.mjml"

    def make() -> App:
        app = make_app()
        app.files.put(key, content)
        return app

    calm, deaths = make(), 0
    take_template_file(calm, key)
    for death, app in each_death(make, lambda app: app, lambda app: take_template_file(app, key)):
        for _ in range(2):
            take_template_file(app, key)
        assert stored(app) == stored(calm), death
        deaths += 1
    assert deaths >= 8
