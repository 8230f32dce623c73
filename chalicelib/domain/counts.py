"""All that is counted about one message: what became of the mails, what they brought, and the arms of its test."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from chalicelib.domain.arms import Arm
from chalicelib.domain.attribution import Takings
from chalicelib.domain.outcomes import Tally, tally_from_fields


@dataclass(slots=True, kw_only=True)
class Count:
    """Counts add up: of batches to a message, of messages to a flow."""

    tally: Tally = field(default_factory=Tally)
    takings: Takings = field(default_factory=Takings)
    arms: dict[str, Arm] = field(default_factory=dict)  # by name, see domain/arms.py

    def arm(self, name: str) -> Arm:
        """The arm of that name; a new one where there is none yet."""
        return self.arms.setdefault(name, Arm())

    def merge(self, other: "Count") -> None:
        """Add what another part counted."""
        self.tally.merge(other.tally)
        self.takings.merge(other.takings)
        for name, arm in other.arms.items():
            self.arm(name).merge(arm)

    def to_fields(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "tally": self.tally.to_fields(),
            "takings": self.takings.to_fields(),
            "arms": {name: arm.to_fields() for name, arm in self.arms.items()},
        }


def count_from_fields(body: Mapping[str, Any]) -> Count:
    """The count that was written so."""
    return Count(
        tally=tally_from_fields(body["tally"]),
        takings=Takings(**body["takings"]),
        arms={name: Arm(**arm) for name, arm in body["arms"].items()},
    )
