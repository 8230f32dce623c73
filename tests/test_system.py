"""The machine's clock and ids."""

import time
from datetime import UTC, timedelta

import pytest

from chalicelib.system import OffsetClock, RandomIds, SystemClock


def test_the_system_clock_is_aware_utc_and_goes_on():
    clock = SystemClock()
    first = clock.now()

    assert first.tzinfo is UTC
    assert first <= clock.real() <= first + timedelta(seconds=5)


@pytest.mark.parametrize("seconds", [0, -1])
def test_waiting_for_what_is_over_is_no_waiting(seconds, monkeypatch):
    monkeypatch.setattr("chalicelib.system.time.sleep", lambda _: pytest.fail("slept"))

    SystemClock().sleep(seconds)


def test_waiting_takes_its_time():
    started = time.monotonic()

    SystemClock().sleep(0.02)

    assert time.monotonic() - started >= 0.02


@pytest.mark.parametrize(("text", "seconds"), [("86400", 86_400), ("-3.5\n", -3.5), ("", 0), (" \n", 0), (None, 0)])
def test_the_offset_clock_is_moved_by_its_file(tmp_path, text, seconds):
    file = tmp_path / "clock"
    if text is not None:
        file.write_text(text)
    clock = OffsetClock(file)

    shift = clock.now() - clock.real()

    assert abs(shift - timedelta(seconds=seconds)) < timedelta(seconds=1)


def test_the_offset_is_read_at_each_call_and_never_moves_the_machines_own_time(tmp_path):
    file = tmp_path / "clock"
    clock = OffsetClock(file)
    before = clock.now()

    file.write_text("3600")

    assert timedelta(hours=1) <= clock.now() - before < timedelta(hours=1, seconds=5)
    assert clock.real() - before < timedelta(seconds=5)


def test_a_file_that_holds_no_number_is_an_error(tmp_path):
    (tmp_path / "clock").write_text("tomorrow")

    with pytest.raises(ValueError, match="tomorrow"):
        OffsetClock(tmp_path / "clock").now()


def test_ids_are_fresh_and_fit_into_urls():
    ids = {RandomIds().new() for _ in range(1000)}

    assert len(ids) == 1000
    assert {len(one) for one in ids} == {22}
    assert all(one.replace("-", "").replace("_", "").isalnum() for one in ids)
