"""How a whole local stack comes up and goes down: emulator, SES stand-in, packaged application, secrets, front."""

import json
import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from chalicelib.deploy.package import package
from chalicelib.deploy.places import LOCAL
from chalicelib.deploy.secrets import ensure_secrets
from chalicelib.local.checks import check_ministack, check_port, check_python, free_port
from chalicelib.local.clock import LocalClock
from chalicelib.local.emulator import Emulator, EmulatorState
from chalicelib.local.front import Front
from chalicelib.local.idle import Idle, wait_until_idle
from chalicelib.local.install import SECRETS_PREFIX, Installed, configuration_sets, install
from chalicelib.local.kept import Kept, keep
from chalicelib.local.ses import AwsPublisher, EventDestination, SesStandIn

MINISTACK_PYTHON = LOCAL / "ministack" / "bin" / "python"


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalOptions:
    """What the operator may choose for a local stack."""

    port: int = 8000  # of the front; 0 takes a free one
    data_dir: Path | None = None  # where the state is kept between runs; None: it is lost at the end
    now: datetime | None = None  # aware; the service's time at the start, None: the machine's
    rate: float = 200.0  # mails a second that the SES stand-in accepts
    api_key: str | None = field(default=None, repr=False)  # None: HABITUE_API_KEY, or a new one
    state_dir: Path = LOCAL  # for stack.json, the clock file and the log
    base_path: str = ""  # "/shop": the front serves everything below it, as a proxy of the shop's might
    enforce_policies: bool = False  # refuse what a function's role does not allow; about half as fast


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalStack:
    """A local stack that runs and answers."""

    url: str  # of the front, no slash at the end
    api_key: str = field(repr=False)
    emulator: Emulator
    ses: SesStandIn
    clock: LocalClock
    installed: Installed

    @property
    def aws_endpoint(self) -> str:
        """The address of the local AWS."""
        return self.emulator.endpoint

    @property
    def resources(self) -> Mapping[str, str]:
        """Physical ids (table names, queue URLs, ...) by the logical ids of infra/resources.yaml."""
        return self.installed.resources

    @property
    def environment(self) -> Mapping[str, str]:
        """The environment variables that every function got: `Settings.from_env` reads them."""
        return self.installed.environment

    def client(self, service: str) -> Any:
        """A boto3 client of one service of the local AWS."""
        return self.emulator.client(service)

    def invoke(self, function: str, event: Mapping[str, Any]) -> Any:
        """Call a function by its logical id ("Tick") and wait; its answer. Raises RuntimeError if it fails."""
        return self.installed.invoke(function, event)

    def tick(self) -> None:
        """Run what the schedule runs each minute."""
        event = {"source": "habitue.local", "detail-type": "Scheduled Event", "detail": {}, "resources": []}
        self.invoke("Tick", {**event, "region": "", "account": "", "version": "0", "id": "", "time": ""})

    def move_clock(self, wanted: datetime) -> None:
        """Move the service's clock forward to an aware time and run what is due. Raises ClockMovedBack."""
        self.clock.move_to(wanted)
        self.tick()

    def idle(self, seconds: float = 50.0) -> Idle:
        """Run due work and wait until nothing is left to do, at most `seconds`."""
        return wait_until_idle(self, seconds)

    def state(self) -> EmulatorState:
        """What is queued, unread and running on the local AWS."""
        return self.emulator.state()

    def pending_events(self) -> int:
        """SES events that have not reached their topic or stream."""
        return self.ses.pending_events


@contextmanager
def start_local_stack(options: LocalOptions) -> Iterator[LocalStack]:
    """Bring up a local stack for the length of a `with` block. The front answers inside it; nothing is left after it.

    Raises:
        LocalModeError: a port is taken, MiniStack is not installed, or it did not start.
        PackageError, DeployFailed: the application could not be packaged or deployed.
    """
    check_python()
    check_ministack(MINISTACK_PYTHON)
    port = options.port or free_port()
    check_port(port)
    options.state_dir.mkdir(parents=True, exist_ok=True)
    with ExitStack() as running:
        stack = _start(options, f"http://127.0.0.1:{port}{options.base_path}", running)
        front = Front(stack, port, options.base_path)
        running.callback(front.stop)
        front.start()
        running.enter_context(_announced(options.state_dir / "stack.json", stack))
        yield stack


def _start(options: LocalOptions, url: str, running: ExitStack) -> LocalStack:
    """Everything but the front, each part to be stopped in the opposite order."""
    kept = keep(options.data_dir, options.state_dir)
    clock = _clock(options, kept)
    emulator = Emulator(
        MINISTACK_PYTHON,
        options.state_dir / "ministack.log",
        data_dir=options.data_dir,
        port=kept.emulator_port,
        enforce_policies=options.enforce_policies,
    )
    running.callback(emulator.stop)
    with ThreadPoolExecutor(1) as beside:
        packaging = beside.submit(package, "local")  # takes longer than the emulator's start
        emulator.start()
        packaged = packaging.result()
    sets: dict[str, list[EventDestination]] = {}
    ses = _ses(options, clock, emulator, sets, kept)
    running.callback(ses.stop)
    extra = {
        "AWS_ENDPOINT_URL_SESV2": ses.start().url,
        "HABITUE_CLOCK_FILE": str(clock.file.resolve()),
        "HABITUE_CONSOLE": "open",
    }
    installed = install(emulator, packaged, extra)
    sets.update(configuration_sets(emulator))
    key = options.api_key or os.environ.get("HABITUE_API_KEY")
    secrets = ensure_secrets(emulator.client("ssm"), SECRETS_PREFIX, {"api-key": key} if key else None)
    return LocalStack(url=url, api_key=secrets["api-key"], emulator=emulator, ses=ses, clock=clock, installed=installed)


def _clock(options: LocalOptions, kept: Kept) -> LocalClock:
    clock = LocalClock(kept.clock_file)
    if options.now is not None and kept.is_new:
        clock.start_at(options.now)
    elif options.now is not None:
        clock.move_to(options.now)
    return clock


def _ses(
    options: LocalOptions,
    clock: LocalClock,
    emulator: Emulator,
    sets: Mapping[str, list[EventDestination]],
    kept: Kept,
) -> SesStandIn:
    return SesStandIn(
        clock=clock.now,
        configuration_sets=sets,
        publish=AwsPublisher(emulator.client("sns"), emulator.client("firehose")),
        rate=options.rate,
        state_file=kept.mailbox_file,
    )


@contextmanager
def _announced(file: Path, stack: LocalStack) -> Iterator[None]:
    """Keep `stack.json` while the stack runs: the commands find it there. It holds the key: its owner's alone."""
    told = {
        "url": stack.url,
        "console": f"{stack.url}/console",
        "mailbox": f"{stack.url}/local/mailbox",
        "api_key": stack.api_key,
        "aws_endpoint": stack.aws_endpoint,
        "pid": os.getpid(),
    }
    new = file.with_suffix(".new")
    new.touch(mode=0o600)
    new.write_text(json.dumps(told, indent=1) + "\n")
    new.replace(file)
    try:
        yield
    finally:
        file.unlink(missing_ok=True)
