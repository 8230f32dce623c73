"""A12: SES's reports come twice, out of order, for mails unknown here, by the topic and in files: the end is right."""

import pytest

from tests.email.ses_events import BOUNCE, COMPLAINT, DELIVERY, DELIVERY_DELAY, OPEN, REJECT, SENT, of_ours
from tests.journeys.storefront import Storefront, sent_by

pytestmark = pytest.mark.stack
SOFT = {"bounceType": "Transient", "bounceSubType": "General"}


def test_reports_doubled_shuffled_and_unknown_end_in_the_same_state(shop: Storefront) -> None:
    """A12, C11, invariants 9 and 10."""
    shop.people("a12", 6)
    shop.launch("a12", "a12")
    sends = {send.customer_id: send for mail in shop.mails("c.a12") if (send := sent_by(mail))}
    bounced, complained, soft, opened = (sends[f"a12-00{number}"] for number in range(4))
    at_once = [
        of_ours(DELIVERY_DELAY, complained),
        of_ours(BOUNCE, bounced),
        of_ours(COMPLAINT, complained),
        of_ours(BOUNCE, soft, bounce=SOFT),
        of_ours(BOUNCE, ("c.never-launched", "0000000000000000", "nobody")),
        # A batch that is none.
        of_ours(COMPLAINT, ("c.a12", "0000000000000000", "a12-005"), mail={"destination": ["a12-005@example.com"]}),
        BOUNCE,  # a mail that this service did not send
    ]
    in_files = [
        of_ours(OPEN, opened),
        of_ours(DELIVERY, complained),
        of_ours(SENT, bounced),
        of_ours(DELIVERY, opened),
        of_ours(SENT, ("c.a12", "0000000000000000", "a12-004")),
        of_ours(DELIVERY, ("c.never-launched", "0000000000000000", "nobody")),
    ]

    shop.publish(at_once)
    shop.write_events("a12-1", in_files)
    shop.settle()
    report = shop.report("a12")
    assert (report["planned"], report["sent"], report["unknown"]) == (6, 6, 0)
    assert (report["bounced"], report["complained"], report["opened"]) == (1, 1, 1)

    shop.publish([*reversed(at_once), *at_once])
    shop.write_events("a12-2", [*reversed(in_files), *in_files])
    shop.settle()
    assert shop.report("a12") == report
    assert shop.dead_letters() == {}

    shop.launch("a12-next", "a12")
    # a12-005 has complained about a mail that SES names by our own tags, whatever batch they name.
    assert shop.receivers("c.a12-next") == [f"a12-00{number}@example.com" for number in (2, 3, 4)]
    assert shop.report("a12-next")["skipped"] == {"suppressed": 3}


def test_a_report_that_comes_before_our_own_record_counts_as_the_record(shop: Storefront) -> None:
    """A12, A3: SES names the send, so it has the mail; the sender does not send it again."""
    people = shop.people("a12-early", 3)
    shop.call("PUT", "/campaigns/a12-early", {"segments": ["a12-early"], "template": "journey"})
    send_at = shop.stack.clock.now().replace(microsecond=0)
    shop.call("PUT", "/campaigns/a12-early", {"send_at": send_at.replace(year=send_at.year + 1).isoformat()})
    shop.call("POST", "/campaigns/a12-early/launch", {})
    shop.settle()
    [batch] = shop.batches("c.a12-early")

    shop.publish([of_ours(REJECT, ("c.a12-early", batch.id, people[0]))])
    shop.settle()

    report = shop.report("a12-early")
    assert (report["sent"], report["pending"]) == (1, 2)
    assert report["delivered"] == 0


def test_simulated_bounces_and_complaints_are_suppressed_at_once(shop: Storefront) -> None:
    """C11: the addresses at simulator.amazonses.com behave as on AWS."""
    words = ("success", "bounce", "complaint", "ooto", "suppressionlist")
    rows = [{"id": f"c11-{word}", "email": f"{word}+c11@simulator.amazonses.com"} for word in words]
    shop.customers("c11", rows)

    shop.launch("c11", "c11")
    report = shop.report("c11")
    assert (report["sent"], report["bounced"], report["complained"]) == (5, 2, 1)

    shop.launch("c11-next", "c11")
    again = [f"{word}+c11@simulator.amazonses.com" for word in ("ooto", "success")]
    assert shop.receivers("c.c11-next") == again
    assert shop.report("c11-next")["skipped"] == {"suppressed": 3}
