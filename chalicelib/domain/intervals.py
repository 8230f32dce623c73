"""How far a share of people can be trusted: intervals of one share, and of the difference of two."""

from dataclasses import dataclass
from math import sqrt
from typing import Literal

Z95 = 1.959963984540054  # normal quantile of 95 % coverage

Verdict = Literal["better", "worse", "cannot_tell"]


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many people did something: clicked, redeemed, bounced."""

    did: int
    of: int

    def __post_init__(self) -> None:
        if not 0 <= self.did <= self.of:
            raise ValueError(f"need 0 <= did <= of, got {self.did} of {self.of}")

    @property
    def rate(self) -> float:
        """The plain ratio, 0 to 1; 0 of nobody is 0."""
        return self.did / self.of if self.of else 0.0


def wilson(share: Share, z: float = Z95) -> tuple[float, float]:
    """The low and high bound of the true rate, 0 to 1; of nobody nothing is known: (0, 1).

    The plain ratio misleads where there are few people: 1 click of 2 mails is not "50 %".

    Source: E. B. Wilson (1927), J. Am. Stat. Assoc. 22(158), 209-212.
    """
    if not share.of:
        return 0.0, 1.0
    rate, z2 = share.rate, z * z
    middle = (rate + z2 / (2 * share.of)) / (1 + z2 / share.of)
    half = z / (1 + z2 / share.of) * sqrt(rate * (1 - rate) / share.of + z2 / (4 * share.of**2))
    return max(0.0, min(rate, middle - half)), min(1.0, max(rate, middle + half))


def difference(one: Share, other: Share, z: float = Z95) -> tuple[float, float]:
    """The low and high bound of the true rate of `one` minus that of `other`, -1 to 1.

    Source: R. G. Newcombe (1998), Statistics in Medicine 17(8), 873-890, method 10: it keeps its coverage with few
    people and with rates near nought, as clicks and redemptions have.
    """
    low_one, high_one = wilson(one, z)
    low_other, high_other = wilson(other, z)
    between = one.rate - other.rate
    down = sqrt((one.rate - low_one) ** 2 + (high_other - other.rate) ** 2)
    up = sqrt((high_one - one.rate) ** 2 + (other.rate - low_other) ** 2)
    return max(-1.0, between - down), min(1.0, between + up)


def verdict(one: Share, other: Share, z: float = Z95) -> Verdict:
    """Whether `one` does better or worse than `other`, or whether the difference may be chance."""
    low, high = difference(one, other, z)
    if low > 0:
        return "better"
    return "worse" if high < 0 else "cannot_tell"
