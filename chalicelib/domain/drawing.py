"""How people are drawn by lot, so that the same question about the same person always has the same answer."""

from hashlib import sha256

_WHOLE = 1 << 64


def draw(*facts: str) -> float:
    """A number from 0 up to, not including, 100, made of the facts alone: even over people, stable for each.

    Draws for different purposes name the purpose among the facts, or else whoever is held out would always be in the
    first variant, too.
    """
    return int.from_bytes(sha256("|".join(facts).encode()).digest()[:8]) * 100 / _WHOLE


def is_held_out(campaign: str, customer_id: str, percent: int) -> bool:
    """Whether this person belongs to the `percent` of the campaign's people who get no mail, to be compared with."""
    return percent > 0 and draw("holdout", campaign, customer_id) < percent
