"""The customers' store and its stand-in obey one port: the same suite over both."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from chalicelib.domain.customers import Classes, Customer, Statistics
from chalicelib.domain.months import Months
from chalicelib.domain.moves import Move
from chalicelib.errors import StaleRevision
from chalicelib.ports import FLIP_PARTS
from chalicelib.storage.customer_items import customer_to_item
from chalicelib.storage.customers import CustomersTable
from tests.fakes.customers import MemoryCustomers
from tests.storage.one_table import client_of, fresh_table

FULL = Customer(
    id="c-full",
    email="ann@example.com",
    mailbox="a" * 32,
    first_name="Zoë",
    last_name="O'Hara",
    locale="en-GB",
    time_zone="Asia/Tokyo",
    country="GB",
    region="Avon",
    home_store="Bristol",
    birthday=date(1984, 2, 29),
    joined_on=date(2020, 5, 1),
    interests=("Tea", "Gear"),
    attributes={"size": "M", "visits": 3, "vip": False, "score": 0.25},
    consent_status="granted",
    tracking="full",
    stats=Statistics(
        orders=4,
        spent=-200,
        receipts=3,
        costed=-100,
        cost=70,
        first_order_at=datetime(2024, 1, 1, 9, tzinfo=UTC),
        last_order_at=datetime(2025, 1, 1, 9, 0, 0, 1, tzinfo=UTC),
        mean_gap_days=122.0,
        gap_variance=0.0,
        months=Months(last=24_300, span=13, spent=(5, None, 0, -205)),
        categories={"Tea": 900, "Gear": -5},
        brands={"Assam & Co": 7},
        other_currencies={"EUR": 500},
    ),
    classes=Classes(rfm="543", abc="A", xyz="Z", opportunity="low"),
    stage="regular",
    tier="gold",
    points=40,
    segments=("lapsing", "regulars"),
    as_of=datetime(2026, 3, 2, 10, 0, 0, 500, tzinfo=UTC),
    moves=(
        Move(at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), segment="fans-of-a-b", entered=True),
        Move(at=datetime(2026, 2, 2, 3, 4, 5, tzinfo=UTC), segment="fans-of-a-b", entered=False),
    ),
    next_flip_at=datetime(2027, 1, 1, 9, 0, 0, 1, tzinfo=UTC),
)


@pytest.fixture(params=["memory", "ministack"])
def store(request):
    if request.param == "memory":
        return MemoryCustomers()
    dynamodb = client_of(request.getfixturevalue("emulator"))
    return CustomersTable(dynamodb, fresh_table(dynamodb, "Customers"))


@pytest.mark.parametrize("customer", [FULL, Customer(id="c-bare"), Customer(id="Ünï/7#")])
def test_what_was_put_comes_back_with_the_next_revision(store, customer):
    written = store.put(customer)

    assert written == replace(customer, revision=1)
    assert store.get(customer.id) == written
    assert type(store.get(customer.id).stats.mean_gap_days) is type(customer.stats.mean_gap_days)
    assert store.get("other") is None


def test_a_stale_write_is_refused_and_changes_nothing(store):
    first = store.put(FULL)
    second = store.put(replace(first, first_name="Ann"))

    for stale in (FULL, first, replace(first, revision=7)):
        with pytest.raises(StaleRevision):
            store.put(replace(stale, first_name="late"))
    assert store.get("c-full") == second
    with pytest.raises(StaleRevision):
        store.put(Customer(id="c-none", revision=3))
    assert store.get("c-none") is None


def test_a_cleared_date_leaves_its_index(store):
    first = store.put(FULL)

    store.put(replace(first, birthday=None, mailbox=None, email=None))

    assert list(store.with_date("birthday", "02-29")) == []
    assert store.by_mailbox("a" * 32) == []
    assert list(store.with_date("joined_on", "05-01")) == ["c-full"]


def test_many_are_put_and_those_that_changed_in_between_are_told(store):
    customers = [Customer(id=f"c-{n}", first_name="new") for n in range(60)]
    theirs = store.put(Customer(id="c-7", first_name="theirs"))
    known = store.put(Customer(id="k-1"))
    old = store.put(Customer(id="k-2"))
    store.put(replace(old, first_name="theirs"))

    stale = store.put_many([*customers, replace(known, first_name="mine"), replace(old, first_name="mine")])

    assert stale == {"c-7", "k-2"}
    assert store.get("c-7") == theirs
    assert store.get("c-59") == replace(customers[59], revision=1)
    assert store.get("k-1") == replace(known, first_name="mine", revision=2)
    assert store.get("k-2").first_name == "theirs"
    assert store.put_many([]) == set()


def test_what_a_customer_no_longer_has_is_gone_also_in_bulk(store):
    """An UPDATE leaves what it does not name: every attribute is named."""
    full = store.put(FULL)
    bare = replace(Customer(id=FULL.id), revision=full.revision)

    assert store.put_many([bare]) == set()
    assert store.get(FULL.id) == replace(bare, revision=2)
    assert customer_to_item(bare).keys() == customer_to_item(FULL).keys()
    assert list(store.with_date("birthday", "02-29")) == []


def test_many_are_created_and_none_is_overwritten(store):
    theirs = store.put(Customer(id="c-1", first_name="theirs"))

    store.create_many([Customer(id=f"c-{n}") for n in range(30)])

    found = store.get_many([*(f"c-{n}" for n in range(30)), "c-1", "none"])
    assert len(found) == 30
    assert found["c-1"] == theirs


def test_customers_are_found_by_mailbox(store):
    store.create_many([Customer(id=name, mailbox="m") for name in ("a", "b")])
    store.create_many([Customer(id="c", mailbox="other"), Customer(id="d")])

    assert sorted(store.by_mailbox("m")) == ["a", "b"]


def test_customers_are_found_by_date_over_all_shards(store):
    """B1, B2."""
    day = date(1984, 2, 29)
    store.create_many([Customer(id=f"b-{n}", birthday=day, joined_on=date(2020, 5, n % 3 + 1)) for n in range(60)])

    assert sorted(store.with_date("birthday", "02-29")) == sorted(f"b-{n}" for n in range(60))
    assert len(list(store.with_date("joined_on", "05-02"))) == 20
    assert list(store.with_date("birthday", "02-28")) == []


def test_those_whose_flip_has_come_are_found_and_nobody_else(store):
    moment = datetime(2026, 5, 1, tzinfo=UTC)
    times = {f"c-{n:03}": moment + timedelta(microseconds=n - 50) for n in range(100)}
    store.create_many([Customer(id=id_, next_flip_at=at) for id_, at in times.items()])
    store.create_many([Customer(id="never")])

    assert sorted(store.due_to_flip(moment, 1000)) == [f"c-{n:03}" for n in range(51)]
    assert len(store.due_to_flip(moment, 7)) == 7
    assert store.due_to_flip(moment - timedelta(days=1), 1000) == []
    parts = [store.due_to_flip(moment, 1000, part) for part in range(FLIP_PARTS)]
    assert sorted(id_ for part in parts for id_ in part) == [f"c-{n:03}" for n in range(51)]
    assert all(part == sorted(part) for part in parts)  # the earliest first


def test_whoever_flips_no_more_leaves_the_index(store):
    moment = datetime(2026, 5, 1, tzinfo=UTC)
    first = store.put(Customer(id="c", next_flip_at=moment))

    store.put(replace(first, next_flip_at=None))

    assert store.due_to_flip(moment, 10) == []


def test_a_scan_meets_every_customer_once_in_parts_and_resumes(store):
    store.create_many([Customer(id=f"c-{n:03}") for n in range(120)])

    whole = [customer.id for customer in store.scan()]
    parts = [customer.id for part in range(4) for customer in store.scan(part, 4)]

    assert sorted(whole) == sorted(parts) == [f"c-{n:03}" for n in range(120)]
    assert [customer.id for customer in store.scan(start=whole[49])] == whole[50:]
    assert list(store.scan(start=whole[-1])) == []


def test_a_customer_is_taken_away_and_may_come_again(store):
    written = store.put(Customer(id="ann", first_name="Ann"))

    store.delete("ann")
    store.delete("ann")

    assert store.get("ann") is None
    with pytest.raises(StaleRevision):
        store.put(written)
    assert store.put(Customer(id="ann")).revision == 1
