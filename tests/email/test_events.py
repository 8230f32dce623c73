"""SES's own payloads, in full, become our facts; the source of each shape stands in ses_events.py."""

import json
from datetime import UTC, datetime

import pytest

from chalicelib.domain.mail_events import MailEvent
from chalicelib.email.events import read_event, read_notification
from tests.email.ses_events import (
    BOUNCE,
    CLICK,
    COMPLAINT,
    DELIVERY,
    DELIVERY_DELAY,
    OPEN,
    REJECT,
    RENDERING_FAILURE,
    SEND,
    SENT,
    SES_ID,
    SUBSCRIPTION,
    envelope,
    of_ours,
)

KINDS = {
    "send": (SENT, "sent", "2016-10-14T05:02:16.645", ""),
    "delivery": (DELIVERY, "delivered", "2016-10-19T23:21:04.133", ""),
    "reject": (REJECT, "rejected", "2016-10-14T17:38:15.211", "Bad content"),
    "delay": (DELIVERY_DELAY, "delayed", "2020-06-16T00:25:40.095", "TransientCommunicationFailure"),
    "rendering failure": (
        RENDERING_FAILURE,
        "rendering_failed",
        "2018-01-22T18:43:06.197",
        "Attribute 'attributeName' is not present in the rendering data.",
    ),
}


def fact(kind: str, at: str, cause: str, *, suppresses: bool = False, soft: bool = False) -> MailEvent:
    message_id, batch_id, customer_id = SEND
    return MailEvent(
        kind=kind,  # type: ignore[arg-type]
        at=datetime.fromisoformat(at).replace(tzinfo=UTC),
        message_id=message_id,
        batch_id=batch_id,
        customer_id=customer_id,
        ses_id=SES_ID,
        cause=cause,
        suppresses=suppresses,
        soft=soft,
        address="recipient@example.com" if suppresses or soft else "",
    )


def recorded(event: dict) -> MailEvent:
    """The fact, of which there must be one."""
    found = read_event(event)
    assert found is not None
    return found


@pytest.mark.parametrize("case", KINDS)
def test_each_kind_of_event_is_one_fact_that_blames_nobody(case):
    payload, kind, at, cause = KINDS[case]

    assert read_event(of_ours(payload)) == fact(kind, at, cause)


SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 Version/26.0 Mobile/15E148"
GMAIL = "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"


@pytest.mark.parametrize(
    ("agent", "at", "sign", "early"),
    [
        (SAFARI, "2017-08-09T22:00:49.928Z", "", False),
        (SAFARI, "2017-08-09T22:00:49.927Z", "", True),  # the mail's first minute
        ("Mozilla/5.0", "2017-08-09T23:00:00.000Z", "apple_privacy", False),
        (GMAIL, "2017-08-09T23:00:00.000Z", "proxy", False),
        (None, "2017-08-09T23:00:00.000Z", "bare", False),
    ],
)
def test_an_open_says_whether_a_machine_made_it_and_how_soon(agent, at, sign, early):
    """C13."""
    found = recorded(of_ours(OPEN, open={"userAgent": agent, "timestamp": at}))

    assert (found.kind, found.sign, found.early) == ("opened", sign, early)
    assert (found.suppresses, found.soft) == (False, False)


def test_a_hard_bounce_suppresses():
    """C11."""
    assert read_event(of_ours(BOUNCE)) == fact(
        "bounced", "2017-08-05T00:41:02.669", "Permanent/General", suppresses=True
    )


# Every type and subtype: https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
# -> (kind, suppresses, soft)
BOUNCES = {
    ("Undetermined", "Undetermined"): ("soft_bounced", False, True),
    ("Permanent", "General"): ("bounced", True, False),
    ("Permanent", "NoEmail"): ("bounced", True, False),
    ("Permanent", "Suppressed"): ("bounced", True, False),
    ("Permanent", "OnAccountSuppressionList"): ("bounced", True, False),
    ("Permanent", "MessageTooLarge"): ("bounced", False, False),
    ("Permanent", "ContentRejected"): ("bounced", False, False),
    ("Transient", "General"): ("soft_bounced", False, True),
    ("Transient", "MailboxFull"): ("soft_bounced", False, True),
    ("Transient", "MessageTooLarge"): ("soft_bounced", False, False),
    ("Transient", "CustomTimeoutExceeded"): ("soft_bounced", False, False),
    ("Transient", "ContentRejected"): ("soft_bounced", False, False),
    ("Transient", "AttachmentRejected"): ("soft_bounced", False, False),
    ("Something", "New"): ("soft_bounced", False, False),
}


@pytest.mark.parametrize(("kind", "part"), BOUNCES)
def test_a_bounce_counts_against_an_address_only_where_the_address_is_at_fault(kind, part):
    """C11: "message too large" never counts, whatever SES calls its type."""
    found = recorded(of_ours(BOUNCE, bounce={"bounceType": kind, "bounceSubType": part}))

    assert (found.kind, found.suppresses, found.soft) == BOUNCES[kind, part]
    assert found.cause == f"{kind}/{part}"


@pytest.mark.parametrize("feedback", ["abuse", "auth-failure", "fraud", "other", "virus"])
def test_a_complaint_suppresses(feedback):
    """C11."""
    found = read_event(of_ours(COMPLAINT, complaint={"complaintFeedbackType": feedback}))

    assert found == fact("complained", "2017-08-05T00:41:02.669", feedback, suppresses=True)


def test_a_complaint_without_a_report_suppresses_too():
    bare = {"complaintFeedbackType": None, "complaintSubType": "OnAccountSuppressionList"}

    found = read_event(of_ours(COMPLAINT, complaint=bare))

    assert found == fact("complained", "2017-08-05T00:41:02.669", "OnAccountSuppressionList", suppresses=True)


def test_a_receiver_that_takes_the_complaint_back_proves_a_delivery():
    """`not-spam`: the person looked for our mail among the spam and wants it."""
    found = read_event(of_ours(COMPLAINT, complaint={"complaintFeedbackType": "not-spam"}))

    assert found == fact("delivered", "2017-08-05T00:41:02.669", "not-spam")


@pytest.mark.parametrize("payload", [CLICK, SUBSCRIPTION, {**SENT, "eventType": "Teleported"}])
def test_a_kind_that_is_not_ours_to_record_is_left_alone(payload):
    assert read_event(of_ours(payload)) is None


@pytest.mark.parametrize("payload", [BOUNCE, COMPLAINT, DELIVERY, SENT, OPEN, REJECT])
def test_a_mail_of_somebody_else_is_left_alone(payload):
    """A12: another service sends through the same configuration set."""
    assert read_event(payload) is None


@pytest.mark.parametrize("missing", ["message", "batch", "person"])
def test_a_mail_with_half_of_our_tags_is_left_alone(missing):
    event = of_ours(BOUNCE)
    del event["mail"]["tags"][missing]

    assert read_event(event) is None


def test_a_mail_without_any_tags_is_left_alone():
    event = of_ours(BOUNCE)
    del event["mail"]["tags"]

    assert read_event(event) is None


def test_times_come_out_in_utc_whatever_zone_they_name():
    for text in ("2017-08-05T02:41:02.669+02:00", "2017-08-05T00:41:02.669", "2017-08-05T00:41:02.669Z"):
        found = recorded(of_ours(BOUNCE, bounce={"timestamp": text}))

        assert found.at == datetime(2017, 8, 5, 0, 41, 2, 669_000, tzinfo=UTC)
        assert found.at.tzinfo is UTC


def test_a_bounce_without_a_time_has_that_of_its_mail():
    event = of_ours(BOUNCE)
    del event["bounce"]["timestamp"]

    assert recorded(event).at == datetime(2017, 8, 5, 0, 40, 2, 12_000, tzinfo=UTC)


def broken(**mail: object) -> dict:
    event = of_ours(BOUNCE)
    event["mail"] |= mail
    return event


NO_EVENTS: dict[str, object] = {
    "nothing": None,
    "a number": 7,
    "a text": "mail",
    "a list": [{"mail": {}}],
    "no mail": {"eventType": "Bounce"},
    "mail is a text": {"eventType": "Bounce", "mail": "x"},
    "mail is a list": {"eventType": "Bounce", "mail": []},
    "tags are a list": broken(tags=["message"]),
    "a tag is a text": broken(tags={"message": "bQ", "batch": "bQ", "person": "bQ"}),
    "a tag is a number": broken(tags={"message": [1], "batch": [1], "person": [1]}),
    "a tag is not ours": broken(tags={"message": ["a"], "batch": ["a"], "person": ["a"]}),
    "a bounce that says nothing": {name: value for name, value in of_ours(BOUNCE).items() if name != "bounce"},
    "a bounce that is a text": of_ours(BOUNCE) | {"bounce": "x"},
    "no message id": {**of_ours(SENT), "mail": {"tags": of_ours(SENT)["mail"]["tags"], "timestamp": "2017-08-05"}},
    "no time": of_ours(BOUNCE, bounce={"timestamp": "yesterday"}),
    "a time that is a number": of_ours(BOUNCE, bounce={"timestamp": 1}),
}


@pytest.mark.parametrize("case", NO_EVENTS)
def test_what_is_no_event_is_refused_with_one_kind_of_error(case):
    """A7: a poison record names its cause, and nothing else of it is recorded."""
    with pytest.raises(ValueError):
        read_event(NO_EVENTS[case])


def test_a_notification_is_read_raw_and_as_sns_wraps_it():
    event = of_ours(BOUNCE)

    assert read_notification(json.dumps(event)) == event
    assert read_notification(json.dumps(envelope(json.dumps(event)))) == event


@pytest.mark.parametrize("wrap", [str, lambda text: json.dumps(envelope(text))])
def test_the_trial_of_a_new_destination_is_no_event_and_no_fault(wrap):
    """SES publishes it at each deployment that makes the destination: it must not end among the dead letters."""
    assert read_notification(wrap("Successfully validated SNS topic for Amazon SES event publishing.")) is None


BAD_NOTIFICATIONS = {
    "nothing": "",
    "no JSON": "{",
    "a text": '"mail"',
    "a number": "1",
    "a list": "[]",
    "another message": json.dumps({"v": 1, "message_id": "c.spring"}),
    "an envelope around a text": json.dumps(envelope("hello")),
    "an envelope around a list": json.dumps(envelope("[]")),
    "an envelope around an envelope": json.dumps(envelope(json.dumps(envelope("{}")))),
}


@pytest.mark.parametrize("case", BAD_NOTIFICATIONS)
def test_what_is_no_notification_is_refused(case):
    """A7."""
    with pytest.raises(ValueError):
        read_notification(BAD_NOTIFICATIONS[case])
