"""How a local stack is served until somebody stops it, and that every way of stopping leaves nothing behind."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from chalicelib.local.session import LocalOptions, LocalStack, start_local_stack


class Stopped(BaseException):
    """Somebody asked the process to end. Not an Exception: nothing on the way may take it for a failure."""


def serve(options: LocalOptions, ready: Callable[[LocalStack], None]) -> None:
    """Start a stack, call `ready` with it, then serve until Ctrl-C, SIGTERM or SIGHUP. Returns when all is stopped."""
    try:
        with stoppable(), start_local_stack(options) as stack:
            ready(stack)
            threading.Event().wait()
    except Stopped:
        return


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
