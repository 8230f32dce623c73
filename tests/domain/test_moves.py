"""Entering and leaving are told by the write that changes the names, once."""

from datetime import UTC, datetime, timedelta

from chalicelib.domain.customers import Customer, Statistics
from chalicelib.domain.derive import Basis, derive
from chalicelib.domain.history import NO_HISTORY
from chalicelib.domain.moves import KEPT, Move, moved, news
from chalicelib.domain.segments import compile_rules

NOW = datetime(2026, 3, 1, 12, 0, 0, 7, tzinfo=UTC)
SECOND = NOW.replace(microsecond=0)
RECENT = Basis(rules=compile_rules({"recent": {"field": "stats.last_order_at", "op": "within_days", "value": 30}}))


def test_a_move_is_what_one_set_of_names_has_and_the_other_has_not():
    first = moved((), (), ("a", "b"), NOW)

    assert first == (Move(at=SECOND, segment="a", entered=True), Move(at=SECOND, segment="b", entered=True))
    second = moved(first, ("a", "b"), ("b", "c"), NOW)
    assert news(first, second) == [
        Move(at=SECOND, segment="a", entered=False),
        Move(at=SECOND, segment="c", entered=True),
    ]
    assert moved(second, ("b",), ("b",), NOW) == second
    assert news(second, second) == []


def test_only_the_latest_are_kept():
    moves: tuple[Move, ...] = ()
    for n in range(KEPT + 3):
        moves = moved(moves, (), (f"s{n}",), NOW + timedelta(days=n))

    assert [move.segment for move in moves] == [f"s{n}" for n in range(3, KEPT + 3)]


def test_deriving_again_tells_nothing_twice():
    """B10: no write follows from a move."""
    stats = Statistics(orders=1, last_order_at=NOW - timedelta(days=29))
    inside = derive(Customer(id="ann", stats=stats), RECENT, NOW, NO_HISTORY)

    assert inside.moves == (Move(at=SECOND, segment="recent", entered=True),)
    assert derive(inside, RECENT, NOW, NO_HISTORY) is inside

    later = NOW + timedelta(days=2)
    outside = derive(inside, RECENT, later, NO_HISTORY)
    assert news(inside.moves, outside.moves) == [Move(at=later.replace(microsecond=0), segment="recent", entered=False)]
    assert derive(outside, RECENT, later, NO_HISTORY) is outside
