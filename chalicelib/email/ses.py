"""SES v2: how mails are handed over, one a call or many."""

from collections.abc import Sequence
from email.header import Header
from email.utils import formataddr
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain.bulk_calls import BulkCall
from chalicelib.domain.quotas import Quota
from chalicelib.domain.templates import Mail
from chalicelib.email.ses_errors import SDK_ERRORS, of_call, of_entry
from chalicelib.errors import Busy, MailRefused, MailUnknown

_UNLIMITED = -1  # as GetAccount writes "no quota of 24 hours"


class SesMailer:
    """`ports.Mailer` on SES v2. The client's own retries must be off: a lost answer is never sent again."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def send(self, mail: Mail) -> str:
        """Send once; SES's message id. Raises: MailRefused (proved not sent), MailUnknown (answer lost)."""
        try:
            answer = self._client.send_email(**_request(mail))
        except SDK_ERRORS as error:
            raise of_call(error) from error
        if not answer.get("MessageId"):
            raise MailUnknown("answer lost: no message id in it")
        return str(answer["MessageId"])

    def send_many(self, call: BulkCall) -> list[str | MailRefused | MailUnknown]:
        """Send once; for each mail SES's message id, or what it proved of this mail.

        SES gives one result for each entry, in their order. Where their number is another, nobody can tell whose is
        missing, so all are unknown; SES's own events settle that.

        Raises:
            MailRefused: proved that none was sent. MailUnknown: the answer was lost.

        Source: https://docs.aws.amazon.com/ses/latest/APIReference/API_SendBulkTemplatedEmail.html ("order of responses
        will be respective to order of destinations"); https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendBulkEmail.html
        """
        try:
            answer = self._client.send_bulk_email(**_bulk_request(call))
        except SDK_ERRORS as error:
            raise of_call(error) from error
        results: Sequence[Any] = answer.get("BulkEmailEntryResults") or ()
        if len(results) != len(call.mails):
            raise MailUnknown(f"answer lost: {len(results)} results for {len(call.mails)} mails")
        return [of_entry(result) for result in results]

    def quota(self) -> Quota:
        """GetAccount. Raises: Busy, where it does not answer.

        Source: https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetAccount.html
        """
        try:
            account = self._client.get_account()
        except (ClientError, BotoCoreError) as error:
            raise Busy(f"SES did not tell what it allows the account ({error}); try again") from error
        limits = account["SendQuota"]
        per_day = int(limits["Max24HourSend"])
        return Quota(
            rate=float(limits["MaxSendRate"]),
            per_day=None if per_day == _UNLIMITED else per_day,
            sent=int(limits["SentLast24Hours"]),
            allowed=account["SendingEnabled"] and account["EnforcementStatus"] != "SHUTDOWN",
        )


def _request(mail: Mail) -> dict[str, Any]:
    """The parameters of SendEmail. SES builds the MIME message and keeps the headers as they are, unfolded."""
    content = {
        "Subject": {"Data": mail.subject, "Charset": "UTF-8"},
        "Body": {
            "Html": {"Data": mail.html, "Charset": "UTF-8"},
            "Text": {"Data": mail.text, "Charset": "UTF-8"},
        },
        "Headers": _pairs(mail.headers),
    }
    return {
        **_sender(mail),
        "Destination": {"ToAddresses": [mail.to]},
        "Content": {"Simple": content},
        "EmailTags": _pairs(mail.tags),
    }


def _bulk_request(call: BulkCall) -> dict[str, Any]:
    """The parameters of SendBulkEmail. Templates are always UTF-8."""
    template = {"Subject": call.subject, "Html": call.html, "Text": call.text}
    return {
        **_sender(call.mails[0]),
        "DefaultContent": {"Template": {"TemplateContent": template, "TemplateData": "{}"}},
        "BulkEmailEntries": [
            {
                "Destination": {"ToAddresses": [mail.to]},
                "ReplacementEmailContent": {"ReplacementTemplate": {"ReplacementTemplateData": data}},
                "ReplacementHeaders": _pairs(mail.headers),
                "ReplacementTags": _pairs(mail.tags),
            }
            for mail, data in zip(call.mails, call.data, strict=True)
        ],
    }


def _sender(mail: Mail) -> dict[str, Any]:
    return {
        "FromEmailAddress": _from(mail),
        **({"ReplyToAddresses": [mail.reply_to]} if mail.reply_to else {}),
        "ConfigurationSetName": mail.configuration_set,
    }


def _pairs(values: Any) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in values.items()]


def _from(mail: Mail) -> str:
    """ "Name <address>"; a name beyond ASCII goes as encoded words on one line, as SES asks."""
    if mail.sender_name.isascii():
        return formataddr((mail.sender_name, mail.sender))
    return f"{Header(mail.sender_name, 'utf-8', maxlinelen=75).encode(linesep='')} <{mail.sender}>"
