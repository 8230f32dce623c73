"""Fixtures of the journeys: the shared stack with a complete shop, as it is met from outside."""

from collections.abc import Iterator

import pytest

from chalicelib.local.session import LocalStack
from tests.journeys.storefront import Storefront, open_shop


@pytest.fixture(scope="session")
def shop(stack: LocalStack) -> Storefront:
    """The shared stack with a complete shop and the template "journey". Use ids and names of your own."""
    return open_shop(stack)


@pytest.fixture(autouse=True)
def _no_fault_outlives_its_journey(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "shop" in request.fixturenames:
        request.getfixturevalue("shop").stack.ses.account.faults.clear()
