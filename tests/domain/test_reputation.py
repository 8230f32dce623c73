"""When a mailing does harm, by the lower bound of its rates."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.reputation import Standing, standing


@pytest.mark.parametrize(
    ("sent", "bounced", "complained", "state"),
    [
        (0, 0, 0, "good"),
        (1, 1, 0, "good"),  # one event is no rate
        (10, 0, 1, "good"),
        (20, 2, 0, "warn"),
        (20, 3, 0, "bad"),
        (100, 5, 0, "warn"),
        (100, 8, 0, "warn"),
        (100, 9, 0, "bad"),
        (1_000, 50, 0, "warn"),
        (1_000, 63, 0, "bad"),
        (100, 0, 2, "bad"),
        (1_000, 0, 2, "good"),
        (1_000, 0, 3, "warn"),
        (1_000, 0, 7, "bad"),
        (10_000, 0, 10, "good"),
        (10_000, 0, 16, "warn"),
        (10_000, 0, 41, "bad"),
        (100_000, 0, 300, "warn"),
        (100_000, 0, 331, "bad"),
    ],
)
def test_the_limits_hold_within_so_many_events(sent, bounced, complained, state):
    """C12: complaints at 0.1 % warn, at 0.3 % pause; hard bounces at 5 % pause; surely, not by chance."""
    assert standing(sent, bounced, complained).state == state


def test_the_words_name_count_rate_and_limit():
    """C12."""
    assert standing(200, 20, 0) == Standing(
        "bad", "20 of 200 people have an address that does not exist: 10.00%, surely over 5.0%"
    )
    assert standing(10_000, 0, 16) == Standing(
        "warn", "16 of 10000 people marked the mail as spam: 0.16%, surely over 0.1%"
    )


@given(st.integers(0, 5_000), st.integers(0, 5_000), st.integers(0, 5_000))
def test_one_more_complaint_never_makes_it_better(sent, bounced, complained):
    order = ["good", "warn", "bad"]
    sent = max(sent, bounced, complained + 1)

    assert order.index(standing(sent, bounced, complained).state) <= order.index(
        standing(sent, bounced, complained + 1).state
    )
