"""The benchmarks count the same both ways, and keep their bounds; `make bench` measures them at full size."""

import pytest

from bench.segments import CASES, LIMIT, NOW, customers, measure
from chalicelib.domain.segments import compile_rule


@pytest.fixture(scope="module")
def found():
    return customers(20_000)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_compiled_rule_counts_as_a_comprehension_does(case, found):
    assert sum(1 for _ in compile_rule(case.rule).select(found, NOW)) == case.by_hand(found) > 0


@pytest.mark.slow
@pytest.mark.timed
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_compiled_rule_is_nearly_as_fast_as_a_comprehension(case, found):
    # A busy machine now and then slows all runs of one side; it does not do so three times.
    assert min(measure(case, found, rounds=5) for _ in range(3)) <= LIMIT
