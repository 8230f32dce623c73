"""The key patterns: exact, apart from each other, and spread."""

from collections import Counter

from chalicelib.storage import keys


def test_each_pattern_is_exact():
    assert keys.customer_orders("c-1") == "C#c-1"
    assert keys.order_header("o-1") == "O#o-1"
    assert keys.order_lines("o-1") == "O#o-1"
    assert keys.voucher("CODE") == "V#CODE"
    assert keys.offer("spring") == "O#spring"
    assert keys.offer_customer("c-1") == "C#c-1"
    assert keys.redemption("x") == "X#x"


def test_a_customer_stays_in_one_of_sixteen_shards_of_the_day():
    found = Counter(keys.date_shard("02-29", f"customer-{n}") for n in range(1600))

    assert set(found) == set(keys.date_shards("02-29"))
    assert keys.date_shards("02-29")[0] == "02-29#00"
    assert keys.date_shards("02-29")[-1] == "02-29#15"
    assert min(found.values()) > 50
    assert keys.date_shard("02-29", "c-1")[-2:] == keys.date_shard("01-01", "c-1")[-2:]


def test_what_is_due_lies_in_one_of_the_shards_of_its_lane():
    assert keys.due_shards(keys.CAMPAIGNS) == [f"D#{n}" for n in range(8)]
    for lane, shards in keys.LANES.items():
        assert len(keys.due_shards(lane)) == shards
        assert {keys.due_shard(lane, str(n)) for n in range(200)} == set(keys.due_shards(lane))
    assert len(set(keys.all_due_shards())) == 16


def test_the_urgent_has_a_lane_of_its_own():
    assert list(keys.LANES) == ["T", "P", "F", "D"]
    lanes = [keys.lane("c.spring", "marketing"), keys.lane("f.birthday.2026-11-22", "marketing")]
    assert [*lanes, keys.lane("s.sign-up.1", "transactional")] == ["D", "F", "T"]
