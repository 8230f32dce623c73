"""Ordered faults: documented errors, entry statuses, broken transport, and what becomes of accepted mails."""

import socket
import time

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, EndpointConnectionError, ReadTimeoutError

from chalicelib.local.ses.errors import DOCUMENTED
from chalicelib.local.ses.faults import STATUSES


@pytest.mark.parametrize("name", sorted(DOCUMENTED))
def test_every_documented_error_comes_on_demand_and_once(bench, name):
    status, words = DOCUMENTED[name]
    bench.fault(name)

    with pytest.raises(getattr(bench.client.exceptions, name)) as caught:
        bench.send()

    assert caught.value.response["Error"] == {"Code": name, "Message": words}
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert bench.stand_in.mails() == []
    bench.send()
    assert len(bench.stand_in.mails()) == 1


@pytest.mark.parametrize(
    ("fault", "status", "accepted"),
    [
        ("http_500", 500, 0),
        ("http_503", 503, 0),
        ("http_500_after_acceptance", 500, 1),
        ("http_503_after_acceptance", 503, 1),
    ],
)
def test_a_server_error_before_and_after_acceptance(bench, fault, status, accepted):
    """A3."""
    bench.fault(fault)

    with pytest.raises(ClientError) as caught:
        bench.send()

    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert len(bench.stand_in.mails()) == accepted


@pytest.mark.parametrize(("fault", "accepted"), [("answer_lost", 1), ("connection_reset", 0)])
def test_a_connection_that_breaks(bench, fault, accepted):
    """A3: the client cannot tell the two apart."""
    bench.fault(fault)

    with pytest.raises(ConnectionClosedError):
        bench.send()

    assert len(bench.stand_in.mails()) == accepted
    bench.send()
    assert len(bench.stand_in.mails()) == accepted + 1


def test_a_slow_answer_outlasts_the_read_timeout_although_the_mail_was_taken(bench):
    """A3."""
    bench.wait_at_most(0.2)
    bench.fault("slow_answer", seconds=0.6)

    with pytest.raises(ReadTimeoutError):
        bench.send()

    assert len(bench.stand_in.mails()) == 1


def test_any_fault_of_a_call_can_take_its_time(bench):
    bench.fault("TooManyRequestsException", seconds=0.2)
    started = time.monotonic()

    with pytest.raises(bench.client.exceptions.TooManyRequestsException):
        bench.send()

    assert time.monotonic() - started >= 0.2


def test_a_stopped_stand_in_refuses_connections(bench):
    bench.send()
    bench.stand_in.stop()

    with pytest.raises((EndpointConnectionError, ConnectionClosedError)):
        bench.send()
    with pytest.raises(EndpointConnectionError):
        bench.send()


def test_a_fault_strikes_the_nth_match_as_often_as_ordered(bench):
    bench.fault("MessageRejected", to="*@hit.example", nth=2, times=2)
    outcomes = []
    for address in ("a@hit.example", "a@miss.example", "B@HIT.example", "c@hit.example", "d@hit.example"):
        try:
            bench.send(address)
            outcomes.append("sent")
        except bench.client.exceptions.MessageRejected:
            outcomes.append("refused")

    assert outcomes == ["sent", "sent", "refused", "refused", "sent"]
    assert bench.control("state", method="GET")["faults"] == 0


def test_a_fault_can_strike_for_ever_until_it_is_cleared(bench):
    bench.fault("SendingPausedException", times=None)
    for _ in range(3):
        with pytest.raises(bench.client.exceptions.SendingPausedException):
            bench.send()

    bench.control("faults", method="DELETE")

    bench.send()
    assert len(bench.stand_in.mails()) == 1


def test_a_fault_of_one_operation_leaves_the_others_alone(bench):
    bench.fault("BadRequestException", operation="GetAccount")

    bench.send()
    with pytest.raises(bench.client.exceptions.BadRequestException):
        bench.client.get_account()


def bulk(bench, *addresses):
    return bench.client.send_bulk_email(
        FromEmailAddress="hello@shop.example",
        DefaultContent={"Template": {"TemplateContent": {"Subject": "S", "Text": "T"}, "TemplateData": "{}"}},
        BulkEmailEntries=[{"Destination": {"ToAddresses": [address]}} for address in addresses],
    )["BulkEmailEntryResults"]


@pytest.mark.parametrize("status", sorted(STATUSES))
def test_every_entry_status_comes_on_demand_for_its_entry_only(bench, status):
    """A5."""
    bench.fault(status, to="b@example.com", message="Ordered.")

    results = bulk(bench, "a@example.com", "b@example.com", "c@example.com")

    assert [result["Status"] for result in results] == ["SUCCESS", status, "SUCCESS"]
    assert (results[1]["Error"], "MessageId" in results[1]) == ("Ordered.", False)
    assert [mail["to"] for mail in bench.stand_in.mails()] == ["a@example.com", "c@example.com"]


def test_the_statuses_are_those_of_the_api(bench):
    model = bench.client.meta.service_model.shape_for("BulkEmailStatus")

    assert {"SUCCESS"} | STATUSES == set(model.enum)
    assert len(model.enum) == 14


def test_a_bulk_answer_can_lack_results_of_mails_that_were_sent(bench):
    """A5: too few entries."""
    bench.fault("missing_result", to="b@example.com")

    results = bulk(bench, "a@example.com", "b@example.com", "c@example.com")

    first, second, third = bench.stand_in.mails()
    assert [result["MessageId"] for result in results] == [first["id"], third["id"]]
    assert second["to"] == "b@example.com"


@pytest.mark.parametrize(
    ("fault", "status", "events"),
    [
        ("hard_bounce", "bounced", ["Send", "Bounce"]),
        ("soft_bounce", "bounced", ["Send", "Bounce"]),
        ("mailbox_full", "bounced", ["Send", "Bounce"]),
        ("message_too_large", "bounced", ["Send", "Bounce"]),
        ("complaint", "complained", ["Send", "Delivery", "Complaint"]),
        ("delivery_delay", "delayed", ["Send", "DeliveryDelay"]),
        ("reject", "rejected", ["Reject"]),
        ("no_events", "delivered", []),
        ("double_events", "delivered", ["Send", "Delivery", "Send", "Delivery"]),
    ],
)
def test_the_fate_of_an_accepted_mail_can_be_ordered(bench, fault, status, events):
    """A12."""
    bench.fault(fault, to="ada@example.com")

    bench.send("ada@example.com")

    assert [event["eventType"] for event in bench.settled()] == events
    [mail] = bench.stand_in.mails()
    assert mail["status"] == status


def test_an_ordered_rendering_failure_sends_nothing(bench):
    bench.fault("rendering_failure")

    bench.send()

    assert [event["eventType"] for event in bench.settled()] == ["Rendering Failure"]
    assert bench.stand_in.mails() == []


def test_an_order_that_is_not_understood_adds_nothing(bench):
    good = {"fault": "http_500"}

    assert "explode" in bench.refused("faults", [good, {"fault": "explode"}])
    assert "Known: ACCOUNT_DAILY_QUOTA_EXCEEDED" in bench.refused("faults", [{"fault": "explode"}])
    assert "'too'" in bench.refused("faults", [{"fault": "http_500", "match": {"too": "x"}}])
    assert bench.refused("faults", good) == "Faults are a JSON list of {match, fault, times}."
    assert "often" in bench.refused("faults", [{"fault": "http_500", "times": "often"}])

    bench.send()
    assert bench.control("state", method="GET")["faults"] == 0


def test_what_is_no_json_or_no_operation_is_answered_not_dropped(bench):
    for path, data, status in (
        ("/v2/email/outbound-emails", b"{", 400),
        ("/v2/email/outbound-emails", b"[" * 100_000, 400),
        ("/v2/email/outbound-emails", b"[]", 400),
        ("/v2/email/identities", b"{}", 404),
        ("/_control/nothing", b"{}", 404),
    ):
        assert (path, bench.ask("POST", path, data)[0]) == (path, status)

    assert bench.stand_in.mails() == []


def test_a_body_above_the_limit_is_refused_unread(bench):
    port = int(bench.stand_in.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"POST /v2/email/outbound-emails HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n")

        assert connection.recv(65_536).startswith(b"HTTP/1.1 413 ")
