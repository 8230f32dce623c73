"""SES v2: how a mail is handed over, and what each of its errors proves.

Errors of SendEmail: https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html#API_SendEmail_Errors
Errors of every operation: https://docs.aws.amazon.com/ses/latest/APIReference-V2/CommonErrors.html
"""

import time
from dataclasses import dataclass
from email.header import Header
from email.utils import formataddr
from typing import Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
    PartialCredentialsError,
)
from botocore.parsers import ResponseParserError

from chalicelib.domain.templates import Mail
from chalicelib.errors import MailRefused, MailUnknown

_QUOTA_SECONDS = 60.0  # the account's rate is read again after this


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What an error that proves "not sent" means: whether to try again; whether it concerns every mail."""

    retry: bool
    account_wide: bool = False


_THIS_MAIL = _Meaning(retry=False)
_SOON = _Meaning(retry=True)
_EVERY_MAIL = _Meaning(retry=True, account_wide=True)
_REFUSED = {
    "AccountSuspendedException": _EVERY_MAIL,
    "SendingPausedException": _EVERY_MAIL,
    "LimitExceededException": _EVERY_MAIL,  # the quota of 24 hours
    "TooManyRequestsException": _SOON,  # the rate of this second
    "ThrottlingException": _SOON,
    "Throttling": _SOON,
    "MailFromDomainNotVerifiedException": _EVERY_MAIL,
    "NotFoundException": _EVERY_MAIL,  # no such configuration set: a deployment's fault
    "UnknownOperationException": _EVERY_MAIL,
    "ExpiredTokenException": _SOON,  # the function gets new keys
    "RequestExpired": _SOON,
    "BadRequestException": _THIS_MAIL,
    "MessageRejected": _THIS_MAIL,
}
# A throttle also tells of the quota of 24 hours, in words only:
# https://docs.aws.amazon.com/ses/latest/dg/manage-sending-quotas-errors.html
_DAILY = "daily message quota exceeded"
# These 4xx say that the request or its answer was lost on the way, so they prove nothing.
_LOST = frozenset({"RequestAbortedException", "RequestTimeoutException", "RequestTimeout"})
_REQUEST_TIMEOUT, _NOT_ALLOWED, _TOO_MANY = 408, (401, 403), 429

# Raised before any connection stands. A proxy's error is not among them: urllib3 1.26 also raises it for a connection
# that breaks later. TLS errors are not either: they may come with the answer.
_NO_CONNECTION = (EndpointConnectionError, ConnectTimeoutError)
_NO_KEYS = (NoCredentialsError, PartialCredentialsError, CredentialRetrievalError)


class SesMailer:
    """`ports.Mailer` on SES v2. The client's own retries must be off: a lost answer is never sent again."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._quota: tuple[float, tuple[float, int, int]] | None = None

    def send(self, mail: Mail) -> str:
        """Send once; SES's message id. Raises: MailRefused (proved not sent), MailUnknown (answer lost).

        Whatever is not proved is unknown: read timeouts, closed connections, TLS errors, unreadable answers.
        """
        try:
            answer = self._client.send_email(**_request(mail))
        except ClientError as error:
            raise _of_answer(error) from error
        except _NO_CONNECTION as error:
            raise MailRefused("no_connection", str(error), retry=True) from error
        except _NO_KEYS as error:
            raise MailRefused("no_keys", str(error), retry=True, account_wide=True) from error
        except ParamValidationError as error:
            raise MailRefused("invalid", str(error), retry=False) from error
        except (BotoCoreError, ResponseParserError) as error:
            raise MailUnknown(f"answer lost: {type(error).__name__}") from error
        if not answer.get("MessageId"):
            raise MailUnknown("answer lost: no message id in it")
        return str(answer["MessageId"])

    def quota(self) -> tuple[float, int, int]:
        """(mails per second, mails per 24 hours, sent in the last 24 hours), at most a minute old.

        Where SES does not answer, what it said before holds on: a throttled question must not stop the mails.
        """
        if self._quota is None or time.monotonic() - self._quota[0] > _QUOTA_SECONDS:
            try:
                numbers = self._read_quota()
            except (ClientError, BotoCoreError):
                if self._quota is None:
                    raise
                numbers = self._quota[1]
            self._quota = (time.monotonic(), numbers)
        return self._quota[1]

    def _read_quota(self) -> tuple[float, int, int]:
        quota = self._client.get_account()["SendQuota"]
        return float(quota["MaxSendRate"]), int(quota["Max24HourSend"]), int(quota["SentLast24Hours"])


def _of_answer(error: ClientError) -> MailRefused | MailUnknown:
    """An error of the kind 4xx proves that SES did not send; any other status proves nothing."""
    code = str(error.response.get("Error", {}).get("Code", ""))
    message = str(error.response.get("Error", {}).get("Message", ""))
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500))
    if not 400 <= status < 500 or status == _REQUEST_TIMEOUT or code in _LOST:
        return MailUnknown(f"answer lost: {status} {code}")
    meaning = _meaning(code, message, status)
    return MailRefused(code, message, retry=meaning.retry, account_wide=meaning.account_wide)


def _meaning(code: str, message: str, status: int) -> _Meaning:
    if _DAILY in message.lower():
        return _EVERY_MAIL
    if code in _REFUSED:
        return _REFUSED[code]
    if status in _NOT_ALLOWED:
        return _EVERY_MAIL  # keys, signature or permissions of the deployment
    return _SOON if status == _TOO_MANY else _THIS_MAIL


def _request(mail: Mail) -> dict[str, Any]:
    """The parameters of SendEmail. SES builds the MIME message and keeps the headers as they are, unfolded."""
    content = {
        "Subject": {"Data": mail.subject, "Charset": "UTF-8"},
        "Body": {
            "Html": {"Data": mail.html, "Charset": "UTF-8"},
            "Text": {"Data": mail.text, "Charset": "UTF-8"},
        },
        "Headers": [{"Name": name, "Value": value} for name, value in mail.headers.items()],
    }
    return {
        "FromEmailAddress": _from(mail),
        **({"ReplyToAddresses": [mail.reply_to]} if mail.reply_to else {}),
        "Destination": {"ToAddresses": [mail.to]},
        "Content": {"Simple": content},
        "EmailTags": [{"Name": name, "Value": value} for name, value in mail.tags.items()],
        "ConfigurationSetName": mail.configuration_set,
    }


def _from(mail: Mail) -> str:
    """ "Name <address>"; a name beyond ASCII goes as encoded words on one line, as SES asks."""
    if mail.sender_name.isascii():
        return formataddr((mail.sender_name, mail.sender))
    return f"{Header(mail.sender_name, 'utf-8', maxlinelen=75).encode(linesep='')} <{mail.sender}>"
