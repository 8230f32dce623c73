"""What each answer of SES, and each fault on the way to it, proves: sent, not sent, or nothing.

Errors of SendEmail and SendBulkEmail:
https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html#API_SendEmail_Errors
https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendBulkEmail.html#API_SendBulkEmail_Errors
Errors of every operation: https://docs.aws.amazon.com/ses/latest/APIReference-V2/CommonErrors.html
Statuses of an entry: https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_BulkEmailEntryResult.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
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

from chalicelib.domain.quotas import is_daily
from chalicelib.errors import MailRefused, MailUnknown

SDK_ERRORS = (ClientError, BotoCoreError, ResponseParserError)  # all that a call of the client raises


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an error that proves "not sent" means: whether to try again; whether it concerns every mail."""

    retry: bool
    account_wide: bool = False


_THIS_MAIL = Meaning(retry=False)
_SOON = Meaning(retry=True)
_EVERY_MAIL = Meaning(retry=True, account_wide=True)

ERRORS: Mapping[str, Meaning] = {
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
# Of one entry of a bulk call. All but SUCCESS come with "an error that prevented a message being sent".
STATUSES: Mapping[str, Meaning | None] = {
    "SUCCESS": None,
    "MESSAGE_REJECTED": _THIS_MAIL,
    "MAIL_FROM_DOMAIN_NOT_VERIFIED": _EVERY_MAIL,
    "CONFIGURATION_SET_NOT_FOUND": _EVERY_MAIL,
    "TEMPLATE_NOT_FOUND": _EVERY_MAIL,  # no call of ours names one: a deployment's fault
    "ACCOUNT_SUSPENDED": _EVERY_MAIL,
    "ACCOUNT_THROTTLED": _SOON,
    "ACCOUNT_DAILY_QUOTA_EXCEEDED": _EVERY_MAIL,
    "INVALID_SENDING_POOL_NAME": _EVERY_MAIL,
    "ACCOUNT_SENDING_PAUSED": _EVERY_MAIL,
    "CONFIGURATION_SET_SENDING_PAUSED": _EVERY_MAIL,
    "INVALID_PARAMETER": _THIS_MAIL,
    "TRANSIENT_FAILURE": _SOON,
    "FAILED": _THIS_MAIL,
}
# Faults of the SDK before any connection stands. A proxy's error is not among them: urllib3 1.26 also raises it for a
# connection that breaks later. TLS errors are not either: they may come with the answer.
# What is not here proves nothing.
TRANSPORT: Mapping[type[BotoCoreError], tuple[str, Meaning]] = {
    EndpointConnectionError: ("no_connection", _SOON),
    ConnectTimeoutError: ("no_connection", _SOON),
    NoCredentialsError: ("no_keys", _EVERY_MAIL),
    PartialCredentialsError: ("no_keys", _EVERY_MAIL),
    CredentialRetrievalError: ("no_keys", _EVERY_MAIL),
    ParamValidationError: ("invalid", _THIS_MAIL),
}
# These 4xx say that the request or its answer was lost on the way, so they prove nothing.
_LOST = frozenset({"RequestAbortedException", "RequestTimeoutException", "RequestTimeout"})
_REQUEST_TIMEOUT, _NOT_ALLOWED, _TOO_MANY = 408, (401, 403), 429


def of_call(error: Exception) -> MailRefused | MailUnknown:
    """What an error of a whole call (`SDK_ERRORS`) proves.

    Whatever is not proved is unknown: read timeouts, closed connections, TLS errors, unreadable answers.
    """
    if isinstance(error, ClientError):
        return _of_answer(error)
    for kind, (reason, meaning) in TRANSPORT.items():
        if isinstance(error, kind):
            return _refused(reason, str(error), meaning)
    return MailUnknown(f"answer lost: {type(error).__name__}")


def of_entry(result: Mapping[str, Any]) -> str | MailRefused | MailUnknown:
    """What became of one entry of a bulk call: SES's message id, or why not.

    A status that nobody knows proves nothing.
    """
    status, message = str(result.get("Status", "")), str(result.get("Error", ""))
    if status not in STATUSES:
        return MailUnknown(f"answer lost: status {status or 'missing'}")
    meaning = STATUSES[status]
    if meaning is None:
        return str(result.get("MessageId") or "") or MailUnknown("answer lost: no message id in it")
    return _refused(status, message, _EVERY_MAIL if is_daily(message) else meaning)


def _of_answer(error: ClientError) -> MailRefused | MailUnknown:
    """An error of the kind 4xx proves that SES did not send; any other status proves nothing."""
    code = str(error.response.get("Error", {}).get("Code", ""))
    message = str(error.response.get("Error", {}).get("Message", ""))
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500))
    if not 400 <= status < 500 or status == _REQUEST_TIMEOUT or code in _LOST:
        return MailUnknown(f"answer lost: {status} {code}")
    return _refused(code, message, _meaning(code, message, status))


def _meaning(code: str, message: str, status: int) -> Meaning:
    if is_daily(message):
        return _EVERY_MAIL
    if code in ERRORS:
        return ERRORS[code]
    if status in _NOT_ALLOWED:
        return _EVERY_MAIL  # keys, signature or permissions of the deployment
    return _SOON if status == _TOO_MANY else _THIS_MAIL


def _refused(reason: str, message: str, meaning: Meaning) -> MailRefused:
    return MailRefused(reason, message, retry=meaning.retry, account_wide=meaning.account_wide)
