"""A customer is saved over two items: the mailbox first, which is the truth on consent, then the mirror."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.customers import Customer, Statistics
from chalicelib.domain.mailboxes import Mailbox, Suppression
from chalicelib.errors import InvalidInput, StaleRevision
from chalicelib.services.find_customers import find_customers
from chalicelib.services.get_customer import get_customer
from chalicelib.services.put_customer import put_customer
from chalicelib.services.unsubscribe import unsubscribe
from tests.fakes import NOON, make_app
from tests.fakes.customers import MemoryCustomers

GRANTED = {"status": "granted", "at": "2026-01-01T10:00:00Z", "source": "till", "tracking": "full"}
ANN = {"email": "Ann@Example.com", "first_name": "Ann", "consent": GRANTED}


@pytest.fixture
def app():
    return make_app()


def mailbox_of(app, address):
    return app.mailboxes.get(app.keyed.mailbox(address))


def unsubscribe_ann(app):
    token = app.signer.sign("u", [app.keyed.mailbox("ann@example.com"), "c.x.1", "b", "c-1"])
    unsubscribe(app, token)


def test_a_new_customer_has_a_mailbox_and_mirrors_its_consent(app):
    customer = put_customer(app, "c-1", ANN)

    assert customer == app.customers.get("c-1")
    assert (customer.email, customer.consent_status, customer.tracking) == ("ann@example.com", "granted", "full")
    assert customer.mailbox == app.keyed.mailbox("ann@example.com")
    assert mailbox_of(app, "ann@example.com").consent.source == "till"
    assert customer.segments == ()


def test_a_customer_without_consent_has_an_empty_mailbox(app):
    """Claims of order mails need one too."""
    customer = put_customer(app, "c-1", {"email": "ann@example.com"})

    assert customer.consent_status is None
    assert mailbox_of(app, "ann@example.com") == Mailbox(hash=customer.mailbox or "", revision=1)


def test_the_same_put_again_writes_nothing(app):
    put_customer(app, "c-1", ANN)
    writes = (app.customers.writes, app.mailboxes.writes)

    assert put_customer(app, "c-1", ANN).revision == 1
    assert (app.customers.writes, app.mailboxes.writes) == writes


def test_named_fields_change_and_statistics_stay(app):
    put_customer(app, "c-1", ANN)
    stored = app.customers.get("c-1")
    app.customers.put(replace(stored, stats=Statistics(orders=1)))

    customer = put_customer(app, "c-1", {"last_name": "Lee"})

    assert (customer.first_name, customer.last_name, customer.stats.orders) == ("Ann", "Lee", 1)
    assert customer.stage == "buyer"


def test_what_is_wrong_is_named_at_once_and_changes_nothing(app):
    """C10."""
    with pytest.raises(InvalidInput) as refused:
        put_customer(app, "c-1", {"email": "a@b, c@d", "birthday": "1900-01-01", "consent": {"status": "yes"}})

    assert [detail.where for detail in refused.value.details] == ["email", "birthday", "consent.status"]
    assert app.customers.items == {}
    assert app.mailboxes.items == {}


def test_consent_without_an_address_is_refused(app):
    with pytest.raises(InvalidInput, match="consent needs an e-mail address: consent is given for an address"):
        put_customer(app, "c-1", {"consent": GRANTED})
    assert app.customers.items == {}


def test_an_export_never_re_subscribes(app):
    """C7."""
    put_customer(app, "c-1", ANN)
    unsubscribe_ann(app)

    customer = put_customer(app, "c-1", {"consent": {**GRANTED, "at": "2026-11-22T11:59:59Z"}})

    assert customer.consent_status == "withdrawn"
    assert mailbox_of(app, "ann@example.com").consent.by_person


def test_someone_erased_stays_suppressed_under_a_new_id(app):
    """C7."""
    hash_ = app.keyed.mailbox("ann@example.com")
    gone = Suppression(reason="erased", scope="all", at=NOON)
    app.mailboxes.put(Mailbox(hash=hash_, suppression=gone))

    put_customer(app, "c-9", {**ANN, "consent": {**GRANTED, "at": "2026-11-01T00:00:00Z"}})

    assert app.mailboxes.get(hash_).suppression == gone


def test_two_customers_with_one_address_share_its_mailbox_and_mirror_it(app):
    """A11."""
    put_customer(app, "c-1", ANN)
    second = put_customer(app, "c-2", {"email": "ANN@example.com"})

    assert second.mailbox == app.customers.get("c-1").mailbox
    assert second.consent_status == "granted"
    put_customer(app, "c-2", {"consent": {"status": "withdrawn"}})
    assert app.customers.get("c-1").consent_status == "withdrawn"
    assert [customer.id for customer in find_customers(app, " ann@EXAMPLE.com")] == ["c-1", "c-2"]


def test_consent_does_not_follow_to_another_address(app):
    put_customer(app, "c-1", ANN)

    customer = put_customer(app, "c-1", {"email": "ann@new.example.com"})

    assert (customer.consent_status, customer.tracking) == (None, "none")
    assert mailbox_of(app, "ann@new.example.com").consent is None
    assert mailbox_of(app, "ann@example.com").consent.status == "granted"
    assert find_customers(app, "ann@example.com") == []


def test_a_customer_whose_address_is_cleared_has_no_mailbox(app):
    put_customer(app, "c-1", ANN)

    customer = put_customer(app, "c-1", {"email": None})

    assert (customer.email, customer.mailbox, customer.consent_status) == (None, None, None)


class DiesOnce(MemoryCustomers):
    """The process dies before the first write of a customer."""

    dead = False

    def put(self, customer):
        if not self.dead:
            self.dead = True
            raise KeyboardInterrupt
        return super().put(customer)


def test_whoever_dies_between_the_two_writes_is_healed_by_the_same_put():
    """A2."""
    app: Any = make_app(customers=DiesOnce())
    with pytest.raises(KeyboardInterrupt):
        put_customer(app, "c-1", ANN)
    assert app.customers.items == {}

    customer = put_customer(app, "c-1", ANN)

    assert customer.consent_status == "granted"
    assert mailbox_of(app, "ann@example.com").revision == 1


class Busy(MemoryCustomers):
    """Somebody else writes the customer before each of the first `rivals` writes."""

    rivals = 3

    def put(self, customer):
        if self.rivals and customer.id in self.items:
            self.rivals -= 1
            stored = self.items[customer.id]
            super().put(replace(stored, points=stored.points + 1))
        return super().put(customer)


def test_a_write_that_loses_a_race_is_decided_again_on_what_stands():
    app: Any = make_app(customers=Busy(Customer(id="c-1")))

    customer = put_customer(app, "c-1", {"first_name": "Ann"})

    assert (customer.first_name, customer.points) == ("Ann", 3)


def test_a_write_that_always_loses_is_an_error():
    busy = Busy(Customer(id="c-1"))
    busy.rivals = 99

    with pytest.raises(StaleRevision):
        put_customer(make_app(customers=busy), "c-1", {"first_name": "Ann"})


def test_a_customer_is_shown_as_time_has_made_it(app):
    mean = 30.0
    stats = Statistics(orders=5, first_order_at=NOON, last_order_at=NOON, mean_gap_days=mean, gap_variance=1.0)
    app.customers.put(Customer(id="c-1", stats=stats))

    assert (get_customer(app, "c-1").stage, get_customer(app, "c-1").segments) == ("regular", ("regulars",))
    app.clock.advance(timedelta(days=61))
    assert (get_customer(app, "c-1").stage, get_customer(app, "c-1").segments) == ("client", ("lapsing", "regulars"))
    assert app.customers.get("c-1").stage == "prospect"


def test_an_address_that_is_none_is_told_so_when_looked_for(app):
    with pytest.raises(InvalidInput, match="email is not valid: this is a list; give one address"):
        find_customers(app, "a@b.com,c@d.com")
