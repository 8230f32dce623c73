"""How senders share the account's rate: one instant that every lease of slots moves forward (GCRA).

Source: the generic cell rate algorithm, ITU-T I.371 annex A, in its virtual scheduling form.
"""

from datetime import datetime, timedelta
from math import ceil

LONGEST_WAIT = timedelta(seconds=5)  # a sender waits this long for its slots; later ones are handed back
SLOT_LIFE = timedelta(seconds=1)  # a slot not used by then is lost, so that late senders make no burst


def take(next_at: datetime | None, now: datetime, count: int, rate: float) -> tuple[list[datetime], datetime]:
    """Reserve up to `count` slots, 1/rate seconds apart, none later than LONGEST_WAIT from now.

    Args:
        next_at: the first free slot as stored; None: nobody has sent yet.
        now: the machine's time.
        count: mails that want to go.
        rate: mails per second that the account allows.

    Returns:
        The slots, oldest first (perhaps fewer than asked, perhaps none), and the new `next_at`.
    """
    first = max(next_at or now, now)
    gap = timedelta(microseconds=ceil(1_000_000 / rate))  # rounded up: three gaps of a third are a whole second
    room = int((now + LONGEST_WAIT - first) / gap) + 1 if first <= now + LONGEST_WAIT else 0
    won = max(0, min(count, room))
    return [first + i * gap for i in range(won)], first + won * gap
