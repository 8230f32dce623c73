"""SES's own examples of events, in full, with the tags that our mails carry in the place of the examples' own.

https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-examples.html
"""

import copy
from typing import Any

from chalicelib.domain.send_tags import send_tags

SES_ID = "EXAMPLE7c191be45-e9aedb9a-02f9-4d12-a87d-dd0099a07f8a-000000"
SEND = ("f.birthday.2026-11-22", "0a1b2c3d4e5f6071", "ann/1 ü")
_TAGS = {
    "ses:configuration-set": ["ConfigSet"],
    "ses:source-ip": ["192.0.2.0"],
    "ses:from-domain": ["example.com"],
    "ses:caller-identity": ["ses_user"],
}


def _mail(timestamp: str) -> dict[str, Any]:
    return {
        "timestamp": timestamp,
        "source": "Sender Name <sender@example.com>",
        "sourceArn": "arn:aws:ses:us-east-1:123456789012:identity/sender@example.com",
        "sendingAccountId": "123456789012",
        "messageId": SES_ID,
        "destination": ["recipient@example.com"],
        "headersTruncated": False,
        "headers": [
            {"name": "From", "value": "Sender Name <sender@example.com>"},
            {"name": "To", "value": "recipient@example.com"},
            {"name": "Subject", "value": "Message sent from Amazon SES"},
            {"name": "MIME-Version", "value": "1.0"},
            {
                "name": "Content-Type",
                "value": 'multipart/alternative; boundary="----=_Part_7307378_1629847660.1516840721503"',
            },
        ],
        "commonHeaders": {
            "from": ["Sender Name <sender@example.com>"],
            "to": ["recipient@example.com"],
            "messageId": SES_ID,
            "subject": "Message sent from Amazon SES",
        },
        "tags": _TAGS,
    }


def _bare_mail(timestamp: str) -> dict[str, Any]:
    mail = _mail(timestamp)
    return {name: mail[name] for name in mail if name not in {"headers", "commonHeaders"}}


BOUNCE = {
    "eventType": "Bounce",
    "bounce": {
        "bounceType": "Permanent",
        "bounceSubType": "General",
        "bouncedRecipients": [
            {
                "emailAddress": "recipient@example.com",
                "action": "failed",
                "status": "5.1.1",
                "diagnosticCode": "smtp; 550 5.1.1 user unknown",
            }
        ],
        "timestamp": "2017-08-05T00:41:02.669Z",
        "feedbackId": "01000157c44f053b-61b59c11-9236-11e6-8f96-7be8aexample-000000",
        "reportingMTA": "dsn; mta.example.com",
    },
    "mail": _mail("2017-08-05T00:40:02.012Z"),
}
COMPLAINT = {
    "eventType": "Complaint",
    "complaint": {
        "complainedRecipients": [{"emailAddress": "recipient@example.com"}],
        "timestamp": "2017-08-05T00:41:02.669Z",
        "feedbackId": "01000157c44f053b-61b59c11-9236-11e6-8f96-7be8aexample-000000",
        "userAgent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/60.0.3112.90 Safari/537.36",
        "complaintFeedbackType": "abuse",
        "arrivalDate": "2017-08-05T00:41:02.669Z",
    },
    "mail": _mail("2017-08-05T00:40:01.123Z"),
}
DELIVERY = {
    "eventType": "Delivery",
    "mail": _mail("2016-10-19T23:20:52.240Z"),
    "delivery": {
        "timestamp": "2016-10-19T23:21:04.133Z",
        "processingTimeMillis": 11893,
        "recipients": ["recipient@example.com"],
        "smtpResponse": "250 2.6.0 Message received",
        "reportingMTA": "mta.example.com",
    },
}
SENT = {"eventType": "Send", "mail": _mail("2016-10-14T05:02:16.645Z"), "send": {}}
REJECT = {"eventType": "Reject", "mail": _mail("2016-10-14T17:38:15.211Z"), "reject": {"reason": "Bad content"}}
OPEN = {
    "eventType": "Open",
    "mail": _mail("2017-08-09T21:59:49.927Z"),
    "open": {
        "ipAddress": "192.0.2.1",
        "timestamp": "2017-08-09T22:00:19.652Z",
        "userAgent": "Mozilla/5.0 (iPhone; CPU iPhone OS 10_3_3 like Mac OS X) AppleWebKit/603.3.8 (KHTML, like Gecko)",
    },
}
CLICK = {
    "eventType": "Click",
    "click": {
        "ipAddress": "192.0.2.1",
        "link": "http://docs.aws.amazon.com/ses/latest/DeveloperGuide/send-email-smtp.html",
        "linkTags": {"samplekey0": ["samplevalue0"], "samplekey1": ["samplevalue1"]},
        "timestamp": "2017-08-09T23:51:25.570Z",
        "userAgent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/60.0.3112.90 Safari/537.36",
    },
    "mail": _mail("2017-08-09T23:50:05.795Z"),
}
RENDERING_FAILURE = {
    "eventType": "Rendering Failure",
    "mail": _bare_mail("2018-01-22T18:43:06.197Z"),
    "failure": {
        "errorMessage": "Attribute 'attributeName' is not present in the rendering data.",
        "templateName": "MyTemplate",
    },
}
DELIVERY_DELAY = {
    "eventType": "DeliveryDelay",
    "mail": _bare_mail("2020-06-16T00:15:40.641Z"),
    "deliveryDelay": {
        "timestamp": "2020-06-16T00:25:40.095Z",
        "delayType": "TransientCommunicationFailure",
        "expirationTime": "2020-06-16T00:25:40.914Z",
        "delayedRecipients": [
            {
                "emailAddress": "recipient@example.com",
                "status": "4.4.1",
                "diagnosticCode": "smtp; 421 4.4.1 Unable to connect to remote host",
            }
        ],
    },
}
SUBSCRIPTION = {
    "eventType": "Subscription",
    "mail": _mail("2022-01-12T01:00:14.340Z"),
    "subscription": {
        "contactList": "ContactListName",
        "timestamp": "2022-01-12T01:00:17.910Z",
        "source": "UnsubscribeHeader",
        "newTopicPreferences": {"unsubscribeAll": True, "topicSubscriptionStatus": []},
        "oldTopicPreferences": {"unsubscribeAll": False, "topicSubscriptionStatus": []},
    },
}


def of_ours(event: dict[str, Any], send: tuple[str, str, str] = SEND, **part: dict[str, Any]) -> dict[str, Any]:
    """A copy of the event as it comes for a mail of ours; `part` changes fields of one object in it."""
    mine = copy.deepcopy(event)
    mine["mail"]["tags"] |= {name: [value] for name, value in send_tags(*send).items()}
    for name, fields in part.items():
        mine[name] |= fields
    return mine


def envelope(message: str) -> dict[str, Any]:
    """As SNS wraps a message for a queue without raw delivery.

    https://docs.aws.amazon.com/sns/latest/dg/sns-sqs-as-subscriber.html
    """
    return {
        "Type": "Notification",
        "MessageId": "63a3f6b6-d533-4a47-aef9-fcf5cf758c76",
        "TopicArn": "arn:aws:sns:us-west-2:123456789012:MyTopic",
        "Subject": "Amazon SES Email Event Notification",
        "Message": message,
        "Timestamp": "2012-03-29T05:12:16.901Z",
        "SignatureVersion": "1",
        "Signature": "EXAMPLEnTrFPa37tnVO0FF9Iau3MGzjlJLRfySEoWz4uZHSj6ycK4ph71Zmdv0NtJ4dC",
        "SigningCertURL": "https://sns.us-west-2.amazonaws.com/SimpleNotificationService-f3ecfb7224c7233fe7bb5f59f96de52f.pem",
        "UnsubscribeURL": "https://sns.us-west-2.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=arn:aws:sns:us-west-2",
    }
