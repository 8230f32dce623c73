"""Use case: hand mails to SES one a call, five at a time under a mark."""

from collections.abc import Sequence

from chalicelib.domain.messages import Row
from chalicelib.domain.templates import Mail
from chalicelib.errors import MailRefused, MailUnknown
from chalicelib.services.handing import Handing, Ready

UNDER_ONE_MARK = 5  # so many are `unknown` at most when a sender dies


def hand_over_singly(handing: Handing, ready: Sequence[Ready]) -> None:
    """Send each mail once, in order. Raises: Stop where no more can go now."""
    for start in range(0, len(ready), UNDER_ONE_MARK):
        handing.check_state()
        handing.take_slots_one_by_one(len(ready) - start)
        _under_one_mark(handing, ready[start : start + UNDER_ONE_MARK])


def _under_one_mark(handing: Handing, some: Sequence[Ready]) -> None:
    handing.mark(some)
    rows: list[Row] = []
    try:
        for customer, mail in some:
            handing.check_time()
            handing.wait_for_one(handing.result.left - len(rows))
            answer = _send(handing, mail)
            row = handing.row_of(customer, answer)
            if row is not None:
                rows.append(row)
            handing.stop_after([answer])
    finally:
        handing.record(rows)


def _send(handing: Handing, mail: Mail) -> str | MailRefused | MailUnknown:
    try:
        return handing.app.mailer.send(mail)
    except (MailRefused, MailUnknown) as error:
        return error
