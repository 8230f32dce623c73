"""Many customers at once end as each by itself would."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.customers import Customer
from chalicelib.errors import HabitueError, InvalidInput
from chalicelib.services.put_customer import put_customer
from chalicelib.services.put_customers import put_customers
from tests.fakes import make_app
from tests.fakes.customers import MemoryCustomers
from tests.fakes.mailboxes import MemoryMailboxes

GRANTED = {"status": "granted", "at": "2026-01-01T10:00:00Z"}
ANN = {"email": "ann@example.com", "consent": GRANTED}


@pytest.fixture
def app():
    return make_app()


def test_each_gets_its_own_outcome_and_a_refused_one_stops_no_other(app):
    put_customer(app, "known", ANN)
    put_customer(app, "changes", {"first_name": "Old"})

    outcomes = put_customers(
        app,
        [
            ("new", {"email": "bob@example.com"}),
            ("wrong", {"email": "bob"}),
            ("known", ANN),
            ("changes", {"first_name": "New"}),
            ("bare", {}),
        ],
    )

    assert [one if isinstance(one, str) else type(one) for one in outcomes] == [
        "created",
        InvalidInput,
        "unchanged",
        "updated",
        "created",
    ]
    assert set(app.customers.items) == {"known", "changes", "new", "bare"}
    assert app.customers.get("changes").first_name == "New"


def test_a_consent_alone_is_an_update(app):
    put_customer(app, "c-1", ANN)

    later = {"consent": {**GRANTED, "at": "2026-02-01T10:00:00Z"}}

    assert put_customers(app, [("c-1", later)]) == ["updated"]
    assert put_customers(app, [("c-1", later)]) == ["unchanged"]


def test_the_same_id_twice_is_decided_in_order(app):
    outcomes = put_customers(app, [("c-1", {"first_name": "A"}), ("c-1", {"last_name": "B"}), ("c-1", {"email": "x"})])

    assert outcomes[:2] == ["created", "updated"]
    assert isinstance(outcomes[2], InvalidInput)
    assert (app.customers.get("c-1").first_name, app.customers.get("c-1").last_name) == ("A", "B")


def test_two_with_one_address_mirror_what_both_state(app):
    withdrawn = {"email": "ann@example.com", "consent": {"status": "withdrawn"}}

    assert put_customers(app, [("c-1", ANN), ("c-2", withdrawn)]) == ["created", "created"]
    assert {customer.consent_status for customer in app.customers.items.values()} == {"withdrawn"}


def test_a_changed_consent_reaches_others_who_have_the_address(app):
    put_customer(app, "c-1", ANN)

    put_customers(app, [("c-2", {"email": "ann@example.com", "consent": {"status": "withdrawn"}})])

    assert app.customers.get("c-1").consent_status == "withdrawn"


def test_a_dry_run_says_the_same_and_writes_nothing(app):
    put_customer(app, "c-1", ANN)
    writes = (app.customers.writes, app.mailboxes.writes)
    many: list[Any] = [("c-1", {"first_name": "A"}), ("c-2", ANN), ("c-2", {"email": "x"}), ("c-3", {"email": "x"})]

    outcomes = put_customers(app, many, dry_run=True)

    assert outcomes[:2] == ["updated", "created"]
    assert all(isinstance(one, InvalidInput) for one in outcomes[2:])
    assert (app.customers.writes, app.mailboxes.writes) == writes


class Raced(MemoryCustomers):
    """Somebody else creates "c-1" just before the bulk is written."""

    def put_many(self, customers):
        if "c-1" not in self.items:
            super().put_many([Customer(id="c-1", points=7)])
        return super().put_many(customers)


class RacedMailboxes(MemoryMailboxes):
    """Somebody else writes each mailbox just before the first bulk is written."""

    def put_many(self, mailboxes):
        if not self.items:
            super().put_many(mailboxes)
        return super().put_many(mailboxes)


def test_who_was_written_in_between_is_decided_again():
    app: Any = make_app(customers=Raced(), mailboxes=RacedMailboxes())
    app.customers.items.clear()

    outcomes = put_customers(app, [("c-1", ANN), ("c-2", {"email": "bob@example.com"})])

    assert outcomes == ["updated", "created"]
    assert app.customers.get("c-1").points == 7
    assert app.customers.get("c-1").consent_status == "granted"
    assert app.customers.get("c-2").mailbox in app.mailboxes.items


fields = st.fixed_dictionaries(
    {},
    optional={
        "email": st.sampled_from(["ann@example.com", "bob@example.com", "x", None]),
        "first_name": st.sampled_from(["A", "B", None]),
        "consent": st.sampled_from(
            [GRANTED, {**GRANTED, "at": "2026-02-01T00:00:00Z"}, {"status": "withdrawn", "at": "2026-01-15T00:00:00Z"}]
        ),
    },
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["a", "b", "c"]), fields), max_size=6, unique_by=lambda one: one[0]))
def test_a_bulk_ends_as_one_by_one(many):
    bulk: Any = make_app()
    single: Any = make_app()

    outcomes = put_customers(bulk, many)
    for (id_, given_), outcome in zip(many, outcomes, strict=True):
        if isinstance(outcome, HabitueError):
            with pytest.raises(InvalidInput):
                put_customer(single, id_, given_)
        else:
            put_customer(single, id_, given_)

    def content(app):
        return {id_: (c.email, c.first_name, c.consent_status, c.mailbox) for id_, c in app.customers.items.items()}

    assert content(bulk) == content(single)
    assert {h: m.consent for h, m in bulk.mailboxes.items.items()} == {
        h: m.consent for h, m in single.mailboxes.items.items()
    }
