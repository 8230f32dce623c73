"""Long random stories of the whole sending model: A1, A2, A3, A9 to A12, A14 and A17, in any mixture."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.faults.sending_model import SendingModel

SHORT, LONG, STEPS, PARTS = 500, 10_000, 50, 4


def _run(stories: int, *, repeatable: bool) -> None:
    run_state_machine_as_test(
        SendingModel,
        settings=settings(
            max_examples=stories,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=repeatable,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_no_invariant_breaks_in_500_stories_of_50_steps():
    _run(SHORT, repeatable=True)


@pytest.mark.slow
def test_no_invariant_breaks_in_10_000_stories_of_50_steps():
    _run(LONG, repeatable=False)
