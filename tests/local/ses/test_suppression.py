"""The account's suppression list: its operations, and what it does to a mail."""

from datetime import UTC, datetime

import pytest


def put(bench, address, reason="BOUNCE"):
    bench.client.put_suppressed_destination(EmailAddress=address, Reason=reason)


def listed(bench, **filters):
    answer = bench.client.list_suppressed_destinations(**filters)
    return [entry["EmailAddress"] for entry in answer["SuppressedDestinationSummaries"]]


def test_an_address_is_put_found_and_deleted(bench):
    put(bench, "a+b@example.com")

    found = bench.client.get_suppressed_destination(EmailAddress="a+b@example.com")["SuppressedDestination"]
    assert (found["EmailAddress"], found["Reason"]) == ("a+b@example.com", "BOUNCE")
    assert found["LastUpdateTime"].astimezone(UTC) == datetime(2026, 3, 1, 9, 0, tzinfo=UTC)

    bench.client.delete_suppressed_destination(EmailAddress="a+b@example.com")
    for operation in (bench.client.get_suppressed_destination, bench.client.delete_suppressed_destination):
        with pytest.raises(bench.client.exceptions.NotFoundException, match="a\\+b@example.com does not exist"):
            operation(EmailAddress="a+b@example.com")


def test_the_list_is_filtered_and_paged(bench):
    put(bench, "a@example.com")
    bench.clock.move(3600)
    put(bench, "b@example.com", "COMPLAINT")
    put(bench, "c@example.com")

    assert listed(bench) == ["a@example.com", "b@example.com", "c@example.com"]
    assert listed(bench, Reasons=["COMPLAINT"]) == ["b@example.com"]
    assert listed(bench, StartDate=datetime(2026, 3, 1, 9, 30, tzinfo=UTC)) == ["b@example.com", "c@example.com"]
    assert listed(bench, EndDate=datetime(2026, 3, 1, 9, 30, tzinfo=UTC)) == ["a@example.com"]
    first = bench.client.list_suppressed_destinations(PageSize=2)
    assert len(first["SuppressedDestinationSummaries"]) == 2
    assert listed(bench, PageSize=2, NextToken=first["NextToken"]) == ["c@example.com"]
    with pytest.raises(bench.client.exceptions.InvalidNextTokenException):
        listed(bench, NextToken="forged")


def test_a_bad_address_or_reason_is_refused(bench):
    with pytest.raises(bench.client.exceptions.BadRequestException, match="Missing final"):
        put(bench, "nobody")
    with pytest.raises(bench.client.exceptions.BadRequestException, match="BOUNCE or COMPLAINT"):
        put(bench, "a@example.com", "WHIM")

    assert listed(bench) == []


@pytest.mark.parametrize(
    ("reason", "event", "field", "subtype"),
    [("BOUNCE", "Bounce", "bounce", "bounceSubType"), ("COMPLAINT", "Complaint", "complaint", "complaintSubType")],
)
def test_mail_to_a_listed_address_is_accepted_and_not_delivered(bench, reason, event, field, subtype):
    put(bench, "Ada@example.com", reason)

    bench.send("ada@example.com")

    sent, feedback = bench.settled()
    assert (sent["eventType"], feedback["eventType"]) == ("Send", event)
    assert feedback[field][subtype] == "OnAccountSuppressionList"
    [mail] = bench.stand_in.mails()
    assert mail["status"] == "suppressed"
    assert bench.client.get_account()["SendQuota"]["SentLast24Hours"] == 1.0


def test_hard_bounces_and_complaints_of_real_addresses_join_the_list(bench):
    bench.fault("hard_bounce", to="a@example.com")
    bench.fault("complaint", to="b@example.com")
    bench.fault("soft_bounce", to="c@example.com")
    for address in ("a@example.com", "b@example.com", "c@example.com", "a@example.com"):
        bench.send(address)

    assert listed(bench) == ["a@example.com", "b@example.com"]
    assert [mail["status"] for mail in bench.stand_in.mails()] == ["bounced", "complained", "bounced", "suppressed"]
