"""The whole local stack: the packaged application on MiniStack behind the front."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest

from chalicelib.config import Settings
from chalicelib.deploy.places import ROOT
from chalicelib.local.checks import LocalModeError, free_port
from chalicelib.local.session import LocalOptions, LocalStack, start_local_stack
from chalicelib.wiring import get_settings

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack")]

SERVE = """
import sys, threading
from pathlib import Path
from chalicelib.local.serving import Stopped, stoppable
from chalicelib.local.session import LocalOptions, start_local_stack
try:
    with stoppable(), start_local_stack(LocalOptions(port=int(sys.argv[1]), state_dir=Path(sys.argv[2]))) as stack:
        print("serving", stack.emulator._process.pid, flush=True)
        threading.Event().wait()
except Stopped:
    print("stopped", flush=True)
"""


def _get(url: str, method: str = "GET") -> tuple[int, bytes]:
    try:
        request = urllib.request.Request(url, method=method)  # noqa: S310 - our own address
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def _group_lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def test_the_commands_find_the_stack_in_its_file(stack: LocalStack) -> None:
    log = stack.emulator._log
    told = json.loads((log.parent / "stack.json").read_text())

    assert told == {
        "url": stack.url,
        "console": f"{stack.url}/console",
        "mailbox": f"{stack.url}/local/mailbox",
        "api_key": stack.api_key,
        "aws_endpoint": stack.aws_endpoint,
        "pid": os.getpid(),
    }
    assert (log.parent / "stack.json").stat().st_mode & 0o077 == 0


def test_the_front_serves_the_deployed_api_and_the_local_pages(stack: LocalStack) -> None:
    assert _get(f"{stack.url}/v1/openapi.json")[0] == 200
    assert _get(f"{stack.url}/console")[0] != 403  # the route is there
    assert _get(f"{stack.url}/local/mailbox")[0] == 200
    assert _get(f"{stack.url}/v1/shop")[0] == 401
    api = f"{stack.aws_endpoint}{stack.installed.api_path}"
    assert _get(f"{api}/v1/openapi.json")[0] == 200
    assert _get(f"{api}/local/mailbox")[0] == 403  # what API Gateway answers to what it does not know


def test_every_function_got_settings_that_the_service_reads(stack: LocalStack) -> None:
    settings = Settings.from_env(stack.environment)

    assert settings.stage == "local"
    assert settings.console_open
    assert settings.customers_table == stack.resources["Customers"]
    assert settings.clock_file == str(stack.clock.file.resolve())
    assert stack.environment["AWS_ENDPOINT_URL_SESV2"] == stack.ses.url
    assert get_settings.cache_info().currsize == 0  # reading them here has not made this process a function


def test_the_configuration_sets_of_the_template_publish_to_the_topic_and_the_stream(stack: LocalStack) -> None:
    sets = stack.ses.account.configuration_sets

    assert sorted(sets) == ["habitue-local-marketing", "habitue-local-marketing-opens", "habitue-local-transactional"]
    for name, destinations in sets.items():
        by_kind = {each.kind: each for each in destinations}
        assert set(by_kind) == {"sns", "firehose"}
        assert by_kind["sns"].target == stack.resources["FeedbackTopic"]
        assert by_kind["firehose"].target == stack.resources["EventStream"]
        assert ("OPEN" in by_kind["firehose"].event_types) is name.endswith("-opens")
        assert "COMPLAINT" in by_kind["sns"].event_types


def test_the_stack_becomes_idle(stack: LocalStack) -> None:
    status, body = _get(f"{stack.url}/local/idle", "POST")

    assert (status, json.loads(body)) == (200, {"idle": True, "pending": {}})


def test_a_role_may_not_do_what_its_policy_does_not_name(stack: LocalStack) -> None:
    """F8: the tests' stack enforces the packaged policies."""
    stack.client("sqs").send_message(QueueUrl=stack.resources["PlanQueueDead"], MessageBody="x")
    stranger = stack.client("iam").create_role(
        RoleName=f"stranger-{time.monotonic_ns()}",
        AssumeRolePolicyDocument=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}],
            }
        ),
    )["Role"]["Arn"]
    assumed = stack.client("sts").assume_role(RoleArn=stranger, RoleSessionName="stranger")["Credentials"]
    foreign: Any = boto3.client(
        "dynamodb",
        endpoint_url=stack.aws_endpoint,
        aws_access_key_id=assumed["AccessKeyId"],
        aws_secret_access_key=assumed["SecretAccessKey"],
        aws_session_token=assumed["SessionToken"],
    )

    with pytest.raises(foreign.exceptions.ClientError, match="AccessDenied"):
        foreign.get_item(TableName=stack.resources["Customers"], Key={"id": {"S": "1"}})


def test_a_taken_port_is_refused_before_anything_is_started(stack: LocalStack, tmp_path: Path) -> None:
    port = int(stack.url.rsplit(":", 1)[1])

    with (
        pytest.raises(LocalModeError, match=f"Port {port} is taken"),
        start_local_stack(LocalOptions(port=port, state_dir=tmp_path / "other")),
    ):
        pass

    assert not (tmp_path / "other").exists()


def test_a_data_folder_keeps_tables_keys_mails_and_the_clock(tmp_path: Path) -> None:
    future = datetime(2041, 3, 1, tzinfo=UTC)
    options = LocalOptions(port=0, data_dir=tmp_path / "data", state_dir=tmp_path / "state")
    with start_local_stack(replace(options, now=future)) as first:
        table = first.resources["Mailboxes"]
        first.client("dynamodb").put_item(TableName=table, Item={"hash": {"S": "kept"}})
        first.client("s3").put_object(Bucket=first.resources["Bucket"], Key="kept/one", Body=b"mail")
        key = first.api_key

    with start_local_stack(options) as second:
        item = second.client("dynamodb").get_item(TableName=second.resources["Mailboxes"], Key={"hash": {"S": "kept"}})
        file = second.client("s3").get_object(Bucket=second.resources["Bucket"], Key="kept/one")["Body"].read()

        assert second.resources == first.resources
        assert item["Item"] == {"hash": {"S": "kept"}}
        assert file == b"mail"
        assert second.api_key == key
        assert future <= second.clock.now() < future + timedelta(minutes=5)
        assert _get(f"{second.url}/v1/openapi.json")[0] == 200
        assert second.idle().idle


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_stopping_the_server_leaves_no_process_no_port_and_no_file(tmp_path: Path, sign: signal.Signals) -> None:
    port = free_port()
    command = [sys.executable, "-c", SERVE, str(port), str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        told = server.stdout.readline()
        group = int(re.findall(r"serving (\d+)", told)[0])
        assert _get(f"http://127.0.0.1:{port}/local/mailbox")[0] == 200

        server.send_signal(sign)
        assert server.wait(20) == 0
        assert server.stdout.read() == "stopped\n"

    deadline = time.monotonic() + 10
    while _group_lives(group):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert not (tmp_path / "stack.json").exists()
    with pytest.raises(urllib.error.URLError):
        _get(f"http://127.0.0.1:{port}/local/mailbox")
