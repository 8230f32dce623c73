"""Codes: how they are made, shown and read back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.codes import ALPHABET, SIGNS, encode_code, normalise_code, show_code


def test_a_code_has_more_than_60_bits_and_no_look_alikes():
    assert len(ALPHABET) ** SIGNS > 2**64
    assert len(set(ALPHABET)) == len(ALPHABET) == 31
    assert set(ALPHABET).isdisjoint("01OIL")


@pytest.mark.parametrize(
    ("digest", "code"),
    [
        (bytes(16), "2222222222222"),
        ((30).to_bytes(16, "big"), "Z222222222222"),
        ((31).to_bytes(16, "big"), "2322222222222"),
        (b"\xff" * 16, "9GN3SWXAURQ83"),
    ],
)
def test_the_signs_of_a_digest_never_change(digest, code):
    """The codes of mails that were sent years ago must still be made the same way."""
    assert encode_code(digest) == code


def test_a_digest_that_is_too_short_to_be_secret_is_refused():
    with pytest.raises(ValueError, match="16 bytes or more, got 15"):
        encode_code(bytes(15))


@given(st.binary(min_size=16, max_size=32))
def test_what_is_shown_reads_back_as_the_code(digest):
    code = encode_code(digest)

    assert len(code) == SIGNS
    assert set(code) <= set(ALPHABET)
    assert normalise_code(show_code(code)) == code
    assert normalise_code(f" {show_code(code).lower()} ") == code


def test_a_code_is_shown_in_groups_and_a_chosen_one_as_it_is():
    assert show_code("ABCDEFGHJKMNP") == "ABCDE-FGHJ-KMNP"
    assert show_code("WELCOME10") == "WELCOME10"
    assert show_code("SOMMERAKTION1") == "SOMMERAKTION1"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("abcde-fghj-kmnp", "ABCDEFGHJKMNP"),
        ("  ABCDE FGHJ KMNP\n", "ABCDEFGHJKMNP"),
        ("ABCDE\u2011FGHJ\u2013KMNP", "ABCDEFGHJKMNP"),
        ("ABCDE\u00a0FGHJ.KMNP_", "ABCDEFGHJKMNP"),
        ("\uff21\uff22\uff23\uff11", "ABC1"),
        ("A\u00adB\u200bC2", "ABC2"),
        ("Welcome 10", "WELCOME10"),
        ("", ""),
        ("---", ""),
        ("ÄPFEL10", ""),
        ("ABC'; DROP TABLE", ""),
        ("ABC\x00DEF", ""),
        ("A" * 101, ""),
    ],
)
def test_what_people_type_has_one_normal_form_or_is_no_code(typed, code):
    assert normalise_code(typed) == code


@given(st.text(max_size=120))
def test_a_normal_form_stays_as_it_is(typed):
    code = normalise_code(typed)

    assert normalise_code(code) == code
