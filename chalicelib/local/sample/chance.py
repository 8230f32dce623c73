"""How the sample shop throws its dice, so that every machine and Python version sees the same shop.

Only `Random.random()` is used, because it alone is promised to give the same sequence for a seed in every version
(https://docs.python.org/3/library/random.html#notes-on-reproducibility). Floats are added one by one: the built-in
`sum` rounds differently since Python 3.12.
"""

import random  # noqa: TID251 - the sample shop is made of chance from a fixed seed; nothing here is an id or a secret
from collections.abc import Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """A stream of repeatable chance."""

    def __init__(self, seed: int) -> None:
        self._unit = random.Random(seed).random  # noqa: S311 - made-up data, no secret

    def unit(self) -> float:
        """A number from 0 (included) to 1 (excluded)."""
        return self._unit()

    def yes(self, probability: float) -> bool:
        """True with this probability, 0 to 1."""
        return self._unit() < probability

    def whole(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + int(self._unit() * (high - low + 1))

    def pick(self, things: Sequence[T]) -> T:
        """One of the things, all alike."""
        return things[int(self._unit() * len(things))]

    def weigh(self, weights: Mapping[T, float]) -> T:
        """One key, as often as its weight says. The weights are above 0."""
        total = 0.0
        for weight in weights.values():
            total += weight
        left = self._unit() * total
        things = iter(weights.items())
        found, weight = next(things)
        # The last one takes what rounding may leave over.
        while (left := left - weight) >= 0 and (following := next(things, None)):
            found, weight = following
        return found

    def bell(self) -> float:
        """Nearly normal: mean 0, deviation 1, never beyond 3.5. Four units added; no call of the C library."""
        return (self._unit() + self._unit() + self._unit() + self._unit() - 2) * 1.7320508
