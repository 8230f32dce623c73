"""Share of wallet is the customer's own word: a number from 0 to 100, or nothing."""

import pytest

from chalicelib.domain.customers import Customer
from chalicelib.domain.wallet import share_of_wallet


@pytest.mark.parametrize(
    ("said", "expected"),
    [(0, 0), (30, 30), (99.5, 99.5), (100, 100), (101, None), (-1, None), ("30", None), (True, None)],
)
def test_only_a_share_counts(said, expected):
    assert share_of_wallet(Customer(id="ann", attributes={"share_of_wallet": said})) == expected


def test_who_was_not_asked_has_none():
    assert share_of_wallet(Customer(id="ann")) is None
