"""Tests that share a stack run in one worker of a parallel run: else each worker starts a stack of its own."""

import os

import pytest


@pytest.mark.xdist_group("groups")
def test_a_group_is_known_to_the_scheduler(request: pytest.FixtureRequest) -> None:
    if "PYTEST_XDIST_WORKER" not in os.environ:
        pytest.skip("not a parallel run")
    assert request.node.nodeid.endswith("@groups")
