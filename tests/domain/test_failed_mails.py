"""How many mails may fail before a campaign waits for somebody to look."""

import pytest

from chalicelib.domain.failed_mails import ACCEPTED, paused_for_failures, too_many_failed, why_paused


@pytest.mark.parametrize(
    ("failed", "tried", "too_many"),
    [(0, 0, False), (3, 3, False), (4, 50, False), (5, 5, True), (5, 50, False), (6, 50, True), (50, 50, True)]
    + [(3, 10_000, False), (500, 10_000, False), (600, 10_000, True)],
)
def test_a_few_are_chance_and_many_are_a_fault(failed, tried, too_many):
    """D11."""
    assert too_many_failed(failed, tried) == too_many


def test_the_reason_says_how_many_why_and_what_to_do():
    reason = why_paused(12, 50, "`country` is empty for this mail.")

    assert reason == (
        "12 of 50 mails could not be made, the last because: `country` is empty for this mail. "
        "Cancel, mend the template and launch anew; or resume to send to everybody else."
    )
    assert paused_for_failures(reason)
    assert not paused_for_failures("")
    assert not paused_for_failures(ACCEPTED)
