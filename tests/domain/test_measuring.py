"""When a shop is measured anew, in its own zone, also across the changes of the clock."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain.measuring import is_due, occasion, period_start, started_at
from chalicelib.domain.norms import Norms
from chalicelib.domain.thresholds import Thresholds

LONDON = ZoneInfo("Europe/London")


def at(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, 7, day, hour, minute, second, tzinfo=UTC)


def found(customers: int, buyers: int) -> Norms:
    return Norms(at=at(1, 0), month=0, customers=customers, buyers=buyers, categories=0)


@pytest.mark.parametrize(
    ("now", "last", "start"),
    [
        pytest.param(at(5, 12, 4, 59), None, at(5, 12, 0), id="never measured"),
        pytest.param(at(5, 12, 5), None, at(5, 12, 5), id="five minutes later"),
        pytest.param(at(5, 12, 9), found(10_000, 0), at(5, 12, 5), id="nobody bought yet"),
        pytest.param(at(5, 12, 59, 59), found(10_000, 1), at(5, 12, 0), id="a small shop"),
        pytest.param(at(5, 12), found(10_001, 0), at(5, 2), id="a large shop, also without a buyer"),
        pytest.param(at(5, 1, 59, 59), found(10_001, 1), at(4, 2), id="before three in London's summer"),
        pytest.param(at(5, 2), found(10_001, 1), at(5, 2), id="at three in London's summer"),
        pytest.param(at(4, 23, 30), found(10_001, 1), at(4, 2), id="London is a day ahead"),
    ],
)
def test_a_period_begins(now, last, start):
    assert period_start(now, LONDON, last) == start


def test_a_run_is_due_once_a_period_and_when_the_lines_change():
    lines = Thresholds()
    about = occasion(at(5, 12), lines)

    assert about == "2026-07-05T12:00:00+00:00 a=80,b=95,x=0.5,y=1,active_months=3"
    assert started_at(about) == at(5, 12)
    assert is_due(None, at(5, 12), lines)
    assert not is_due(about, at(5, 12), lines)
    assert not is_due(about, at(5, 11), lines)  # the periods grew longer: the shop is no longer empty
    assert is_due(about, at(5, 12, 5), lines)
    assert is_due(about, at(5, 12), Thresholds(a=70))
