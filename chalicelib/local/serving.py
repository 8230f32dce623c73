"""How somebody stops a program that serves, and that its `with` blocks are then left in order."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Stopped(BaseException):
    """Somebody asked the process to end. Not an Exception: nothing on the way may take it for a failure."""


@contextmanager
def stoppable() -> Iterator[None]:
    """Turn the signals that end a process into `Stopped`, so that `with` blocks are left in order.

    The signals are let alone again while they are left: a second Ctrl-C ends at once, and the emulator ends with us.
    """
    before = {each: signal.signal(each, _stop) for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _stop(number: int, _frame: FrameType | None) -> None:
    signal.signal(number, signal.SIG_DFL)
    raise Stopped
