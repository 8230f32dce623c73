"""D11: some mails that cannot be made fail alone; where too many cannot, the campaign pauses and says why."""

from collections import Counter
from dataclasses import replace

import pytest

from chalicelib.domain.messages import Message
from chalicelib.errors import StaleRevision
from chalicelib.services.move_campaign import move_campaign
from chalicelib.services.send_batch import send_batch
from tests.services.sending import BUDGET, TEXT, open_shop


def shop_of(count, lacking):
    """So many people, of whom those named lack what the template prints."""
    shop = open_shop()
    shop.template(text=TEXT + "{{ customer.country ~ '' }}")
    for number in range(count):
        shop.person(f"p{number:03}", country=None if number in lacking else "GB")
    return shop


def message(shop):
    return shop.messages.items["c.spring"]


def test_three_in_many_fail_and_the_rest_is_sent():
    """D11."""
    shop = shop_of(200, {10, 11, 12})
    shop.launch()

    shop.work()

    assert Counter(shop.statuses().values()) == {"sent": 197, "failed": 3}
    assert all("country" in shop.row(f"p{number:03}").reason for number in (10, 11, 12))
    assert (message(shop).state, message(shop).state_reason) == ("sending", "")


def test_a_template_that_fails_for_everybody_pauses_the_campaign_after_its_first_batch():
    """D11: nobody else is tried, and nothing was sent."""
    shop = shop_of(200, set(range(200)))
    shop.launch()

    shop.run(most=40)

    assert message(shop).state == "paused"
    assert message(shop).state_reason.startswith("50 of 50 mails could not be made, the last because: ")
    assert "country" in message(shop).state_reason
    assert Counter(shop.statuses().values()) == {"failed": 50}
    assert shop.mailer.accepted == []


def test_a_pause_keeps_back_the_mails_of_the_same_batch_too():
    shop = shop_of(50, set(range(10)))
    shop.launch()

    shop.run(most=40)

    assert message(shop).state == "paused"
    assert Counter(shop.statuses().values()) == {"failed": 10}
    assert shop.mailer.accepted == []


def test_whoever_resumes_it_has_judged():
    """D11, A17: everybody else gets the mail, and it does not pause again for the same."""
    shop = shop_of(200, set(range(0, 200, 5)))
    shop.launch()
    shop.run(most=40)
    assert message(shop).state == "paused"

    move_campaign(shop.app, "spring", "sending")
    shop.work()

    assert Counter(shop.statuses().values()) == {"sent": 160, "failed": 40}
    assert len({mail.to for mail in shop.mailer.accepted}) == len(shop.mailer.accepted) == 160
    assert message(shop).state_reason == "resumed although mails cannot be made"


def test_failures_side_by_side_in_a_good_campaign_are_chance():
    """Twelve of one batch among hundreds that went well: under 5 % of all."""
    shop = shop_of(300, set(range(250, 262)))
    shop.launch()

    shop.work()

    assert Counter(shop.statuses().values()) == {"sent": 288, "failed": 12}
    assert message(shop).state == "sending"


def test_a_move_that_raced_the_pause_is_looked_at_again(monkeypatch):
    """A9."""
    shop = shop_of(50, set(range(50)))
    shop.launch()
    real = shop.messages.move
    raced: list[Message] = []

    def move(found, due_at=None):
        if found.state == "paused" and not raced:
            raced.append(real(replace(found, state="cancelled")))
            raise StaleRevision("changed meanwhile")
        return real(found, due_at)

    monkeypatch.setattr(shop.messages, "move", move)
    shop.run(most=40)

    assert raced
    assert message(shop).state == "cancelled"


@pytest.mark.parametrize("again", [1, 2])
def test_a_batch_that_comes_again_changes_nothing(again):
    """A1."""
    shop = shop_of(50, set(range(50)))
    shop.launch()
    shop.run(most=40)
    before = (message(shop), dict(shop.rows.items))

    for _ in range(again):
        send_batch(shop.app, "c.spring", shop.batch().id, deadline=shop.clock.real() + BUDGET)

    assert (message(shop), shop.rows.items) == before
