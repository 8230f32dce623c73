"""When an address must not be mailed, what may lift that, and what never does."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from chalicelib.domain.mailboxes import Mailbox, Suppression
from chalicelib.errors import Conflict


@dataclass(frozen=True, slots=True, kw_only=True)
class SuppressionChange:
    """Who suppressed an address by hand, or lifted that, and when."""

    at: datetime
    action: Literal["suppressed", "lifted"]
    reason: str
    scope: str
    by: str
    note: str = ""


def suppress(mailbox: Mailbox, fresh: Suppression) -> Mailbox:
    """The mailbox with this suppression; a wider one, or the same, stays with its reason and time.

    An erasure goes over all others: it is the one that nobody lifts.
    """
    standing = mailbox.suppression
    if standing is not None and fresh.reason == "erased" != standing.reason:
        return replace(mailbox, suppression=fresh)
    if standing is not None and (standing.scope == "all" or fresh.scope == "marketing"):
        return mailbox
    return replace(mailbox, suppression=fresh)


def lift(mailbox: Mailbox, at: datetime) -> Mailbox:
    """The mailbox without its suppression, and without the soft bounces that led to one. Consent stays as it is.

    Reports from before `at` that come late, or again, do not bring it back.

    Raises:
        Conflict: the person was erased; that is for good.
    """
    if mailbox.suppression is None:
        return mailbox
    if mailbox.suppression.reason == "erased":
        raise Conflict(
            "This address belongs to somebody who was erased. That cannot be lifted; they may sign up with another one."
        )
    return replace(mailbox, suppression=None, soft_bounces=(), lifted_at=at)
