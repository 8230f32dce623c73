"""Knows the errors that SES v2 answers: their names, HTTP statuses and, where AWS documents them, their words."""

from __future__ import annotations

# The errors of SendEmail and their statuses:
# https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html#API_SendEmail_Errors
DOCUMENTED: dict[str, tuple[int, str]] = {
    "AccountSuspendedException": (400, "Your account's ability to send email has been permanently restricted."),
    "BadRequestException": (400, "The input you provided is invalid."),
    "LimitExceededException": (400, "Daily message quota exceeded."),
    "MailFromDomainNotVerifiedException": (400, "The sending domain isn't verified."),
    "MessageRejected": (400, "The message can't be sent because it contains invalid content."),
    "NotFoundException": (404, "The resource you attempted to access doesn't exist."),
    "SendingPausedException": (400, "Your account's ability to send email is currently paused."),
    "TooManyRequestsException": (429, "Maximum sending rate exceeded."),
}
ALREADY_EXISTS = "AlreadyExistsException"
INVALID_NEXT_TOKEN = "InvalidNextTokenException"  # noqa: S105 - the name of an error, no secret


class SesError(Exception):
    """An error answer of SES: `name` is its type, `status` its HTTP status, the text its message."""

    def __init__(self, name: str, message: str = "") -> None:
        status, words = DOCUMENTED.get(name, (400, name))
        super().__init__(message or words)
        self.name, self.status = name, status


def bad_request(message: str) -> SesError:
    """The input breaks a documented rule; `message` names the rule and the value."""
    return SesError("BadRequestException", message)


def not_found(message: str) -> SesError:
    """`message` names the resource that this account does not have."""
    return SesError("NotFoundException", message)
