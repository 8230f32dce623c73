"""The events of a mail, at each destination of its configuration set."""

import json
import threading
import time

import pytest

from chalicelib.local.ses import AwsPublisher, EventDestination

FEEDBACK, STREAM = "arn:aws:sns:us-east-1:000000000000:feedback", "events"


def test_send_and_delivery_have_the_shape_of_ses(bench):
    """https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-examples.html"""
    message_id = bench.send(
        ReplyToAddresses=["reply@shop.example"],
        EmailTags=[{"Name": "send", "Value": "s-1"}],
        Content=bench.simple(Headers=[{"Name": "X-Own", "Value": "1"}]),
    )

    sent, delivered = bench.settled()
    mail = sent["mail"]
    assert (sent["eventType"], sent["send"]) == ("Send", {})
    assert (mail["timestamp"], mail["messageId"]) == ("2026-03-01T09:00:00.000Z", message_id)
    assert (mail["source"], mail["destination"]) == ("Tea House <hello@shop.example>", ["ada@example.com"])
    assert mail["sourceArn"] == "arn:aws:ses:us-east-1:000000000000:identity/shop.example"
    assert (mail["sendingAccountId"], mail["headersTruncated"]) == ("000000000000", False)
    assert mail["tags"] == {
        "ses:configuration-set": ["shop-marketing"],
        "ses:source-ip": ["192.0.2.0"],
        "ses:from-domain": ["shop.example"],
        "ses:caller-identity": ["local"],
        "send": ["s-1"],
    }
    assert {"name": "X-Own", "value": "1"} in mail["headers"]
    assert mail["commonHeaders"] == {
        "from": ["Tea House <hello@shop.example>"],
        "to": ["ada@example.com"],
        "replyTo": ["reply@shop.example"],
        "subject": "Hello",
        "messageId": message_id,
    }
    assert delivered == {
        "eventType": "Delivery",
        "mail": mail,
        "delivery": {
            "timestamp": "2026-03-01T09:00:00.000Z",
            "processingTimeMillis": 1000,
            "recipients": ["ada@example.com"],
            "smtpResponse": "250 2.6.0 Message received",
            "reportingMTA": "a8-31.smtp-out.amazonses.com",
        },
    }


def test_each_destination_gets_the_types_that_it_wants_and_a_silent_set_nothing(bench):
    bench.send("bounce@simulator.amazonses.com")
    bench.send("success@simulator.amazonses.com", ConfigurationSetName="silent")
    bench.send("success@simulator.amazonses.com", ConfigurationSetName=None)

    assert bench.events() == [(STREAM, "Send"), (FEEDBACK, "Bounce")]


@pytest.mark.parametrize("label", ["", "+order-17"])
@pytest.mark.parametrize(
    ("local", "status", "events", "bounce"),
    [
        ("success", "delivered", ["Send", "Delivery"], None),
        ("bounce", "bounced", ["Send", "Bounce"], ("Permanent", "General")),
        ("ooto", "auto_replied", ["Send", "Delivery", "Bounce"], ("Transient", "General")),
        ("complaint", "complained", ["Send", "Delivery", "Complaint"], None),
        ("suppressionlist", "suppressed", ["Send", "Bounce"], ("Permanent", "Suppressed")),
        ("nobody", "bounced", ["Send", "Bounce"], ("Permanent", "General")),
    ],
)
def test_the_simulator_addresses_behave_as_documented(bench, local, label, status, events, bounce):
    """https://docs.aws.amazon.com/ses/latest/DeveloperGuide/mailbox-simulator.html"""
    address = f"{local}{label}@simulator.amazonses.com"

    bench.send(address)

    published = bench.settled()
    assert [event["eventType"] for event in published] == events
    if bounce:
        assert (published[-1]["bounce"]["bounceType"], published[-1]["bounce"]["bounceSubType"]) == bounce
        assert [who["emailAddress"] for who in published[-1]["bounce"]["bouncedRecipients"]] == [address]
    [mail] = bench.stand_in.mails()
    assert mail["status"] == status
    assert bench.client.list_suppressed_destinations()["SuppressedDestinationSummaries"] == []


def test_a_hard_bounce_and_a_complaint_carry_the_documented_detail(bench):
    bench.send("bounce@simulator.amazonses.com")
    _, bounce = bench.settled()
    bench.send("complaint@simulator.amazonses.com")
    *_, complaint = bench.settled()

    assert bounce["bounce"].pop("feedbackId") != ""
    assert bounce["bounce"] == {
        "bounceType": "Permanent",
        "bounceSubType": "General",
        "bouncedRecipients": [
            {
                "emailAddress": "bounce@simulator.amazonses.com",
                "action": "failed",
                "status": "5.1.1",
                "diagnosticCode": "smtp; 550 5.1.1 user unknown",
            }
        ],
        "timestamp": "2026-03-01T09:00:00.000Z",
        "reportingMTA": "dsn; a8-31.smtp-out.amazonses.com",
    }
    assert complaint["complaint"].pop("feedbackId") != ""
    assert complaint["complaint"] == {
        "complaintSubType": None,
        "complainedRecipients": [{"emailAddress": "complaint@simulator.amazonses.com"}],
        "timestamp": "2026-03-01T09:00:00.000Z",
        "userAgent": "Amazon SES Mailbox Simulator",
        "complaintFeedbackType": "abuse",
        "arrivalDate": "2026-03-01T09:00:00.000Z",
    }


def test_a_virus_is_accepted_and_rejected(bench):
    eicar = r"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
    bench.send(Content=bench.simple(Body={"Text": {"Data": eicar}}))
    bench.send(Content=bench.simple(Attachments=[{"FileName": "a.txt", "RawContent": eicar.encode()}]))

    assert [(event["eventType"], event["reject"]) for event in bench.settled()] == [
        ("Reject", {"reason": "Bad content"})
    ] * 2
    assert [mail["status"] for mail in bench.stand_in.mails()] == ["rejected", "rejected"]


def test_an_open_is_published_only_where_opens_are_tracked(bench):
    tracked = bench.send(ConfigurationSetName="shop-marketing-opens")
    untracked = bench.send()
    bench.settled()
    bench.published.clear()

    bench.control("opens", {"id": tracked, "user_agent": "Reader"})
    for refused in (untracked, "unknown"):
        assert repr(refused) in bench.refused("opens", {"id": refused})

    [opened] = bench.settled()
    assert (opened["eventType"], opened["mail"]["messageId"]) == ("Open", tracked)
    assert opened["open"] == {"ipAddress": "192.0.2.1", "timestamp": "2026-03-01T09:00:00.000Z", "userAgent": "Reader"}


def test_clicks_are_never_published():
    with pytest.raises(ValueError, match="CLICK"):
        EventDestination(event_types=frozenset({"CLICK"}), kind="sns", target="arn")


def test_pending_counts_what_is_published_at_this_moment(new_bench):
    arrived, release, seen = threading.Event(), threading.Event(), []

    def publish(destination, event):
        arrived.set()
        assert release.wait(5)
        seen.append(event["eventType"])

    bench = new_bench(publish=publish)
    bench.send()
    assert arrived.wait(5)

    assert bench.stand_in.pending_events == 2  # one in the hands of the publisher, one waiting
    assert bench.control("state", method="GET")["pending_events"] == 2
    release.set()
    bench.settled()
    assert seen == ["Send", "Delivery"]


def test_events_of_many_mails_arrive_in_the_order_of_acceptance(bench):
    ids = [bench.send() for _ in range(50)]

    assert [event["mail"]["messageId"] for event in bench.settled()] == [
        one for one in ids for _ in ("Send", "Delivery")
    ]


def test_a_destination_that_fails_is_tried_again_and_a_loss_is_counted(new_bench):
    calls = []

    def publish(destination, event):
        calls.append(event["eventType"])
        if event["eventType"] == "Send" or len(calls) < 8:
            raise OSError("no such stream")

    bench = new_bench(publish=publish)
    bench.send()
    bench.settled()

    assert calls == ["Send"] * 5 + ["Delivery"] * 3
    state = bench.control("state", method="GET")
    assert (state["failed_events"], state["event_error"]) == (1, "OSError: no such stream")


def test_stop_publishes_what_waits(new_bench):
    others = set(threading.enumerate())
    seen = []

    def publish(destination, event):
        time.sleep(0.02)
        seen.append(event["eventType"])

    bench = new_bench(publish=publish)
    for _ in range(5):
        bench.send()
    bench.stand_in.stop()

    assert seen == ["Send", "Delivery"] * 5
    assert not [thread for thread in set(threading.enumerate()) - others if thread.name.startswith("ses-")]


class Calls:
    """Stands for the SNS and Firehose clients: keeps what they were asked."""

    def __init__(self):
        self.made = []

    def publish(self, **request):
        self.made.append(request)

    def put_record(self, **request):
        self.made.append(request)


def test_the_aws_publisher_sends_topics_one_event_and_streams_many_in_a_record(new_bench):
    sns, firehose = Calls(), Calls()
    bench = new_bench(publish=AwsPublisher(sns, firehose))
    for address in ("a@example.com", "bounce@simulator.amazonses.com"):
        bench.send(address)
    bench.settled()

    [record] = firehose.made
    assert record["DeliveryStreamName"] == STREAM
    lines = record["Record"]["Data"].decode().splitlines()
    assert [json.loads(line)["eventType"] for line in lines] == ["Send", "Delivery", "Send"]
    [message] = sns.made
    assert (message["TopicArn"], json.loads(message["Message"])["eventType"]) == (FEEDBACK, "Bounce")


def test_a_record_stays_below_the_limit_of_firehose():
    firehose = Calls()
    stream = EventDestination(event_types=frozenset({"SEND"}), kind="firehose", target=STREAM)

    AwsPublisher(Calls(), firehose).many(stream, [{"n": n, "filler": "x" * 400_000} for n in range(5)])

    sizes = [len(call["Record"]["Data"]) for call in firehose.made]
    assert len(sizes) == 3
    assert max(sizes) <= 900_000
