"""How often a use case reads again and tries again when somebody else wrote the same item in between."""

from collections.abc import Callable
from typing import TypeVar

from chalicelib.errors import StaleRevision

T = TypeVar("T")

# Each round is lost only to a rival that wrote. More rivals on one item than this come from a loop, not from people.
TRIES = 8


def retrying(work: Callable[[], T]) -> T:
    """What `work` answers; it reads, decides and writes under the revision that it read.

    Raises:
        StaleRevision: it lost every round. The caller may try again later.
    """
    for _ in range(TRIES - 1):
        try:
            return work()
        except StaleRevision:
            continue
    return work()
