"""MiniStack is the pinned one, tells what it still has to do, and leaves nothing behind, however it ends."""

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib.deploy.places import ROOT
from chalicelib.local.checks import LocalModeError
from chalicelib.local.emulator import Emulator
from chalicelib.local.session import MINISTACK_PYTHON

pytestmark = pytest.mark.xdist_group("emulator")

SLOW_AND_FAILING = """
import time
def handler(event, context):
    time.sleep(event.get("sleep", 0))
    if "Records" in event:
        raise RuntimeError("not read")
"""
PICKY = """
def handler(event, context):
    numbers = [record["dynamodb"]["NewImage"]["id"]["S"] for record in event["Records"]]
    with open({seen!r}, "a") as seen:  # MiniStack may lose the last lines of a function that raised
        print(*numbers, file=seen)
    if "raise" in numbers:
        raise RuntimeError("cannot")
    bad = [record["dynamodb"] for record, number in zip(event["Records"], numbers) if number == "bad"]
    return {{"batchItemFailures": [{{"itemIdentifier": record["SequenceNumber"]}} for record in bad]}}
"""
# Starts an emulator and waits to be killed.
PARENT = """
import sys, time
from pathlib import Path
from chalicelib.local.emulator import Emulator
emulator = Emulator(Path(sys.argv[1]), Path(sys.argv[2]))
emulator.start()
print(emulator._process.pid, emulator._scratch, flush=True)
time.sleep(600)
"""


def _eventually(holds: Callable[[], object], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not true after {seconds} s"
        time.sleep(0.05)


def _group_lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def _function(emulator: Emulator, name: str, source: str = SLOW_AND_FAILING) -> str:
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as zipped:
        zipped.writestr("code.py", source)
    role = "arn:aws:iam::000000000000:role/any"
    created = emulator.client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.12",
        Role=role,
        Handler="code.handler",
        Code={"ZipFile": code.getvalue()},
        Timeout=30,
    )
    return str(created["FunctionArn"])


def test_the_pinned_version_is_installed() -> None:
    """The launcher reads inner parts of MiniStack: a new version is taken only together with it."""
    if not MINISTACK_PYTHON.exists():
        pytest.skip(f"{MINISTACK_PYTHON} is missing: run `make setup`")
    ask = "import importlib.metadata as m; print(m.version('ministack'))"
    installed = subprocess.run([MINISTACK_PYTHON, "-c", ask], capture_output=True, text=True, check=True).stdout.strip()

    assert re.findall(r"^ministack==(.+)$", (ROOT / "requirements-ministack.txt").read_text(), re.M) == [installed]
    assert installed == "1.5.33"


def test_a_queue_tells_its_messages_the_hidden_and_the_delayed_ones_too(emulator: Emulator) -> None:
    sqs = emulator.client("sqs")
    url = sqs.create_queue(QueueName="depth")["QueueUrl"]
    for delay in (0, 0, 300):
        sqs.send_message(QueueUrl=url, MessageBody="x", DelaySeconds=delay)
    sqs.receive_message(QueueUrl=url)

    assert emulator.state().queues["depth"] == 3


def test_a_running_function_and_every_invocation_are_told(emulator: Emulator) -> None:
    _function(emulator, "sleeper")
    before = emulator.state().started

    emulator.client("lambda").invoke(FunctionName="sleeper", InvocationType="Event", Payload=json.dumps({"sleep": 2}))

    _eventually(lambda: emulator.state().running.get("sleeper") == 1)
    _eventually(lambda: "sleeper" not in emulator.state().running)
    assert emulator.state().started == before + 1


def test_a_stream_tells_what_its_function_has_not_read(emulator: Emulator) -> None:
    _function(emulator, "reader")
    stream = _stream(emulator, "streamed")
    mapping = emulator.client("lambda").create_event_source_mapping(
        EventSourceArn=stream, FunctionName="reader", StartingPosition="TRIM_HORIZON"
    )
    try:
        for number in range(3):
            emulator.client("dynamodb").put_item(TableName="streamed", Item={"id": {"S": str(number)}})

        assert emulator.state().streams["reader"] == 3
        time.sleep(1.5)  # the function fails: nothing counts as read
        assert emulator.state().streams["reader"] == 3
    finally:
        emulator.client("lambda").delete_event_source_mapping(UUID=mapping["UUID"])


def _stream(emulator: Emulator, table: str) -> str:
    created: dict[str, Any] = emulator.client("dynamodb").create_table(
        TableName=table,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    return str(created["TableDescription"]["LatestStreamArn"])


def test_it_listens_on_this_machine_only(emulator: Emulator) -> None:
    addresses = [
        line.split()[1] for line in Path("/proc/net/tcp").read_text().splitlines()[1:] if line.split()[3] == "0A"
    ]
    ours = [address for address in addresses if address.endswith(f":{emulator.port:04X}")]

    assert ours == [f"0100007F:{emulator.port:04X}"]


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Emulator]:
    """An emulator that the test may stop and break."""
    if not MINISTACK_PYTHON.exists():
        pytest.skip(f"{MINISTACK_PYTHON} is missing: run `make setup`")
    emulator = Emulator(MINISTACK_PYTHON, tmp_path / "ministack.log")
    yield emulator
    emulator.stop()


def test_stopping_ends_the_functions_too_and_removes_its_files(own: Emulator) -> None:
    own.start()
    _function(own, "sleeper")
    own.client("lambda").invoke(FunctionName="sleeper", InvocationType="Event", Payload=json.dumps({"sleep": 600}))
    _eventually(lambda: own.state().running)
    process, scratch = own._process, own._scratch
    assert process is not None
    assert scratch is not None

    own.stop()
    own.stop()

    _eventually(lambda: not _group_lives(process.pid))  # the killed ones are taken away by the system a moment later
    assert not scratch.exists()


def test_a_killed_parent_leaves_no_process(tmp_path: Path) -> None:
    if not MINISTACK_PYTHON.exists():
        pytest.skip(f"{MINISTACK_PYTHON} is missing: run `make setup`")
    command = [sys.executable, "-c", PARENT, str(MINISTACK_PYTHON), str(tmp_path / "log")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        group = int(parent.stdout.readline().split()[0])
        assert _group_lives(group)

        parent.send_signal(signal.SIGKILL)

    _eventually(lambda: not _group_lives(group))


def test_one_that_cannot_start_says_why(tmp_path: Path) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho 'no module named ministack'\nexit 1\n")
    broken.chmod(0o755)
    emulator = Emulator(broken, tmp_path / "ministack.log")

    with pytest.raises(LocalModeError, match=r"MiniStack ended at once[\s\S]*no module named ministack"):
        emulator.start()

    assert emulator._process is None


def test_its_environment_hands_down_nothing_of_ours(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A function inherits the emulator's variables: no real profile, proxy or setting may reach it."""
    for name in ("AWS_PROFILE", "HTTP_PROXY", "HABITUE_CONSOLE", "AWS_ENDPOINT_URL"):
        monkeypatch.setenv(name, "ours")

    environment = Emulator(MINISTACK_PYTHON, tmp_path / "log")._environment(tmp_path)

    assert "ours" not in environment.values()
    assert environment["BIND_HOST"] == "127.0.0.1"


@pytest.mark.parametrize("poison", ["bad", "raise"])
def test_a7_a_poison_record_of_a_stream_is_tried_to_its_bound_and_set_aside_alone(
    emulator: Emulator, poison: str, tmp_path: Path
) -> None:
    """A7: MiniStack itself knows neither partial failures nor bounded retries of streams; the launcher brings them."""
    arn = _stream(emulator, f"poisoned-{poison}")
    log = tmp_path / "seen"
    _function(emulator, f"picky-{poison}", PICKY.format(seen=str(log)))
    sqs = emulator.client("sqs")
    dead = sqs.create_queue(QueueName=f"dead-{poison}")["QueueUrl"]
    dead_arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    for number in ["a", "b", "c", poison, "d", "e"]:
        emulator.client("dynamodb").put_item(TableName=f"poisoned-{poison}", Item={"id": {"S": number}})

    mapping = emulator.client("lambda").create_event_source_mapping(
        EventSourceArn=arn,
        FunctionName=f"picky-{poison}",
        StartingPosition="TRIM_HORIZON",
        FunctionResponseTypes=["ReportBatchItemFailures"],
        MaximumRetryAttempts=2,
        DestinationConfig={"OnFailure": {"Destination": dead_arn}},
    )
    try:
        _eventually(lambda: emulator.state().streams[f"picky-{poison}"] == 0)
    finally:
        emulator.client("lambda").delete_event_source_mapping(UUID=mapping["UUID"])

    [message] = sqs.receive_message(QueueUrl=dead, MaxNumberOfMessages=10)["Messages"]
    told = json.loads(message["Body"])
    assert told["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert told["DDBStreamBatchInfo"]["batchSize"] == 1
    seen = log.read_text(encoding="utf-8").splitlines()
    assert seen[-1].split()[-1] == "e"
    assert seen.count(poison) == 3


def test_an_event_whose_function_fails_is_tried_again_and_then_set_aside(emulator: Emulator) -> None:
    """MiniStack itself starts a function of EventBridge once, and forgets what it said."""
    arn = _function(emulator, "refusing", "def handler(event, context):\n    raise RuntimeError('never')\n")
    sqs = emulator.client("sqs")
    dead = sqs.create_queue(QueueName="refused")["QueueUrl"]
    dead_arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    emulator.client("lambda").put_function_event_invoke_config(
        FunctionName="refusing", MaximumRetryAttempts=1, DestinationConfig={"OnFailure": {"Destination": dead_arn}}
    )
    events = emulator.client("events")
    events.put_rule(Name="refused", EventPattern=json.dumps({"source": ["test"]}))
    events.put_targets(Rule="refused", Targets=[{"Id": "function", "Arn": arn}])
    before = emulator.state().started

    events.put_events(Entries=[{"Source": "test", "DetailType": "x", "Detail": "{}"}])

    _eventually(lambda: emulator.state().queues["refused"] == 1)
    assert emulator.state().started == before + 2
    assert "refusing failed" in emulator._log.read_text()
