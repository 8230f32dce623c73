"""A8, C4: each call is throttled in its turn, N of N, and the process lives to see it: nobody is lost by it, nothing is
said to be done that is not."""

import json
from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError

from chalicelib.ports import App
from chalicelib.services.launch_campaign import launch_campaign
from tests.faults import test_kill_points as sending
from tests.faults import test_leaving_deaths as leaving
from tests.faults.ports import each_fault
from tests.services.sending import SendingShop
from tests.services.signing_up import consent, mailbox, refusal

THROTTLED = ClientError({"Error": {"Code": "ThrottlingException", "Message": "Rate exceeded"}}, "UpdateItem")


@pytest.mark.parametrize(
    ("make", "least"),
    [(sending.planned, 40), (sending.planned_for_many_a_call, 35)],
)
def test_a_throttled_call_of_a_sender_loses_nobody(make: Callable[[], SendingShop], least: int) -> None:
    """A8: the message comes again. Only where the row of an accepted mail could not be written, it is `unknown`."""
    faults = 0
    for what, shop, rose in each_fault(make, sending.app_of, sending.send, THROTTLED):
        if "mailer." in what:  # what SES says is told apart by its own port: tests/email/test_ses_errors.py
            continue
        assert rose, what
        found = sending.ending(shop)
        lost = {name for name in found if found[name] != sending.EXPECTED[name]}
        assert {found[name] for name in lost} <= {"unknown"}, what
        assert not lost or "rows.record" in what, what
        faults += 1
    assert faults >= least


def test_a_throttled_call_of_a_planner_loses_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """A8."""
    monkeypatch.setattr("chalicelib.services.resolve_audience.PAGE", 5)

    def launched() -> SendingShop:
        shop = sending.launched()
        launch_campaign(shop.app, "spring")
        shop.queue.take("plan")
        return shop

    faults = 0
    for what, shop, rose in each_fault(launched, sending.app_of, sending.plan, THROTTLED):
        assert rose, what
        assert sending.ending(shop) == sending.EXPECTED, what
        faults += 1
    assert faults >= 45


@pytest.mark.parametrize(("use", "reason"), [(leaving.leave, "unsubscribed"), (leaving.choose, "left_topic")])
def test_whoever_leaves_is_answered_only_where_it_is_durable(use: Callable[[App], None], reason: str) -> None:
    """C4: whichever call the database throttles, without an error mailbox and file hold it; with one, the next try."""
    faults = 0
    for what, shop, rose in each_fault(leaving.sent, leaving.app_of, use, THROTTLED):
        if rose:
            use(shop.app)
        kept = [json.loads(shop.files.get(key) or b"") for key in shop.files.keys("unsubscribes/")]
        assert refusal(shop) == reason, what
        assert (kept[-1]["mailbox"], kept[-1]["status"]) == (mailbox(shop).hash, consent(shop).status), what
        faults += 1
    assert faults >= 12
