"""One sender's slots: taken in lots, used at their instant, and never late."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.pace import LONGEST_WAIT
from chalicelib.errors import Busy
from chalicelib.services.share_pace import admit, change_pace, current_pace, hold_all
from chalicelib.services.slots import Slots
from tests.fakes import NOON, make_app
from tests.fakes.clock import FixedClock
from tests.fakes.mailer import MemoryMailer

SECOND = timedelta(seconds=1)
NEVER = timedelta.max


def app_at(rate, **fields):
    mailer = MemoryMailer(rate)
    for name, value in fields.items():
        setattr(mailer, name, value)
    return make_app(mailer=mailer)


def test_calls_one_by_one_go_at_the_rate():
    """A15."""
    app, at = app_at(14.0), []
    slots = Slots(app, "marketing", 1)
    for left in range(60, 0, -1):
        assert slots.wait(left) == 1
        at.append(app.clock.real())

    assert all(later - earlier >= SECOND for earlier, later in zip(at, at[14:], strict=False))


def test_a_call_of_many_takes_what_a_beat_has():
    app = app_at(200.0)
    slots = Slots(app, "marketing", 50)

    assert slots.take(73) == 50
    assert slots.wait(50) == 50
    first = app.clock.real()
    assert slots.wait(23) == 23
    assert app.clock.real() - first > SECOND / 4


def test_at_a_small_rate_a_call_takes_what_a_second_has():
    slots = Slots(app_at(14.0), "marketing", 50)

    assert [slots.wait(50), slots.wait(36), slots.wait(22), slots.wait(8)] == [14, 14, 14, 8]


def test_a_lot_is_one_read_and_one_write(monkeypatch):
    app, calls = app_at(14.0), []
    slots = Slots(app, "marketing", 1)
    slots.wait(1)

    def counted(name, real):
        def call(*args):
            calls.append(name)
            return real(*args)

        return call

    for name in ("load", "save"):
        monkeypatch.setattr(app.pace, name, counted(name, getattr(app.pace, name)))

    assert [slots.wait(9) for _ in range(9)] == [1] * 9

    assert calls == ["load", "save"]


def test_a_sender_that_comes_too_late_for_its_slots_takes_others():
    app = app_at(10.0)
    slots = Slots(app, "marketing", 1)
    assert slots.take(3) == 3
    app.clock.advance(LONGEST_WAIT)

    assert slots.wait(3) == 1

    assert NOON + LONGEST_WAIT < app.clock.real() < NOON + LONGEST_WAIT + SECOND


def test_a_machine_that_always_sleeps_too_long_sends_nothing_late():
    class Sluggish(FixedClock):
        def sleep(self, seconds):
            super().sleep(seconds + 0.05 if seconds > 0 else 0)

    app = make_app(mailer=MemoryMailer(14.0), clock=Sluggish())

    assert Slots(app, "marketing", 1).wait(1) == 0


def test_nobody_waits_longer_than_five_seconds():
    app = app_at(14.0)
    change_pace(app, lambda state: (None, replace(state, not_before=NOON + 60 * SECOND)))

    assert Slots(app, "marketing", 1).take(10) == 0

    assert app.clock.real() - NOON <= LONGEST_WAIT


def test_while_the_account_waits_nobody_waits_for_slots():
    """A4: no hot loop."""
    app = app_at(14.0)
    hold_all(app, "account_refused")

    slots = Slots(app, "transactional", 1)

    assert (slots.take(3), slots.why_waiting(), app.clock.slept) == (0, "account_refused", [])


def test_ses_is_asked_for_its_limits_once_a_minute_by_one_of_all():
    """A15."""
    app = app_at(14.0)
    for _ in range(70):
        current_pace(app)
        app.clock.advance(SECOND)

    assert app.mailer.asked == 2


def test_a_question_that_is_not_answered_does_not_stop_the_mails(monkeypatch):
    app = app_at(14.0)
    current_pace(app)
    app.clock.advance(61 * SECOND)
    monkeypatch.setattr(app.mailer, "quota", _busy)

    assert current_pace(app).quota.rate == 14.0
    assert Slots(app, "marketing", 1).wait(1) == 1


def test_limits_that_were_never_known_send_nobody(monkeypatch):
    app = app_at(14.0)
    monkeypatch.setattr(app.mailer, "quota", _busy)

    with pytest.raises(Busy):
        current_pace(app)
    away = admit(app, "marketing", 50)
    assert away is not None
    assert away.delay == 5 * SECOND
    assert Slots(app, "marketing", 1).take(1) == 0


def _busy():
    raise Busy("SES does not answer")


def test_who_is_let_in_has_work_for_the_rate_and_the_others_come_back_one_by_one():
    app = app_at(14.0)
    answers = []
    for _ in range(12):
        answers.append(admit(app, "marketing", 50))
        if answers[-1] is None:
            Slots(app, "marketing", 1, ready=50).take(1)

    let_in = [answer for answer in answers if answer is None]
    away = [answer.delay or NEVER for answer in answers if answer is not None]
    assert 2 <= len(let_in) <= 8
    assert away == sorted(away)
    assert all(later - earlier > 2 * SECOND for earlier, later in zip(away, away[1:], strict=False))
    assert admit(app, "transactional", 50) is None


def test_while_the_account_waits_nobody_is_let_in():
    """A4."""
    app = app_at(14.0, per_day=100)
    app.mailer.accepted = [None] * 90

    away = admit(app, "marketing", 50)

    assert away is not None
    assert away.delay is None
    assert admit(app, "transactional", 1) is None
    hold_all(app, "daily_quota")
    assert admit(app, "transactional", 1) is not None


def test_a_state_that_changes_all_the_time_is_busy(monkeypatch):
    """A8."""
    app = app_at(14.0)
    current_pace(app)
    monkeypatch.setattr(app.pace, "save", lambda state: False)

    with pytest.raises(Busy, match="nothing was taken"):
        change_pace(app, lambda state: (None, replace(state, call_seconds=1.0)))
    assert Slots(app, "marketing", 1).take(1) == 0
