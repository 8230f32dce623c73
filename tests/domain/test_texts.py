"""C10: what may stand in a name, a subject or a footer."""

import pytest

from chalicelib.domain.texts import identifier, locale_name, one_line, several_lines, time_zone_name
from chalicelib.errors import InvalidInput


def test_a_name_keeps_its_letters_and_loses_the_white_space_around_it():
    assert one_line("  Zoë O'Hara\t", 100) == "Zoë O'Hara"
    assert one_line("Zoe\u0308", 100) == "Zoë"


@pytest.mark.parametrize("character", ["\r", "\n", "\x00", "\u2028", "\u2029", "\x85", "\x1b", "\ud800"])
def test_a_control_character_or_a_line_end_in_a_name_is_refused(character):
    """C10."""
    with pytest.raises(InvalidInput, match=rf"may have here: U\+{ord(character):04X}"):
        one_line(f"Ann{character}Lee", 100)


@pytest.mark.parametrize(
    ("value", "reason"), [("", "1 to 3"), ("   ", "1 to 3"), ("abcd", "got 4"), (7, "must be a text")]
)
def test_an_empty_a_long_and_no_text_are_refused(value, reason):
    with pytest.raises(InvalidInput, match=reason):
        one_line(value, 3)


def test_several_lines_keep_their_ends_as_one_sign():
    assert (
        several_lines("  Kettle & Crane \r\n1 Dock Street\r\rBristol\n", 100)
        == "Kettle & Crane\n1 Dock Street\nBristol"
    )
    with pytest.raises(InvalidInput, match=r"U\+0000"):
        several_lines("1 Dock\x00Street", 100)


@pytest.mark.parametrize(
    ("given", "name"), [("en", "en"), ("EN_gb", "en-GB"), ("zh-hant-tw", "zh-Hant-TW"), ("es-419", "es-419")]
)
def test_a_locale_is_written_as_bcp_47_writes_it(given, name):
    assert locale_name(given) == name


@pytest.mark.parametrize("value", ["english", "e", "en-", "en-GB-x", 7, None, "../en"])
def test_another_locale_is_refused(value):
    with pytest.raises(InvalidInput, match="is no locale"):
        locale_name(value)


def test_a_time_zone_is_an_iana_name():
    assert time_zone_name("Asia/Kolkata") == "Asia/Kolkata"
    with pytest.raises(InvalidInput, match="'GMT\\+1' is no time zone"):
        time_zone_name("GMT+1")


def test_an_identifier_is_opaque_but_one_line():
    assert identifier("A/7 é#1", "id") == "A/7 é#1"
    assert identifier(12345, "id") == "12345"
    for value in ["", " a", "a\n", "a\nb", True, None, 1.5, "x" * 129]:
        with pytest.raises(InvalidInput):
            identifier(value, "id")
