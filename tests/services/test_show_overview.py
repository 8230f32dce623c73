from datetime import timedelta
from typing import Any

from chalicelib.domain.messages import Batch, Message, Row
from chalicelib.services import show_overview as module
from chalicelib.services.put_campaign import put_campaign
from chalicelib.services.put_customer import put_customer
from chalicelib.services.put_flow import put_flow
from chalicelib.services.put_segment import put_segment
from chalicelib.services.segment_members import segment_members
from chalicelib.services.show_overview import show_overview
from tests.fakes import NOON, make_app

CONSENT = {"status": "granted", "at": "2026-01-01T00:00:00Z"}


def people(app, count=3):
    for number in range(count):
        put_customer(app, f"p{number}", {"email": f"p{number}@example.com", "country": "GB" if number else "FR"})


def test_customers_consent_and_segments_are_counted():
    app = make_app()
    people(app)
    put_customer(app, "p1", {"consent": CONSENT})
    put_segment(app, "british", {"field": "country", "op": "=", "value": "GB"})
    found = show_overview(app)

    assert (found.customers, found.counted_all, found.mailable) == (3, True, 1)
    assert dict(found.segments)["british"] == len(segment_members(app, "british", 10, None)[0]) == 2
    assert found.segments[0] == ("british", 2)
    assert found.stages == {"prospect": 3}


def test_a_large_shop_is_counted_up_to_the_limit_and_says_so(monkeypatch):
    monkeypatch.setattr(module, "COUNTED", 2)
    app = make_app()
    people(app)

    assert (show_overview(app).customers, show_overview(app).counted_all) == (2, False)


def test_a_mail_line_adds_up_to_its_rows():
    app = make_app()
    put_campaign(app, "autumn", {"segments": ["regulars"], "template": "t"})
    message = Message(
        id="c.autumn",
        source="campaign",
        name="autumn",
        once_key="c.autumn",
        template="t",
        versions={},
        created_at=NOON,
        state="sending",
    )
    app.messages.create(message, NOON)
    app.batches.create_many([Batch(message_id="c.autumn", id="b1", people=("a", "b", "c", "d"), due_at=NOON)])
    row: dict[str, Any] = {"message_id": "c.autumn", "batch_id": "b1", "at": NOON}
    app.rows.record(
        [
            Row(**row, customer_id="a", status="sent", clicked_at=NOON + timedelta(hours=1)),
            Row(**row, customer_id="b", status="skipped", reason="no_consent"),
            Row(**row, customer_id="c", status="failed", reason="rendering"),
        ]
    )
    [line] = show_overview(app).campaigns

    assert (line.name, line.planned, line.sent, line.skipped, line.clicked, line.pending) == ("autumn", 4, 1, 1, 1, 1)
    assert line.reasons == {"no_consent": 1}


def test_flows_say_what_they_are_about_and_whether_they_are_on():
    app = make_app()
    put_flow(app, "birthday", {"about": "On the day.", "trigger": {"date": "birthday"}, "template": "birthday"})
    [line] = show_overview(app).flows

    assert (line.name, line.about, line.state, line.planned) == ("birthday", "On the day.", "off", 0)
