"""Slots of the account's rate: never too many in any second, whoever takes them, of either stream and however often."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import ceil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.beats import LATE, SPREAD, Beats
from chalicelib.domain.messages import Stream
from chalicelib.domain.pace import (
    LEAD,
    LONGEST_WAIT,
    REACH,
    PaceState,
    after_reading,
    held,
    is_over,
    is_stale,
    take,
    why_waiting,
    with_call,
)
from chalicelib.domain.quotas import HOLD, Quota, hold_reason

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MICROSECOND = timedelta(microseconds=1)
AT_ONCE = timedelta(0)


def account(rate=14.0, together=1, **fields):
    return after_reading(PaceState(), Quota(**{"rate": rate, "per_day": None, "sent": 0, **fields}), NOW, together)


def worst_second(slots, late=SPREAD):
    """The most mails that may arrive in any one second, each at any moment within `late` of its slot."""
    first_of = sorted(slots)
    worst, start = 0, 0
    for end, slot in enumerate(first_of):
        while slot - first_of[start] >= SECOND + late:
            start += 1
        worst = max(worst, end - start + 1)
    return worst


def all_of(state, now, stream="marketing"):
    """Every slot that a stream can get at one moment."""
    found: list[datetime] = []
    while True:
        slots, state = take(state, now, 1000, stream, AT_ONCE)
        if not slots:
            return found
        found += slots


@pytest.mark.parametrize("together", [1, 50])
@pytest.mark.parametrize("rate", [0.3, 1, 3, 7, 14, 28.5, 79, 120, 200, 333, 1000, 2_501, 5_010, 12_500, 30_000])
def test_a_second_of_beats_has_room_for_the_rate_and_no_more(rate, together):
    """A15."""
    beats = Beats(float(rate), together)
    first = beats.at_or_after(NOW)

    rooms = [beats.room(first + n) for n in range(3 * beats.a_second)]

    for start in range(2 * beats.a_second):
        assert sum(rooms[start : start + beats.a_second]) == max(1, int(rate))
    assert max(rooms) < (1 << 16 if beats.is_wide else 1 << 8)  # two bytes count them, or one
    calls = sum(ceil(room / together) for room in rooms[: beats.a_second])
    assert calls <= ceil(max(1, int(rate)) / together) * 1.02 + 1, "calls are full"
    assert beats.a_second * beats.length >= max(SECOND, SECOND / rate) + SPREAD
    assert beats.start(first - 1) < NOW <= beats.start(first)


@pytest.mark.parametrize("rate", [14, 28, 120, 200, 1000])
@pytest.mark.parametrize("together", [1, 50])
def test_ninety_eight_percent_of_the_rate_can_be_used(rate, together):
    assert SECOND / Beats(float(rate), together).pace >= 0.98 * rate


@pytest.mark.parametrize("rate", [14, 200, 1000])
@pytest.mark.parametrize("together", [1, 50])
def test_a_tenth_of_the_beats_is_a_tenth_of_the_rate(rate, together):
    beats = Beats(float(rate), together)

    assert sum(beats.tenth(n) for n in range(10 * beats.a_second)) == rate
    assert all(beats.tenth(n) <= beats.room(n) for n in range(10 * beats.a_second))


def test_slots_of_calls_one_by_one_lie_apart_as_the_calls_need_it():
    slots, _ = take(account(), NOW, 5, "marketing", SECOND / 5)

    assert slots[0] >= NOW + LEAD
    assert [later - earlier for earlier, later in zip(slots, slots[1:], strict=False)] == 4 * [
        3 * Beats(14.0, 1).length
    ]


def test_slots_of_one_call_are_at_one_instant_and_never_more_than_a_call_takes():
    slots, state = take(account(200.0, 50), NOW, 50, "marketing", None)
    assert len(slots) == 50
    assert len(set(slots)) == 1

    more, _ = take(state, NOW, 50, "marketing", None)

    assert more[0] - slots[0] == Beats(200.0, 50).length


def test_at_fourteen_a_second_one_call_takes_the_second():
    slots, _ = take(account(14.0, 50), NOW, 50, "marketing", None)

    assert len(slots) == 14


def test_nothing_is_taken_beyond_the_reach_and_transactional_mail_reaches_further():
    state = account()
    while True:
        slots, after = take(state, NOW, 100, "marketing", AT_ONCE)
        if not slots:
            break
        assert slots[-1] <= NOW + REACH["marketing"]
        state = after
    assert after == state, "to get nothing changes nothing"

    slots, _ = take(state, NOW, 1, "transactional", AT_ONCE)

    assert NOW + REACH["marketing"] < slots[0] <= NOW + LONGEST_WAIT


def test_a_rest_earns_no_burst():
    _, state = take(account(), NOW, 14, "marketing", AT_ONCE)
    later = NOW + timedelta(minutes=1)

    slots, _ = take(state, later, 100, "marketing", AT_ONCE)

    assert worst_second(slots) <= 14
    assert slots[0] <= later + LEAD + Beats(14.0, 1).length


def test_marketing_leaves_a_tenth_only_while_transactional_mail_waits():
    """Design, section 6: the tenth that nobody has taken shortly before its time is anybody's."""
    waiting = replace(account(200.0), waiting_until=NOW + LONGEST_WAIT)

    full, less = all_of(account(200.0), NOW), all_of(waiting, NOW)

    def far(slots):
        return sum(slot > NOW + SECOND for slot in slots)

    assert far(less) == pytest.approx(0.9 * far(full), abs=2)
    near = NOW + timedelta(seconds=0.4)
    assert sum(slot <= near for slot in less) == sum(slot <= near for slot in full)
    assert len(all_of(waiting, NOW + LONGEST_WAIT)) == pytest.approx(len(full), abs=4)


def test_transactional_mail_that_waits_says_so_and_what_finds_room_at_once_does_not():
    _, calm = take(account(), NOW, 1, "transactional", AT_ONCE)
    assert calm.waiting_until is None
    _, state = take(account(), NOW, 100, "marketing", AT_ONCE)

    [slot], waiting = take(state, NOW, 1, "transactional", AT_ONCE)

    assert waiting.waiting_until == slot > NOW + SECOND


def test_the_tenth_of_the_day_is_kept_for_transactional_mail():
    """A4."""
    state = account(per_day=100, sent=85)
    slots, state = take(state, NOW, 50, "marketing", AT_ONCE)
    assert len(slots) == 5
    assert why_waiting(state, "marketing", NOW) == "daily_quota"
    assert take(state, NOW, 1, "marketing", AT_ONCE) == ([], state)
    assert why_waiting(state, "transactional", NOW) is None

    slots, state = take(state, NOW, 50, "transactional", AT_ONCE)

    assert len(slots) == 10
    assert why_waiting(state, "transactional", NOW) == "daily_quota"


def test_what_was_taken_but_is_not_with_ses_yet_counts_at_the_next_reading():
    _, state = take(account(per_day=100, sent=85), NOW, 4, "marketing", AT_ONCE)

    again = after_reading(state, Quota(rate=14.0, per_day=100, sent=85), NOW + SECOND / 10, 1)

    assert again.left == 11


def test_a_paused_account_waits_until_ses_says_that_it_may_send_again():
    """A4."""
    state = account()
    paused = after_reading(state, Quota(rate=14.0, per_day=None, sent=0, allowed=False), NOW, 1)
    assert why_waiting(paused, "transactional", NOW) == "account_paused"
    assert take(paused, NOW, 1, "transactional", AT_ONCE) == ([], paused)

    allowed = after_reading(paused, Quota(rate=14.0, per_day=None, sent=0), NOW + SECOND, 1)

    assert why_waiting(allowed, "marketing", NOW + SECOND) is None


def test_what_ses_refuses_for_every_mail_holds_for_a_quarter_of_an_hour():
    """A4."""
    state = held(account(), "account_refused", NOW)
    state = after_reading(state, Quota(rate=14.0, per_day=None, sent=0), NOW + SECOND, 1)

    assert why_waiting(state, "marketing", NOW + HOLD - SECOND) == "account_refused"
    assert why_waiting(state, "marketing", NOW + HOLD) is None


@pytest.mark.parametrize(
    ("code", "message", "reason"),
    [
        ("AccountSuspendedException", "", "account_paused"),
        ("SendingPausedException", "", "account_paused"),
        ("LimitExceededException", "", "daily_quota"),
        ("ACCOUNT_SUSPENDED", "", "account_paused"),
        ("ACCOUNT_DAILY_QUOTA_EXCEEDED", "", "daily_quota"),
        ("Throttling", "Daily message quota exceeded.", "daily_quota"),
        ("MailFromDomainNotVerifiedException", "", "account_refused"),
    ],
)
def test_an_error_that_concerns_every_mail_has_a_reason(code, message, reason):
    assert hold_reason(code, message) == reason


def test_the_account_is_asked_once_a_minute():
    assert is_stale(PaceState(), NOW, 1)
    assert not is_stale(account(), NOW + 59 * SECOND, 1)
    assert is_stale(account(), NOW + 60 * SECOND, 1)
    assert is_stale(account(), NOW, 50)


def test_a_slot_is_over_when_its_mail_would_come_too_late():
    assert not is_over(NOW, NOW + LATE)
    assert is_over(NOW, NOW + LATE + MICROSECOND)
    assert LATE < SPREAD


def test_measured_calls_move_the_mean_slowly():
    assert with_call(PaceState(call_seconds=0.1), 0.2).call_seconds == pytest.approx(0.12)


steps = st.lists(
    st.tuples(
        st.integers(0, 2_000_000),
        st.integers(0, 60),
        st.sampled_from(["marketing", "transactional"]),
        st.sampled_from([None, AT_ONCE, SECOND / 20, SECOND / 4]),
    ),
    max_size=20,
)


@settings(max_examples=60)
@given(steps=steps, rate=st.floats(0.2, 4000), together=st.sampled_from([1, 50]))
def test_no_sliding_second_is_above_the_rate_for_any_sequence_of_takes(steps, rate, together):
    """A15. Each take comes some microseconds after the one before, of any sender and either stream."""
    state, now, given_out = account(rate, together), NOW, []
    for wait, count, stream, apart in steps:
        now += wait * MICROSECOND
        slots, state = take(state, now, count, stream, apart)
        assert len(slots) <= count
        assert all(now + LEAD <= slot <= now + REACH[stream] for slot in slots)
        given_out += slots

    assert worst_second(given_out) <= max(1, int(rate))


@settings(max_examples=60)
@given(steps=steps, changed=st.lists(st.floats(1, 300), min_size=1, max_size=4))
def test_also_where_the_rate_changes_in_between(steps, changed):
    """A15. The account's rate is raised or cut: what was given out before counts in the seconds after."""
    state, now, given_out = account(14.0), NOW, []
    rates = [14.0]
    for number, (wait, count, stream, apart) in enumerate(steps):
        now += wait * MICROSECOND
        if number % 5 == 4:
            rates.append(changed[number // 5 % len(changed)])
            state = after_reading(state, Quota(rate=rates[-1], per_day=None, sent=0), now, 1)
        slots, state = take(state, now, count, stream, apart)
        given_out += slots

    assert worst_second(given_out) <= max(max(1, int(rate)) for rate in rates)


@settings(max_examples=12)
@given(
    rate=st.sampled_from([5.0, 14.0, 200.0]),
    together=st.sampled_from([1, 50]),
    greedy=st.sampled_from(["marketing", "transactional"]),
)
def test_neither_stream_starves_the_other(rate, together, greedy):
    """One stream takes all that it can, ten times a second; the other asks for one mail a second and gets it."""
    modest: Stream = "transactional" if greedy == "marketing" else "marketing"
    state, won, asked = account(rate, together), 0, 0
    for tenth in range(200):
        now = NOW + tenth * SECOND / 10
        slots, state = take(state, now, 1000, greedy, AT_ONCE if together == 1 else None)
        if tenth >= 60 and tenth % 10 == 5:
            asked += 1
            slots, state = take(state, now, 1, modest, AT_ONCE)
            won += len(slots)

    assert won >= asked * 0.4
