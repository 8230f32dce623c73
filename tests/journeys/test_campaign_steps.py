"""The steps of campaigns on the packaged stack, with each function's own policy: test, stages, days, follow-up."""

from datetime import timedelta
from typing import Any

import pytest

from tests.journeys.storefront import Storefront, links, open_page

pytestmark = pytest.mark.stack
BROWSER = {
    "User-Agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36",
    "Accept": "text/html",
    "Accept-Language": "en-GB",
}
TEST = {
    "variants": [{"name": "plain"}, {"name": "warm", "subject": "Warm {{ customer.first_name or 'friend' }}"}],
    "winner": {"by": "clicks", "after": "4h", "test_percent": 50},
}


def pass_time(shop: Storefront, hours: float) -> None:
    shop.stack.move_clock(shop.stack.clock.now() + timedelta(hours=hours))
    shop.settle()
    shop.stack.tick()


def shown(shop: Storefront, name: str) -> dict[str, Any]:
    found: dict[str, Any] = shop.call("GET", f"/campaigns/{name}")
    return found


def test_a_test_sends_its_winner_to_the_rest_and_a_follow_up_reaches_those_who_did_not_click(shop: Storefront) -> None:
    people = shop.people("steps", 40)
    shop.launch("steps-test", "steps", **TEST)
    tested = shop.mails("c.steps-test")
    assert 0 < len(tested) < 40
    assert shop.report("steps-test")["pending"] == 40 - len(tested)
    warm = [mail for mail in tested if mail["subject"].startswith("Warm")]
    for mail in warm:
        assert open_page("GET", links(mail, "c")[0], headers=BROWSER).status == 302

    pass_time(shop, 5)

    mails = shop.mails("c.steps-test")
    assert sorted(mail["to"] for mail in mails) == sorted(f"{who}@example.com" for who in people)
    assert all(mail["subject"].startswith("Warm") for mail in mails[len(tested) :])
    assert (shop.report("steps-test")["sent"], shop.report("steps-test")["state"]) == (40, "done")
    assert "'warm' won" in shown(shop, "steps-test")["parts"][0]["because"]

    shop.launch("steps-again", "steps", follow_up={"campaign": "steps-test", "who": "not_redeemed"})
    assert shop.report("steps-again")["sent"] == 40
    shop.launch("steps-clicked", "steps", follow_up={"campaign": "steps-test", "who": "clicked"})
    assert shop.receivers("c.steps-clicked") == sorted(mail["to"] for mail in warm)


def test_stages_go_on_by_hand_and_a_cancellation_reaches_those_who_wait(shop: Storefront) -> None:
    shop.customers(
        "staged",
        [
            {"id": f"staged-{n}", "email": f"staged-{n}@example.com", "country": "GB" if n < 3 else "FR"}
            for n in range(12)
        ],
    )
    by_place = {"stages": [{"field": "country", "in": ["GB"]}]}
    shop.launch("stages-on", "staged", **by_place)
    assert len(shop.receivers("c.stages-on")) == 3

    shop.call("POST", "/campaigns/stages-on/continue", {})
    shop.settle()
    assert len(shop.mails("c.stages-on")) == 12
    assert shop.report("stages-on")["state"] == "done"

    shop.launch("stages-off", "staged", **by_place)
    shop.call("POST", "/campaigns/stages-off/cancel", {})
    shop.settle()
    shop.stack.tick()
    shop.settle()
    report = shop.report("stages-off")
    assert (report["state"], report["sent"], report["skipped"]) == ("cancelled", 3, {"cancelled": 9})


def test_a_launch_that_is_undone_mails_nobody_and_days_repeat(shop: Storefront) -> None:
    shop.people("undone", 5)
    shop.call("PUT", "/campaigns/undone", {"segments": ["undone"], "template": "journey"})
    shop.call("POST", "/campaigns/undone/launch", {"undo_seconds": 3600})
    shop.settle()
    assert shop.call("POST", "/campaigns/undone/cancel", {})["state_reason"].startswith("undone before anything left")
    shop.settle()
    assert (shop.mails("c.undone"), shop.report("undone")["skipped"]) == ([], {"cancelled": 5})

    shop.launch("daily", "undone", repeat={"every": "day"}, local_time="09:00")
    pass_time(shop, 49)
    days = {part["name"]: part["state"] for part in shown(shop, "daily")["parts"]}
    assert len(days) >= 2
    assert shop.report("daily")["sent"] in {5, 10, 15}
    shop.call("POST", "/campaigns/daily/cancel", {})
    shop.settle()
    assert shop.report("daily")["state"] == "cancelled"
    assert shop.dead_letters() == {}
