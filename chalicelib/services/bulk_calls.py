"""Use case: hand mails to SES many a call, each call under a mark of its own."""

from collections.abc import Sequence

from chalicelib.domain.bulk_calls import BulkCall, bulk_call
from chalicelib.errors import MailRefused, MailUnknown
from chalicelib.services.handing import Handing, Ready
from chalicelib.services.single_calls import hand_over_singly


def hand_over_many(handing: Handing, ready: Sequence[Ready]) -> None:
    """Send each mail once, in order, as many a call as limits and rate allow. Raises: Stop where no more can go now.

    A mail that shares its call with nobody goes alone, as on the other road.

    Args:
        handing: the attempt.
        ready: of one group (`domain.bulk_calls.groups`).
    """
    rest = list(ready)
    while rest:
        handing.check_state()
        call = bulk_call([mail for _, mail in rest[: handing.take_slots(len(rest))]])
        if call is None:
            hand_over_singly(handing, rest[:1])
            del rest[:1]
        else:
            del rest[: _under_one_mark(handing, rest[: len(call.mails)], call)]


def _under_one_mark(handing: Handing, some: Sequence[Ready], call: BulkCall) -> int:
    """Make one call for the first of these; for how many it was made."""
    handing.mark(some)
    going = some[: handing.wait_for_slots(len(some))]
    if len(going) < len(some):  # slots were lost on the way
        fewer = bulk_call([mail for _, mail in going])
        if fewer is None:
            hand_over_singly(handing, going)
            return len(going)
        going, call = going[: len(fewer.mails)], fewer
    answers = _send(handing, call)
    if answers is None:
        hand_over_singly(handing, going)
    else:
        _settle(handing, going, answers)
    return len(going)


def _send(handing: Handing, call: BulkCall) -> Sequence[str | MailRefused | MailUnknown] | None:
    """An answer for each mail; None where SES refused the call as a whole for what may be one mail's fault."""
    try:
        return handing.app.mailer.send_many(call)
    except MailUnknown as error:
        return [error] * len(call.mails)
    except MailRefused as error:
        return [error] * len(call.mails) if error.retry else None


def _settle(handing: Handing, some: Sequence[Ready], answers: Sequence[str | MailRefused | MailUnknown]) -> None:
    """Each row gets its own outcome. Raises: Stop where one of them says that nothing should go for a while."""
    rows = [handing.row_of(customer, answer) for (customer, _), answer in zip(some, answers, strict=True)]
    handing.record([row for row in rows if row is not None])
    handing.stop_after(answers)
