"""The local clock runs on from where it was set, and never goes back."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chalicelib.local.clock import ClockMovedBack, LocalClock
from chalicelib.system import OffsetClock, SystemClock

FUTURE = datetime(2040, 2, 29, 8, 0, tzinfo=UTC)
ALMOST = timedelta(seconds=5)


@pytest.fixture
def clock(tmp_path: Path) -> LocalClock:
    return LocalClock(tmp_path / "clock")


def test_a_new_clock_tells_the_machines_time(clock: LocalClock) -> None:
    assert abs(clock.now() - SystemClock().real()) < ALMOST
    assert not clock.file.exists()


def test_a_clock_that_was_moved_runs_on_from_there_for_every_reader_of_its_file(clock: LocalClock) -> None:
    clock.move_to(FUTURE)

    assert FUTURE <= clock.now() < FUTURE + ALMOST
    assert FUTURE <= OffsetClock(clock.file).now() < FUTURE + ALMOST
    assert FUTURE <= LocalClock(clock.file).now() < FUTURE + ALMOST


def test_a_clock_is_not_moved_back_and_stays_as_it_was(clock: LocalClock) -> None:
    clock.move_to(FUTURE)
    before = clock.file.read_text()

    with pytest.raises(ClockMovedBack, match=r"stands at 2040-02-29T08:00:0\d\+00:00; 2040-02-29T07:59:00\+00:00 is"):
        clock.move_to(FUTURE - timedelta(minutes=1))

    assert clock.file.read_text() == before


def test_a_time_with_another_offset_is_the_same_instant(clock: LocalClock) -> None:
    clock.move_to(datetime.fromisoformat("2040-02-29T09:00:00+01:00"))

    assert FUTURE <= clock.now() < FUTURE + ALMOST


def test_a_fresh_stack_may_start_in_the_past(clock: LocalClock) -> None:
    past = datetime(2020, 1, 1, tzinfo=UTC)

    clock.start_at(past)

    assert past <= clock.now() < past + ALMOST
