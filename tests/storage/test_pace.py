"""The contract of ports.Pace, run over the memory fake and over the Sends table on MiniStack."""

from dataclasses import replace

import pytest

from chalicelib.domain.beats import Beats
from chalicelib.domain.pace import LONGEST_WAIT, PaceState, after_reading, held, take
from chalicelib.domain.quotas import Quota
from chalicelib.services.share_pace import change_pace
from chalicelib.storage.items import pack, unpack
from chalicelib.storage.pace import PaceItem, _from_item, _to_item
from tests.fakes import FixedClock, make_app
from tests.storage.sending_cases import NOW, SECOND, at_once

FOURTEEN = Quota(rate=14.0, per_day=50_000, sent=3)


def full_state():
    """Every field has a value."""
    state = after_reading(PaceState(), FOURTEEN, NOW, 1)
    _, state = take(state, NOW, 20, "transactional", 0 * SECOND)
    state = held(state, "daily_quota", NOW)
    return replace(state, not_before=NOW, waiting_until=NOW, line_at=NOW + SECOND / 3, wake_at=NOW + SECOND)


def test_nobody_has_sent_yet(stores):
    assert stores.pace.load() == PaceState()


def test_what_is_saved_is_loaded_with_the_next_revision(stores):
    for number, state in enumerate((full_state(), PaceState(quota=FOURTEEN))):
        assert stores.pace.save(replace(state, revision=number))

        assert stores.pace.load() == replace(state, revision=number + 1)


def test_a_stale_writer_changes_nothing(stores):
    stores.pace.save(PaceState())
    stores.pace.save(stores.pace.load())

    assert not stores.pace.save(PaceState(call_seconds=9.0))
    assert not stores.pace.save(PaceState(revision=1, call_seconds=9.0))

    assert stores.pace.load() == PaceState(revision=2)


def test_senders_of_the_version_before_find_their_own_item_untouched(stores, request):
    """A14: during a deployment both run; SES refuses what is too much, and that is proved not sent."""
    if "ministack" not in request.node.callspec.id:
        return
    client, table = request.getfixturevalue("sends_table")
    older = [{"pk": {"S": "PACE"}, "sk": {"S": name}, "first": {"N": "1"}} for name in ("PACE", "STATE")]
    for item in older:
        client.put_item(TableName=table, Item=item)

    assert stores.pace.load() == PaceState()
    assert stores.pace.save(PaceState())

    for item in older:
        assert client.get_item(TableName=table, Key={"pk": item["pk"], "sk": item["sk"]})["Item"] == item


def test_eight_senders_at_once_never_pass_the_rate_in_any_second(stores):
    """A15: 14 mails a second."""
    stores.pace.save(after_reading(PaceState(), FOURTEEN, NOW, 1))
    app = make_app(pace=stores.pace, clock=FixedClock(NOW))

    def take_some(_):
        return change_pace(app, lambda state: take(state, NOW, 9, "marketing", 0 * SECOND))

    won = sorted(slot for slots in at_once(take_some, range(8)) for slot in slots)

    assert len(won) == len(set(won)) == sum(stores.pace.load().used) > 14
    assert all(later - earlier >= 1.02 * SECOND for earlier, later in zip(won, won[14:], strict=False))


@pytest.mark.parametrize("together", [1, 50])
def test_the_item_stays_below_a_kilobyte_at_any_rate_with_all_slots_taken(together):
    """More would be two write units for each lot of slots."""
    full = full_state()
    for rate in (1, 14, 1_000, 2_500, 2_501, 10_000, 12_500, 12_501, 20_000, 100_000, 1_000_000):
        state = after_reading(PaceState(), Quota(rate=float(rate), per_day=10**9, sent=10**8), NOW, together)
        beats = Beats(float(rate), together)
        reach = beats.between(NOW - SECOND, NOW + LONGEST_WAIT)
        rooms = tuple(map(beats.room, reach))
        instants = {name: getattr(full, name) for name in ("not_before", "waiting_until", "line_at", "wake_at", "hold")}
        state = replace(state, used=rooms, urgent=rooms, first=reach[0], **instants)
        item = _to_item(state)

        assert sum(len(name) + _bytes(value) for name, value in pack(item).items()) < 1024, rate
        assert _from_item(unpack(pack(item))) == replace(state, revision=1), rate


def _bytes(value):
    """As DynamoDB counts: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html"""
    [(kind, inner)] = value.items()
    if kind == "M":
        return 3 + sum(len(name) + _bytes(one) + 1 for name, one in inner.items())
    return {"N": lambda: len(inner) // 2 + 2, "BOOL": lambda: 1}.get(kind, lambda: len(inner))()


@pytest.fixture
def two(dynamodb):
    """Two senders' views of one table, and the requests that the first one made to read it."""
    [table] = [name for name in dynamodb.list_tables()["TableNames"] if "ends" in name]
    first, second, reads = PaceItem(dynamodb, table), PaceItem(dynamodb, table), []
    dynamodb.meta.events.register("provide-client-params.dynamodb.GetItem", lambda **_: reads.append(1))
    return first, second, reads


def test_what_a_sender_wrote_itself_it_need_not_read(two):
    first, _, reads = two
    first.save(full_state())

    assert first.load() == replace(full_state(), revision=1)
    assert reads == []
    assert first.load() == replace(full_state(), revision=1)  # not twice without asking
    assert reads == [1]


def test_after_a_moment_it_is_read_again(two, monkeypatch):
    first, second, _ = two
    now = [100.0]
    monkeypatch.setattr("chalicelib.storage.pace.time.monotonic", lambda: now[0])
    first.save(PaceState())
    second.save(replace(second.load(), call_seconds=3.0))

    now[0] += 1.0

    assert first.load().call_seconds == 3.0


def test_where_another_sender_was_faster_the_write_is_refused_and_the_next_reading_is_fresh(two):
    first, second, _ = two
    first.save(PaceState())
    second.save(replace(second.load(), call_seconds=3.0))

    assert not first.save(replace(first.load(), call_seconds=9.0))

    assert (first.load().call_seconds, first.load().revision) == (3.0, 2)
