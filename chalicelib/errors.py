"""Errors that a caller can act on: each has a stable code and says what to do next."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Detail:
    """One place in the input that is wrong, for the `details` of an error answer."""

    where: str  # "line 12, column 7", "rule.all[0].field", "lines[3].quantity"
    message: str


class HabitueError(Exception):
    """Base of every expected failure. `code` is part of the public API and never changes."""

    code = "internal"
    http_status = 500

    def __init__(self, message: str, details: Sequence[Detail] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.details = tuple(details)


class MalformedRequest(HabitueError):
    """The bytes are not what the route reads: no JSON, wrong types, no such parameter."""

    code = "malformed"
    http_status = 400


class NotSignedIn(HabitueError):
    """The API key is missing or wrong."""

    code = "unauthorized"
    http_status = 401


class Forbidden(HabitueError):
    """The key is a right one, but not for this."""

    code = "forbidden"
    http_status = 403


class NotFound(HabitueError):
    """No thing of that kind has that name."""

    code = "not_found"
    http_status = 404

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(f"There is no {kind} {name!r}. Check the spelling, or create it first.")


class Conflict(HabitueError):
    """The state of the thing does not allow this now."""

    code = "conflict"
    http_status = 409


class ApprovalNeeded(Conflict):
    """A launch to more people than one person may decide about."""

    code = "approval_needed"

    def __init__(self, campaign: str, limit: int, asked_by: str) -> None:
        who = f"{asked_by!r} asked for it" if asked_by else "It was asked for without a name"
        super().__init__(
            f"Campaign {campaign!r} would reach more than {limit} people (`approval_above`), so a second person has to "
            f"launch it, too, with a key of their own. {who}. `habitue key add NAME` makes a key for another person."
        )


class NotMeasured(Conflict):
    """A report over more customers than can be counted on request, which no measuring run has counted yet."""

    code = "not_measured"


class UnsupportedType(HabitueError):
    """The body's Content-Type is not one that the route reads."""

    code = "unsupported_media_type"
    http_status = 415


class TooLarge(HabitueError):
    """The input is over a limit of size."""

    code = "too_large"
    http_status = 413


class InvalidInput(HabitueError):
    """Understood but not valid: a value, a rule, a template."""

    code = "invalid"
    http_status = 422


class StaleRevision(HabitueError):
    """Somebody else wrote the item since it was read. The use case reads again and retries."""

    code = "stale_revision"
    http_status = 409


class MissingSetting(HabitueError):
    """The process lacks a setting that it cannot run without."""

    code = "missing_setting"
    http_status = 500


class TooManyRequests(HabitueError):
    """This caller asked too often; the answer says when to come back."""

    code = "too_many_requests"
    http_status = 429


class InvalidToken(HabitueError):
    """A link's token is forged, cut short, or made for another purpose. Pages answer a plain 404."""

    code = "invalid_token"
    http_status = 404

    def __init__(self) -> None:
        super().__init__("This link is not valid.")


class VoucherRefused(HabitueError):
    """The voucher cannot be used for this order; `reason` is stable and meant for the shop."""

    code = "voucher_refused"
    http_status = 409

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class UnknownVoucher(VoucherRefused):
    """No such code, or another customer's: both get the same answer, so codes cannot be probed."""

    code = "voucher_unknown"
    http_status = 404

    def __init__(self) -> None:
        super().__init__("unknown", "This code is not known. Check the spelling, or ask for the mail that carries it.")


class OfferExhausted(VoucherRefused):
    """The offer reached its limit of redemptions or its budget."""

    code = "offer_exhausted"
    http_status = 409

    def __init__(self, message: str) -> None:
        super().__init__("exhausted", message)


class Busy(HabitueError):
    """Too many writers met at one item, or the database throttles; nothing was changed. Trying again helps."""

    code = "busy"
    http_status = 503


class IdempotencyMismatch(HabitueError):
    """The same idempotency key came again with another body."""

    code = "idempotency_mismatch"
    http_status = 409


class TemplateInvalid(InvalidInput):
    """A template that can never be sent; `details` name line and column in the author's source."""

    code = "template_invalid"


class RenderingFailed(HabitueError):
    """One person's mail could not be rendered; only that row fails."""

    code = "rendering_failed"
    http_status = 422


class MailRefused(HabitueError):
    """SES proved that it did not send. `retry` tells whether trying again can help."""

    code = "mail_refused"
    http_status = 502

    def __init__(self, reason: str, message: str, *, retry: bool, account_wide: bool = False) -> None:
        super().__init__(message)
        self.reason = reason
        self.retry = retry
        self.account_wide = account_wide  # paused, suspended, over the daily quota: stop sending altogether


class MailUnknown(HabitueError):
    """The answer of SES was lost: it may have sent. Never tried again without proof."""

    code = "mail_unknown"
    http_status = 502
