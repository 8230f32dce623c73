"""What a dry run says, the launch does: caps by topic and the ramp of a new domain, on the packaged application."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.journeys.storefront import TEMPLATE, Storefront

pytestmark = pytest.mark.stack


@pytest.fixture
def limits(shop: Storefront) -> Iterator[Storefront]:
    """The shared shop, whose limits of mail are taken away at the end."""
    yield shop
    shop.call("PUT", "/shop", {"caps": None, "ramp": None})


def tried(shop: Storefront, name: str, segment: str, **fields: Any) -> Any:
    shop.call("PUT", f"/campaigns/{name}", {"segments": [segment], "template": TEMPLATE, **fields})
    return shop.call("POST", f"/campaigns/{name}/dry-run", {})


def test_a_mailbox_gets_no_more_mails_on_a_topic_than_its_cap(limits: Storefront) -> None:
    """B11, E9."""
    limits.people("cap", 6)
    limits.call("PUT", "/shop", {"caps": {"topics": {"cap-topic": {"count": 1, "per": "7d"}}}})
    limits.launch("cap-first", "cap", topic="cap-topic")

    found = tried(limits, "cap-second", "cap", topic="cap-topic")
    free = tried(limits, "cap-free", "cap", topic="other-topic")
    limits.launch("cap-second", "cap", topic="cap-topic")

    assert (found["audience"], found["will_send"], found["will_skip"]) == (6, 0, {"frequency_cap": 6})
    assert limits.report("cap-second")["skipped"] == {"frequency_cap": 6}
    assert limits.mails("c.cap-second") == []
    assert (free["will_send"], len(free["samples"]), free["next"]) == (6, 6, None)
    assert limits.call("GET", "/campaigns/cap-free")["state"] == "draft"


def test_a_new_domain_sends_what_its_day_allows_and_the_others_wait(limits: Storefront) -> None:
    """The sender writes the places of the day, the planner reads who is warm."""
    limits.people("ramp", 9)
    limits.call("PUT", "/shop", {"ramp": {"start": 5, "until": 1000}})
    found = tried(limits, "ramp", "ramp", max_lateness="3h")

    limits.launch("ramp", "ramp", max_lateness="3h")
    limits.stack.move_clock(limits.stack.clock.now() + timedelta(minutes=31))
    limits.settle()

    report = limits.report("ramp")
    assert (found["will_send"], found["will_skip"]) == (5, {"ramp": 4})
    assert (report["sent"], report["skipped"], report["pending"]) == (5, {"ramp": 4}, 0)
    assert len(limits.receivers("c.ramp")) == 5
