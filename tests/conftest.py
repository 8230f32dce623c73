"""Fixtures that every test may ask for: tables in process, tables on MiniStack, the whole packaged stack."""

import itertools
import os
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from coverage import Coverage
from hypothesis import settings
from moto import mock_aws

from chalicelib.local.emulator import Emulator
from chalicelib.local.library_pictures import browser_program, chromium
from chalicelib.local.session import MINISTACK_PYTHON, LocalOptions, LocalStack, start_local_stack
from tests.fakes.compiler import OnceCompiler
from tests.infra import create_tables

# How long an example takes says nothing on a shared machine; speed is for benchmarks. The build server tries the same
# examples each time, so that a change is judged by what it changed; everybody else tries new ones.
settings.register_profile("untimed", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("untimed")

_suffixes = itertools.count(1)
# What is started once a run is started in one worker only: tests that share it go there together.
SHARED = ("stack", "emulator", "browser")
DOMAIN, SERVICES = (Path(__file__).parent / folder for folder in ("domain", "services"))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of one shared stack, emulator or browser in one worker of a parallel run."""
    for item in items:
        for name in SHARED:
            if name in getattr(item, "fixturenames", ()) and item.get_closest_marker("xdist_group") is None:
                item.add_marker(pytest.mark.xdist_group(_group(name, item.path.stem)))


def _group(fixture: str, stem: str) -> str:
    """The journeys go to two stacks: much of their time is waiting, and about half of it comes before this name."""
    return "late stack" if fixture == "stack" and stem >= "test_lost" else fixture


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Measure coverage where it is asked for: elsewhere it would more than double the time, and show nothing new."""
    measuring = Coverage.current()
    if measuring is None or item.path.is_relative_to(DOMAIN) or item.path.is_relative_to(SERVICES):
        return (yield)
    measuring.stop()
    try:
        return (yield)
    finally:
        measuring.start()


@pytest.fixture(autouse=True, scope="session")
def _no_real_aws() -> None:
    """No test reaches a real account: fake keys, no profile, no metadata service."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(
        AWS_ACCESS_KEY_ID="test",
        AWS_SECRET_ACCESS_KEY="test",
        AWS_DEFAULT_REGION="eu-west-1",
        AWS_EC2_METADATA_DISABLED="true",
        AWS_CONFIG_FILE=os.devnull,
        AWS_SHARED_CREDENTIALS_FILE=os.devnull,
    )


@pytest.fixture(autouse=True, scope="session")
def _compiled_once(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The workers of a parallel run share what they compiled: their folders lie in one."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if hasattr(request.config, "workerinput") else own) / "compiled"
    folder.mkdir(exist_ok=True)
    OnceCompiler.folder = folder


@pytest.fixture
def dynamodb(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """An in-process DynamoDB (moto) with the tables of infra; each is named by its logical id ("Customers")."""
    # moto names the account in the address of streams otherwise, and then finds no handler for it.
    monkeypatch.setenv("AWS_ACCOUNT_ID_ENDPOINT_MODE", "disabled")
    with mock_aws():
        client = boto3.client("dynamodb")
        create_tables(client)
        yield client


@dataclass(frozen=True, slots=True)
class MiniStack:
    """A MiniStack whose tables are this test's own and empty."""

    emulator: Emulator
    tables: Mapping[str, str]  # table names by logical ids

    @property
    def endpoint(self) -> str:
        """Its address."""
        return self.emulator.endpoint

    def client(self, service: str) -> Any:
        """A boto3 client of one service."""
        return self.emulator.client(service)


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """One bare MiniStack for the whole run; tests that want tables ask for `ministack`."""
    started = Emulator(_ministack_python(), tmp_path_factory.mktemp("ministack") / "ministack.log")
    try:
        yield started.start()
    finally:
        started.stop()


@pytest.fixture
def ministack(emulator: Emulator) -> MiniStack:
    """MiniStack with fresh tables, created from the template: for races, PartiQL and streams."""
    return MiniStack(emulator, create_tables(emulator.client("dynamodb"), f"-{next(_suffixes)}"))


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    """The packaged application on MiniStack, started once a run, with every function's policy enforced.

    Its data is shared by all tests of the run: use ids of your own. Mark the test with `@pytest.mark.stack`.
    """
    _ministack_python()
    options = LocalOptions(port=0, state_dir=tmp_path_factory.mktemp("stack"), enforce_policies=True)
    with start_local_stack(options) as started:
        yield started


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One Chromium for the whole run."""
    program = browser_program()
    if program is None:
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail("REQUIRE_BROWSER=1 but there is no chromium on the path")
        pytest.skip("no chromium on the path; install it, or see CONTRIBUTING.md")
    with chromium(program) as started:
        yield started


def _ministack_python() -> Path:
    if not MINISTACK_PYTHON.exists():
        pytest.skip(f"{MINISTACK_PYTHON} is missing: run `make setup`")
    return MINISTACK_PYTHON
