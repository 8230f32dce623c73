"""Use case: tell how far segments share their members."""

from collections.abc import Sequence
from typing import Any

from chalicelib.errors import Detail, InvalidInput
from chalicelib.ports import App
from chalicelib.services.load_membership import load_membership

MOST = 10  # segments that one answer compares


def segment_overlap(app: App, names: Sequence[str]) -> dict[str, Any]:
    """{"counts": members of each, "all": who are in all of them, "any": in at least one}, in one walk.

    Raises: NotFound. InvalidInput: fewer than two different segments, or more than `MOST`.
    """
    different = list(dict.fromkeys(names))
    if not 2 <= len(different) <= MOST:
        message = f"must name 2 to {MOST} different segments together with the first, got {len(different)}"
        raise InvalidInput(f"`with` {message}.", [Detail("with", message)])
    membership = load_membership(app)
    questions = [membership.member(name) for name in different]
    counts = [0] * len(questions)
    everywhere = anywhere = 0
    for customer in app.customers.scan():
        answers = [is_member(customer) for is_member in questions]
        counts = [count + answer for count, answer in zip(counts, answers, strict=True)]
        everywhere += all(answers)
        anywhere += any(answers)
    return {"counts": dict(zip(different, counts, strict=True)), "all": everywhere, "any": anywhere}
