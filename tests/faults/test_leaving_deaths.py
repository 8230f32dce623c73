"""A2, C4 for leaving, choosing and suppressing: killed before and after each port call, the next attempt completes it;
what was answered is durable twice, and what was not answered is at most done already."""

import json
from collections.abc import Callable

import pytest

from chalicelib.ports import App
from chalicelib.services.change_suppression import add_suppression, lift_suppression
from chalicelib.services.consent_history import consent_history
from chalicelib.services.save_preferences import Choice, save_preferences
from chalicelib.services.unsubscribe import unsubscribe
from tests.faults.ports import each_death
from tests.services.sending import SendingShop, open_shop
from tests.services.signing_up import ADDRESS, MINUTE, consent, mailbox, refusal


def app_of(shop: SendingShop) -> App:
    return shop.app


def sent() -> SendingShop:
    shop = open_shop()
    shop.person("ann")
    shop.launch()
    shop.run()
    return shop


def link(app: App, purpose: str) -> str:
    [batch] = app.batches.of("c.spring")
    return app.signer.sign(purpose, [app.keyed.mailbox(ADDRESS), "c.spring", batch.id, "ann"])


TOKENS = {purpose: link(sent().app, purpose) for purpose in ("u", "p")}


def leave(app: App) -> None:
    unsubscribe(app, TOKENS["u"])


def choose(app: App) -> None:
    save_preferences(app, TOKENS["p"], Choice(status="granted", topics={"offers": "withdrawn"}, pause_days=30))


@pytest.mark.parametrize(("use", "reason"), [(leave, "unsubscribed"), (choose, "left_topic")])
def test_whoever_leaves_may_be_cut_off_at_any_call(use: Callable[[App], None], reason: str) -> None:
    """C4: an answer stands for the mailbox and for the file apart from it."""
    deaths = 0
    for death, shop in each_death(sent, app_of, use):
        shop.clock.advance(MINUTE)
        use(shop.app)
        assert refusal(shop) == reason, death
        assert shop.customers.items["ann"].consent_status == consent(shop).status, death
        kept = [json.loads(shop.files.get(key) or b"") for key in shop.files.keys("unsubscribes/")]
        assert kept[-1]["mailbox"] == mailbox(shop).hash, death
        assert (kept[-1]["status"], kept[-1]["at"][:19]) == (
            consent(shop).status,
            f"{consent(shop).at:%Y-%m-%dT%H:%M:%S}",
        )
        history = consent_history(shop.app, mailbox(shop).hash).consents
        assert (history[0].status, history[0].by_person) == ("granted", False), death
        deaths += 1
    assert deaths >= 24


def suppress_and_lift(app: App) -> None:
    add_suppression(app, ADDRESS, {}, "API key")
    lift_suppression(app, ADDRESS, "API key")


def test_an_operator_may_be_cut_off_at_any_call() -> None:
    """What holds is never without the record of who did it."""
    deaths = 0
    for death, shop in each_death(sent, app_of, suppress_and_lift):
        if mailbox(shop).suppression is not None:
            assert [key for key in shop.files.keys("consent/") if key.endswith("-suppressed-suppression.json")], death
        shop.clock.advance(MINUTE)
        suppress_and_lift(shop.app)
        assert (mailbox(shop).suppression, refusal(shop)) == (None, None), death
        deaths += 1
    assert deaths >= 28
