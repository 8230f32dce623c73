"""Use case: hand finished mails to SES at the account's pace, on the road that the shop has chosen."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from chalicelib.domain.bulk_calls import groups
from chalicelib.domain.messages import Batch
from chalicelib.domain.vouchers import Voucher
from chalicelib.ports import App
from chalicelib.services.bulk_calls import hand_over_many
from chalicelib.services.handing import Handing, HandOver, Ready, Stop
from chalicelib.services.share_pace import mails_a_call
from chalicelib.services.single_calls import hand_over_singly
from chalicelib.services.slots import Slots


def hand_over(
    app: App,
    batch: Batch,
    ready: Sequence[Ready],
    vouchers: Mapping[str, Voucher],
    *,
    bulk: bool,
    deadline: datetime,
    read_at: datetime,
) -> HandOver:
    """Send each mail once.

    Args:
        app: the ports.
        batch: under our lease.
        ready: whom to mail, and what.
        vouchers: by customer id, for the rows.
        bulk: whether up to 50 go in one call.
        deadline: on the machine's clock; before it the attempt stops.
        read_at: when the state of the message was read, on the machine's clock.

    Raises:
        StaleRevision: another attempt has taken the batch over.
    """
    result = HandOver(left=len(ready))
    slots = Slots(app, batch.stream, mails_a_call(bulk=bulk), ready=len(ready))
    handing = Handing(app, batch, vouchers, slots, deadline, result, read_at)
    try:
        if bulk:
            for group in _groups(ready):
                hand_over_many(handing, group)
        else:
            hand_over_singly(handing, ready)
    except Stop as stop:
        result.delay = stop.delay
    return result


def _groups(ready: Sequence[Ready]) -> Iterator[list[Ready]]:
    for places in groups([mail for _, mail in ready]):
        yield [ready[place] for place in places]
