"""SendEmail and SendBulkEmail, driven by boto3 over HTTP."""

import json
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage

import pytest
from botocore.exceptions import ClientError

UNSUBSCRIBE = [
    {"Name": "List-Unsubscribe", "Value": "<https://links.shop.example/u/" + "t" * 900 + ">"},
    {"Name": "List-Unsubscribe-Post", "Value": "List-Unsubscribe=One-Click"},
]


def template(html="<p>{{name}} {{{name}}}</p>", data="{}", **more):
    content = {"Subject": "For {{name}}", "Html": html, "Text": "{{name}}"}
    return {"Template": {"TemplateContent": content, "TemplateData": data, **more}}


def entry(to, data, **more):
    replacement = {"ReplacementTemplate": {"ReplacementTemplateData": json.dumps(data)}}
    return {"Destination": {"ToAddresses": [to]}, "ReplacementEmailContent": replacement, **more}


def bulk(bench, entries, **changes):
    request = {
        "FromEmailAddress": "hello@shop.example",
        "DefaultContent": template(),
        "BulkEmailEntries": entries,
        "ConfigurationSetName": "shop-marketing",
    }
    return bench.client.send_bulk_email(**(request | changes))["BulkEmailEntryResults"]


def test_two_tags_become_parts_of_the_feedback_id(bench):
    """SES writes that header itself."""
    bench.send(
        EmailTags=[{"Name": "ses:feedback-id-b", "Value": "offers"}, {"Name": "ses:feedback-id-a", "Value": "spring"}]
    )

    [mail] = bench.stand_in.mails()
    assert mail["headers"]["Feedback-ID"] == "spring:offers:1.local.stand-in:AmazonSES"


def test_a_simple_mail_keeps_its_parts_headers_and_tags(bench):
    """C9: both one-click headers arrive whole, however long."""
    message_id = bench.send(
        "Ada Lovelace <ada@example.com>",
        ReplyToAddresses=["reply@shop.example"],
        Content={
            "Simple": {
                "Subject": {"Data": "Café ☕", "Charset": "UTF-8"},
                "Body": {
                    "Html": {"Data": "<p>Thé</p>", "Charset": "UTF-8"},
                    "Text": {"Data": "Thé", "Charset": "UTF-8"},
                },
                "Headers": UNSUBSCRIBE,
            }
        },
        EmailTags=[{"Name": "send", "Value": "camp-1_b2"}, {"Name": "kind", "Value": "birthday"}],
    )

    [mail] = bench.stand_in.mails()
    headers = mail.pop("headers")
    assert mail == {
        "id": message_id,
        "message_id": message_id,
        "to": "ada@example.com",
        "from": "Tea House <hello@shop.example>",
        "subject": "Café ☕",
        "sent_at": "2026-03-01T09:00:00+00:00",
        "tags": {"send": "camp-1_b2", "kind": "birthday"},
        "html": "<p>Thé</p>",
        "text": "Thé",
        "configuration_set": "shop-marketing",
        "status": "delivered",
    }
    assert headers == {
        "From": "Tea House <hello@shop.example>",
        "To": "Ada Lovelace <ada@example.com>",
        "Reply-To": "reply@shop.example",
        "Subject": "Café ☕",
        "MIME-Version": "1.0",
        **{header["Name"]: header["Value"] for header in UNSUBSCRIBE},
        "Date": "Sun, 01 Mar 2026 09:00:00 +0000",
        "Message-ID": f"<{message_id}@email.amazonses.com>",
        "Feedback-ID": "::1.local.stand-in:AmazonSES",
    }


def test_without_a_charset_letters_outside_ascii_are_lost(bench):
    bench.send(Content=bench.simple(Body={"Text": {"Data": "Thé"}}))

    [mail] = bench.stand_in.mails()
    assert mail["text"] == "Th?"


def test_every_recipient_of_a_call_has_a_mail_of_their_own(bench):
    message_id = bench.send(
        Destination={
            "ToAddresses": ["a@example.com"],
            "CcAddresses": ["b@example.com"],
            "BccAddresses": ["c@example.com"],
        }
    )

    mails = bench.stand_in.mails()
    assert [(mail["id"], mail["to"]) for mail in mails] == [
        (message_id, "a@example.com"),
        (f"{message_id}.2", "b@example.com"),
        (f"{message_id}.3", "c@example.com"),
    ]
    assert mails[2]["headers"]["Cc"] == "b@example.com"
    assert "c@example.com" not in mails[0]["headers"].values()


def test_an_encoded_sender_name_is_readable_in_the_mailbox(bench):
    bench.send(FromEmailAddress="=?utf-8?B?Q2Fmw6k=?= <hello@shop.example>")

    [mail] = bench.stand_in.mails()
    assert mail["from"] == "Café <hello@shop.example>"


def test_a_raw_message_is_taken_apart_and_steered_by_its_own_headers(bench):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "hello@shop.example", "ada@example.com", "Grüße"
    message["X-SES-CONFIGURATION-SET"], message["X-SES-MESSAGE-TAGS"] = "shop-marketing", "kind=raw, send=s-1"
    message["X-Own"] = "kept"
    message.set_content("Text.")
    message.add_alternative("<b>Html</b>", subtype="html")

    bench.client.send_email(Content={"Raw": {"Data": message.as_bytes()}})

    [mail] = bench.stand_in.mails()
    assert (mail["to"], mail["subject"], mail["configuration_set"]) == ("ada@example.com", "Grüße", "shop-marketing")
    assert (mail["text"], mail["html"]) == ("Text.\n", "<b>Html</b>\n")
    assert mail["tags"] == {"kind": "raw", "send": "s-1"}
    assert mail["headers"]["X-Own"] == "kept"
    assert not [name for name in mail["headers"] if name.lower().startswith("x-ses-")]


def test_the_request_goes_over_the_headers_of_a_raw_message(bench):
    raw = b"From: old@shop.example\r\nTo: ignored@example.com\r\nSubject: S\r\n\r\nBody"

    bench.send("ada@example.com", Content={"Raw": {"Data": raw}}, EmailTags=[{"Name": "a", "Value": "b"}])

    [mail] = bench.stand_in.mails()
    assert (mail["to"], mail["from"]) == ("ada@example.com", "Tea House <hello@shop.example>")
    assert (mail["tags"], mail["text"]) == ({"a": "b"}, "Body")


def test_two_and_three_braces_both_insert_the_value_unescaped(bench):
    bench.send(Content=template(data=json.dumps({"name": "<b>&'\""})))

    [mail] = bench.stand_in.mails()
    assert mail["html"] == "<p><b>&'\" <b>&'\"</p>"
    assert (mail["subject"], mail["text"]) == ("For <b>&'\"", "<b>&'\"")


def test_a_stored_template_is_used_by_its_name(bench):
    bench.client.create_email_template(
        TemplateName="hello", TemplateContent={"Subject": "Hi {{customer.name}}", "Text": "{{customer.visits}}"}
    )

    bench.send(
        Content={"Template": {"TemplateName": "hello", "TemplateData": '{"customer":{"name":"Ada","visits":3}}'}}
    )

    [mail] = bench.stand_in.mails()
    assert (mail["subject"], mail["text"], mail["html"]) == ("Hi Ada", "3", "")
    with pytest.raises(bench.client.exceptions.NotFoundException, match="Template other does not exist"):
        bench.send(Content={"Template": {"TemplateName": "other", "TemplateData": "{}"}})


def test_a_missing_variable_is_accepted_and_reported_but_not_sent(bench):
    message_id = bench.send(Content=template(data='{"nome": "Ada"}'))

    assert bench.stand_in.mails() == []
    [event] = bench.settled()
    assert event["eventType"] == "Rendering Failure"
    assert event["mail"]["messageId"] == message_id
    assert event["failure"] == {
        "errorMessage": "Attribute 'name' is not present in the rendering data.",
        "templateName": "",
    }


def test_a_bulk_call_merges_data_headers_and_tags_of_each_entry(bench):
    results = bulk(
        bench,
        [
            entry("a@example.com", {"name": "Ada"}),
            entry(
                "b@example.com",
                {"name": "Bob", "greeting": "Moin"},
                ReplacementHeaders=[
                    {"Name": "list-unsubscribe", "Value": "<https://b>"},
                    {"Name": "X-B", "Value": "1"},
                ],
                ReplacementTags=[{"Name": "send", "Value": "b"}],
            ),
        ],
        DefaultContent=template(
            "{{greeting}} {{name}}",
            '{"greeting": "Hello"}',
            Headers=[{"Name": "List-Unsubscribe", "Value": "<https://default>"}],
        ),
        DefaultEmailTags=[{"Name": "kind", "Value": "birthday"}, {"Name": "send", "Value": "none"}],
    )

    ada, bob = bench.stand_in.mails()
    assert [result["Status"] for result in results] == ["SUCCESS", "SUCCESS"]
    assert [result["MessageId"] for result in results] == [ada["id"], bob["id"]]
    assert (ada["html"], bob["html"]) == ("Hello Ada", "Moin Bob")
    assert (ada["headers"]["List-Unsubscribe"], ada["tags"]) == (
        "<https://default>",
        {"kind": "birthday", "send": "none"},
    )
    assert (bob["headers"]["list-unsubscribe"], bob["headers"]["X-B"]) == ("<https://b>", "1")
    assert "List-Unsubscribe" not in bob["headers"]
    assert bob["tags"] == {"kind": "birthday", "send": "b"}


def test_bad_entries_of_a_bulk_call_fail_alone(bench):
    """A5: each row gets its own outcome."""
    results = bulk(
        bench,
        [
            entry("a@example.com", {"name": "Ada"}),
            entry("no-at-sign", {"name": "Bob"}),
            entry("c@example.com", {}),
            entry("d@example.com", {"name": "Dan"}, ReplacementTags=[{"Name": "a b", "Value": "c"}]),
        ],
    )

    assert [result["Status"] for result in results] == ["SUCCESS", "INVALID_PARAMETER", "SUCCESS", "INVALID_PARAMETER"]
    assert results[1]["Error"] == "Missing final '@domain'"
    assert [mail["to"] for mail in bench.stand_in.mails()] == ["a@example.com"]
    assert ("arn:aws:sns:us-east-1:000000000000:feedback", "Rendering Failure") in bench.events()


@pytest.mark.parametrize("count", [0, 51])
def test_a_bulk_call_takes_one_to_fifty_entries(bench, count):
    with pytest.raises(bench.client.exceptions.BadRequestException, match=f"1 to 50 entries, got {count}"):
        bulk(bench, [entry(f"a{n}@example.com", {"name": "A"}) for n in range(count)])

    assert bench.stand_in.mails() == []


def test_fifty_entries_are_all_sent(bench):
    results = bulk(bench, [entry(f"a{n}@example.com", {"name": f"N{n}"}) for n in range(50)])

    assert {result["Status"] for result in results} == {"SUCCESS"}
    assert [mail["subject"] for mail in bench.stand_in.mails()] == [f"For N{n}" for n in range(50)]


def test_replacement_data_and_inline_request_are_bounded(bench):
    with pytest.raises(bench.client.exceptions.BadRequestException, match="less than or equal to 262144"):
        bulk(bench, [entry("a@example.com", {"name": "x" * 262_144})])
    with pytest.raises(bench.client.exceptions.BadRequestException, match="at most 1048576"):
        bulk(bench, [entry(f"a{n}@example.com", {"name": "x" * 250_000}) for n in range(5)])
    bulk(bench, [entry("a@example.com", {"name": "x" * 262_000})])

    assert len(bench.stand_in.mails()) == 1


def test_bulk_entries_above_the_rate_are_throttled_one_by_one(bench):
    bench.control("rate", {"rate": 3})

    mixed = bulk(bench, [entry(f"a{n}@example.com", {"name": "A"}) for n in range(5)])

    assert [result["Status"] for result in mixed] == ["SUCCESS"] * 3 + ["ACCOUNT_THROTTLED"] * 2
    with pytest.raises(bench.client.exceptions.TooManyRequestsException, match="Maximum sending rate exceeded."):
        bulk(bench, [entry("z@example.com", {"name": "Z"})])
    assert len(bench.stand_in.mails()) == 3


def test_bulk_entries_above_the_daily_quota_say_so(bench):
    bench.control("rate", {"rate": 100, "daily_quota": 1})

    results = bulk(bench, [entry(f"a{n}@example.com", {"name": "A"}) for n in range(2)])

    assert [result["Status"] for result in results] == ["SUCCESS", "ACCOUNT_DAILY_QUOTA_EXCEEDED"]


def test_mails_sent_at_once_are_all_kept_under_different_ids(bench):
    with ThreadPoolExecutor(16) as pool:
        ids = list(pool.map(lambda number: bench.send(f"a{number}@example.com"), range(160)))

    mails = bench.stand_in.mails()
    assert len(set(ids)) == 160
    assert {mail["id"] for mail in mails} == set(ids)
    assert sorted(mail["to"] for mail in mails) == sorted(f"a{number}@example.com" for number in range(160))
    assert bench.events().count(("events", "Delivery")) == 160


def test_a_client_error_carries_the_status_of_the_api(bench):
    with pytest.raises(ClientError) as caught:
        bench.send(ConfigurationSetName="other")

    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404
    assert caught.value.response["Error"] == {
        "Code": "NotFoundException",
        "Message": "Configuration set <other> does not exist.",
    }
