"""`habitue local` and `make demo` as they are called: a taken port, Ctrl-C at any time, kept state, demo.json."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from chalicelib.client.api import Client
from chalicelib.deploy.places import ROOT
from chalicelib.local import demo, run
from chalicelib.local.checks import free_port
from chalicelib.local.session import MINISTACK_PYTHON, LocalOptions

pytestmark = [
    pytest.mark.stack,
    pytest.mark.xdist_group("laptop"),  # stacks of their own: beside the shared one
    pytest.mark.skipif(not MINISTACK_PYTHON.exists(), reason=f"{MINISTACK_PYTHON} is missing: run `make setup`"),
]
# The command, with its stack.json, clock and log in another folder: a stack that runs from here stays as it is.
COMMAND = """
import sys
from functools import partial
from pathlib import Path
from chalicelib.local import run
run.LocalOptions = partial(run.LocalOptions, state_dir=Path(sys.argv.pop(1)))
from chalicelib.cli import main
sys.exit(main())
"""
PATIENCE = 120.0  # seconds; a quiet machine needs 5
KEY = "a-key-of-the-operators-own"


@contextmanager
def _local(state: Path, *arguments: str) -> Iterator["subprocess.Popen[str]"]:
    """`habitue local`, told to end and waited for."""
    command = [sys.executable, "-c", COMMAND, str(state), "local", *arguments]
    environment = {**os.environ, "HABITUE_API_KEY": KEY, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
                process.wait(PATIENCE)


def _until(process: "subprocess.Popen[str]", word: str) -> str:
    """What the command has said when it says `word`."""
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if word in line:
            return said
    raise AssertionError(said)


def _children(pid: int) -> set[int]:
    """Every process below one, however deep."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except (FileNotFoundError, ProcessLookupError):
                continue
    found, last = {pid}, 0
    while len(found) != last:
        last = len(found)
        found |= {child for child, parent in parents.items() if parent in found}
    return found - {pid}


def _gone(pids: set[int]) -> bool:
    deadline = time.monotonic() + 15
    while any(Path(f"/proc/{pid}").exists() for pid in pids):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def test_a_taken_port_is_told_at_once_with_a_way_out(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with _local(tmp_path, "--port", str(port), "--empty") as process:
            assert process.stdout is not None
            said = process.stdout.read()
            assert process.wait(PATIENCE) == 1

    assert f"Port {port} is taken" in said
    assert f"habitue local --port {port + 1}" in said
    assert "Traceback" not in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("word", ["Starting the local stack", "Loading the sample shop"])
def test_ctrl_c_while_it_starts_or_loads_ends_everything(tmp_path: Path, word: str) -> None:
    port = free_port()
    with _local(tmp_path, "--port", str(port), "--customers", "400") as process:
        _until(process, word)
        time.sleep(1.5)
        started = _children(process.pid)
        assert started
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0

    assert _gone(started)
    assert _is_free(port)
    assert not (tmp_path / "stack.json").exists()


def test_a_data_folder_keeps_the_shop_over_a_restart_and_ctrl_c_leaves_nothing(tmp_path: Path) -> None:
    port, data, state = free_port(), tmp_path / "data", tmp_path / "state"
    arguments = ("--port", str(port), "--empty", "--data", str(data))
    client = Client(url=f"http://127.0.0.1:{port}", key=KEY)
    order = {"order_id": "kept-1", "customer_id": "kept-ann", "placed_at": "2026-01-05T10:00:00Z", "currency": "GBP"}
    order["lines"] = [{"sku": "CB-101", "quantity": 2, "unit_price": 750}]  # type: ignore[assignment]
    with _local(state, *arguments) as process:
        said = _until(process, "Ctrl-C ends it.")
        assert KEY in said
        assert re.search(rf"http://127\.0\.0\.1:{port}/console", said)
        client.call("PUT", "/customers/kept-ann", {"first_name": "Ann", "email": "kept-ann@example.com"})
        client.call("PUT", "/shop", {"name": "Kept & Co"})
        client.call("POST", "/orders", order)
        _idle(client.url)
        before = client.call("GET", "/customers/kept-ann")
        assert before["stats"]["orders"] == 1
        started = _children(process.pid)
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
    assert _gone(started)
    assert _is_free(port)
    assert not (state / "stack.json").exists()

    with _local(state, *arguments) as process:
        _until(process, "Ctrl-C ends it.")
        assert client.call("GET", "/customers/kept-ann") == before
        assert client.call("GET", "/shop")["name"] == "Kept & Co"
        assert client.call("POST", "/orders", order)["result"] == "unchanged"
        told = json.loads((state / "stack.json").read_text())
        assert (told["url"], told["api_key"], told["pid"]) == (client.url, KEY, process.pid)


def _idle(url: str) -> None:
    request = urllib.request.Request(f"{url}/local/idle", method="POST")  # noqa: S310 - our own address
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        assert json.load(answer) == {"idle": True, "pending": {}}


def test_the_demo_sends_all_four_kinds_redeems_once_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What `make demo` runs, with its files elsewhere and fewer customers."""
    port = free_port()
    monkeypatch.setattr(run, "LocalOptions", partial(LocalOptions, state_dir=tmp_path))
    monkeypatch.setattr(demo, "LOCAL", tmp_path)

    demo.main(["--port", str(port), "--customers", "120"], standalone_mode=False)

    told = json.loads((tmp_path / "demo.json").read_text())
    names = ["seconds", "customers", "orders", "segments", "sent", "skipped", "unknown", "clicked", "redeemed"]
    assert sorted(told) == sorted([*names, "refused_second_redemption"])
    assert told["customers"] == 120
    assert told["orders"] > 500
    assert {"regulars", "lapsing"} < set(told["segments"])
    assert 0 < told["segments"]["regulars"] < 120
    assert set(told["sent"]) == {"birthday", "anniversary", "new_product", "exclusive_offer"}
    assert all(count > 0 for count in told["sent"].values())
    assert all(count > 0 for count in told["skipped"].values())
    assert (told["unknown"], told["clicked"], told["redeemed"]) == (0, 1, 1)
    assert told["refused_second_redemption"] is True
    assert "written to" in capsys.readouterr().out
    assert _is_free(port)
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5)
