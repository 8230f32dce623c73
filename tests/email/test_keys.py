"""Keyed hashes: stable, apart from each other, and useless without the key."""

import pytest

from chalicelib.domain.codes import ALPHABET, SIGNS
from chalicelib.email.keys import KeyedHashes

KEYS = KeyedHashes(b"m" * 32, b"v" * 32)


def test_a_mailbox_has_one_hash_of_32_hex_digits():
    assert KEYS.mailbox("ada@shop.example") == KEYS.mailbox("ada@shop.example")
    assert len(KEYS.mailbox("ada@shop.example")) == 32
    assert KEYS.mailbox("ada@shop.example") != KEYS.mailbox("bob@shop.example")


def test_another_key_gives_another_hash_and_another_code():
    other = KeyedHashes(b"x" * 32, b"y" * 32)

    assert other.mailbox("ada@shop.example") != KEYS.mailbox("ada@shop.example")
    assert other.voucher_code("spring", "c1", "m1") != KEYS.voucher_code("spring", "c1", "m1")


def test_a_repeated_send_gets_the_same_code_and_any_other_send_a_different_one():
    sends = [("spring", "c1", "m1"), ("spring", "c1", "m2"), ("spring", "c2", "m1"), ("summer", "c1", "m1")]
    codes = [KEYS.voucher_code(*send) for send in sends]

    assert codes == [KEYS.voucher_code(*send) for send in sends]
    assert len(set(codes)) == len(sends)
    assert all(len(code) == SIGNS and set(code) <= set(ALPHABET) for code in codes)


def test_parts_of_a_send_do_not_run_together():
    assert KEYS.voucher_code("a", "bc", "d") != KEYS.voucher_code("ab", "c", "d")


def test_a_place_in_a_walk_is_told_again_within_the_run_and_nowhere_else():
    places = [KEYS.place("r1", "c1"), KEYS.place("r1", "c2"), KEYS.place("r2", "c1"), KEYS.mailbox("c1")]

    assert KEYS.place("r1", "c1") == places[0]
    assert len(set(places)) == len(places)
    assert all(len(place) == 32 for place in places)


def test_a_short_key_is_refused():
    with pytest.raises(ValueError, match="16 bytes"):
        KeyedHashes(b"short", b"v" * 32)
