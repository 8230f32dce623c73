"""C7: whoever left by their own hand is brought back by nobody else, on whatever road the shop's systems come."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from chalicelib.domain.mailboxes import Suppression
from chalicelib.services.change_suppression import add_suppression, lift_suppression
from chalicelib.services.confirm_sign_up import confirm_sign_up
from chalicelib.services.place_order import place_order
from chalicelib.services.put_customer import put_customer
from chalicelib.services.put_customers import put_customers
from chalicelib.services.replay_withdrawals import replay_withdrawals
from chalicelib.services.unsubscribe import unsubscribe
from tests.services.sending import DAY
from tests.services.signing_up import ADDRESS, asked, mailbox, open_form, refusal, sign_up


def granted(shop):
    """A grant of the shop's systems, of this very moment."""
    return {"status": "granted", "at": shop.clock.now().isoformat(), "source": "sync", "topics": {"offers": "granted"}}


def put(shop):
    put_customer(shop.app, "ann", {"consent": granted(shop)})


def put_many(shop):
    put_customers(shop.app, [("ann", {"email": ADDRESS, "consent": granted(shop)})])


def put_another_customer(shop):
    put_customer(shop.app, "twin", {"email": f"  {ADDRESS.upper()} ", "consent": granted(shop)})


def enter_the_form(shop):
    sign_up(shop)


def suppress_and_lift(shop):
    add_suppression(shop.app, ADDRESS, {}, "operator")
    lift_suppression(shop.app, ADDRESS, "operator")


def order(shop):
    lines = [{"sku": "tea", "quantity": 1, "unit_price": 500}]
    body = {"order_id": f"o-{shop.clock.now():%H%M%S%f}", "customer_id": "ann", "lines": lines}
    place_order(shop.app, {**body, "placed_at": shop.clock.now().isoformat()})


def replay(shop):
    replay_withdrawals(shop.app, shop.clock.now() - 9 * DAY, None, deadline=shop.clock.real() + DAY)


ROADS = (put, put_many, put_another_customer, enter_the_form, suppress_and_lift, order, replay)


@pytest.fixture
def shop():
    shop = open_form()
    shop.person("ann")
    unsubscribe(shop.app, shop.app.signer.sign("u", [shop.box("ann").hash, "c.x", "b", "ann"]))
    return shop


@pytest.mark.parametrize(("first", "second"), list(permutations(ROADS, 2)))
def test_no_road_leads_back(shop, first, second):
    for road in (first, second, first):
        shop.clock.advance(timedelta(hours=2))
        road(shop)
        assert refusal(shop) == "unsubscribed"
    assert mailbox(shop).suppression is None
    customer = shop.customers.items["ann"]
    assert customer.consent_status in {"withdrawn", None}


@pytest.mark.parametrize("road", ROADS)
def test_an_erased_address_stays_suppressed_on_every_road(shop, road):
    """By the keyed hash: the same address under another id, too."""
    erased = Suppression(reason="erased", scope="all", at=shop.clock.now())
    shop.mailboxes.put(replace(mailbox(shop), suppression=erased, consent=None))
    shop.clock.advance(DAY)

    if road is suppress_and_lift:
        add_suppression(shop.app, ADDRESS, {}, "operator")
    else:
        road(shop)
    shop.run()

    assert (mailbox(shop).suppression, refusal(shop)) == (erased, "suppressed")
    assert shop.mailer.accepted == []


def test_only_the_persons_own_hand_leads_back(shop):
    shop.clock.advance(DAY)
    confirm_sign_up(shop.app, asked(shop), origin="", words="")

    assert refusal(shop) is None
