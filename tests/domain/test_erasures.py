"""Whose trace a text is: an address in any case, an id as a whole word, a name only where that may be too much."""

import pytest

from chalicelib.domain.erasures import Erasure, erasure_body, erasure_from_body, with_traces

ANN = Erasure(
    customer_id="12", stand_in="erased-1", gone="gone-1", addresses=("ann@example.com",), names=("Ann", "O'Hara")
)


@pytest.mark.parametrize(
    ("text", "mentioned", "hinted"),
    [
        ("mail to ANN@Example.com bounced", True, True),
        ("order of '12' belongs to another", True, True),
        ("12", True, True),
        ("order 123 has 12345 lines, a12b and 12x", False, False),
        ("a12 b 12, later", True, True),
        ("'ann' is no day", False, True),
        ("Annabel, o'hara!", False, True),
        ("Annabel", False, False),
        ("", False, False),
    ],
)
def test_what_a_text_says_of_a_person(text, mentioned, hinted):
    assert ANN.mentioned_in(text) is mentioned
    assert ANN.hinted_at_in(text) is hinted


def test_traces_are_added_once_and_come_back_from_their_body():
    known = with_traces(ANN, ["h2", "h1", "h2"], ["ann@example.com", "a@example.com"], ["Ann"])

    assert (known.mailboxes, known.addresses, known.names) == (
        ("h1", "h2"),
        ("a@example.com", "ann@example.com"),
        ("Ann", "O'Hara"),
    )
    assert erasure_from_body("12", erasure_body(known)) == known
