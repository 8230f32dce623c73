"""Who brought and who approved a version; and that what older releases stored is still read."""

from dataclasses import replace
from json import dumps, loads

import pytest

from chalicelib.domain.template_versions import (
    LIBRARY,
    MAX_HISTORY,
    MAX_NOTE,
    MAX_VERSIONS,
    Activation,
    Author,
    LocaleVersions,
    Upload,
    body_from_locales,
    history,
    locales_from_body,
    read_note,
)
from chalicelib.errors import InvalidInput

ANN, BOB, NOBODY = Author(name="ann", via="cli"), Author(name="bob"), Author(via="console")


def upload(by: Author = ANN, at: str = "2026-11-22T12:00:00Z", **more) -> Upload:
    return Upload(at=at, by=by.name, via=by.via, source="s1", **more)


def activation(version: str, by: Author = BOB, at: str = "2026-11-22T13:00:00Z") -> Activation:
    return Activation(version=version, at=at, by=by.name, via=by.via)


def entry(by: Author = ANN) -> LocaleVersions:
    return LocaleVersions().with_version("v1", upload(by))


def test_a_second_person_approves_and_the_first_cannot():
    assert entry().not_approved("v1", BOB) == ""
    assert "'ann' uploaded it and cannot approve it too" in entry().not_approved("v1", ANN)


@pytest.mark.parametrize("via", ["bucket", "console"])
def test_whose_name_nobody_knows_neither_uploads_nor_approves(via):
    assert "nobody knows who uploaded it" in entry(Author(via=via)).not_approved("v1", BOB)
    assert "whoever asks has no name here" in entry().not_approved("v1", Author(via=via))


def test_a_version_of_before_the_history_needs_a_new_upload():
    assert "nobody knows who uploaded it" in LocaleVersions(versions=("v1",)).not_approved("v1", BOB)


def test_what_a_second_person_approved_once_anybody_may_go_back_to():
    back = entry().activated(activation("v1"), ()).with_version("v2", upload(BOB)).activated(activation("v2", ANN), ())

    assert back.active == "v2"
    assert back.not_approved("v1", ANN) == ""
    own = entry().activated(activation("v1", ANN), ()).with_version("v2", upload()).activated(activation("v2"), ())
    assert own.not_approved("v1", ANN) != ""


def test_what_ships_needs_nobody_else():
    assert entry(LIBRARY).not_approved("v1", LIBRARY) == ""
    assert entry(LIBRARY).not_approved("v1", ANN) == ""


def test_the_same_version_again_keeps_who_brought_it_first_and_takes_the_newer_source():
    again = entry().with_version("v2", upload()).with_version("v1", replace(upload(BOB), source="s2"))

    assert again.versions == ("v1", "v2")
    assert (again.uploads["v1"].by, again.uploads["v1"].source) == ("ann", "s2")


def test_activating_what_is_active_is_told_once():
    once = entry().activated(activation("v1"), ("no subject",))
    twice = once.activated(activation("v1", ANN, at="2026-11-23T00:00:00Z"), ())

    assert twice.activations == once.activations
    assert (once.refuses_launch, twice.refuses_launch) == (("no subject",), ())


def test_the_history_is_newest_first():
    both = {"en": entry().activated(activation("v1"), ()), "de": entry(NOBODY)}

    assert [(one["what"], one["locale"], one["by"], one["via"]) for one in history(both)] == [
        ("activated", "en", "bob", "api"),
        ("uploaded", "en", "ann", "cli"),
        ("uploaded", "de", None, "console"),
    ]


def test_what_is_stored_is_read_back():
    locales = {"en": entry().activated(activation("v1"), ("x",)), "de": LocaleVersions(versions=("v3",), shipped="h")}

    assert locales_from_body(loads(dumps(body_from_locales(locales)))) == locales


def test_a_document_of_an_older_release_is_read_and_an_older_release_reads_ours():
    """A14: both run side by side during a deployment."""
    old = {"versions": ["v1"], "active": "v1", "refuses_launch": [], "shipped": None}

    assert locales_from_body({"locales": {"en": old}}) == {"en": LocaleVersions(versions=("v1",), active="v1")}
    [fields] = body_from_locales({"en": entry()})["locales"].values()
    assert set(fields) == set(old)


def test_a_long_history_never_outgrows_its_document():
    def full() -> LocaleVersions:
        made = LocaleVersions()
        for number in range(MAX_VERSIONS + 5):
            version = f"{number:032}"
            made = made.with_version(version, upload(note="ü" * MAX_NOTE)).activated(activation(version), ())
        return made

    body = body_from_locales({f"l{number}": full() for number in range(20)})

    assert len(dumps(body["history"])) <= MAX_HISTORY
    assert all(len(fields["versions"]) == MAX_VERSIONS for fields in body["locales"].values())
    assert all(told["activations"] for told in body["history"].values())


@pytest.mark.parametrize(("given", "note"), [(None, ""), ("  ", ""), (" new hero ", "new hero")])
def test_a_note_is_one_line_or_nothing(given, note):
    assert read_note(given) == note


@pytest.mark.parametrize("given", ["a\nb", "a\u2028b", "x" * (MAX_NOTE + 1)])
def test_any_other_note_is_refused(given):
    with pytest.raises(InvalidInput, match="The note "):
        read_note(given)
