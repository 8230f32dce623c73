"""How MiniStack is started, asked and stopped: one process group of its own, on 127.0.0.1, in its own environment."""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chalicelib.local.checks import LocalModeError, free_port
from chalicelib.local.local_aws import ACCESS_KEY, REGION, SECRET_KEY, client

LAUNCHER = Path(__file__).with_name("launch_ministack.py")
START_SECONDS = 30.0
STOP_SECONDS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class EmulatorState:
    """What the local AWS still has to do."""

    queues: dict[str, int]  # queue name -> messages, hidden and delayed ones too
    streams: dict[str, int]  # function name -> stream records it has not read
    running: dict[str, int]  # function name -> invocations that run now
    started: int  # invocations since the start


class Emulator:
    """One MiniStack process.

    Args:
        python: the interpreter of MiniStack's environment.
        log: the file its output goes to.
        data_dir: where its state survives a regular stop; None keeps nothing.
        port: the port it listens on; None finds a free one.
        enforce_policies: refuse what a function's role does not allow, as AWS does. Costs about half the speed.
    """

    def __init__(
        self,
        python: Path,
        log: Path,
        *,
        data_dir: Path | None = None,
        port: int | None = None,
        enforce_policies: bool = False,
    ) -> None:
        self.port = port or free_port()
        self.endpoint = f"http://127.0.0.1:{self.port}"
        self._python, self._log, self._data_dir, self._enforce = python, log, data_dir, enforce_policies
        self._process: subprocess.Popen[bytes] | None = None
        self._scratch: Path | None = None

    def start(self) -> "Emulator":
        """Start it and wait until it answers. Raises LocalModeError with the end of its log."""
        self._scratch = Path(tempfile.mkdtemp(prefix="habitue-"))
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with self._log.open("wb") as output:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and script
                [str(self._python), "-P", str(LAUNCHER)],  # -P: our modules are not to stand in for its own
                stdin=subprocess.PIPE,  # its end is the launcher's sign to stop
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self._environment(self._scratch),
                start_new_session=True,  # a group of its own: the functions it starts stop with it
            )
        try:
            self._wait_until_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Let it save its state, then end its whole process group and remove its scratch files. Repeatable."""
        if self._process is not None:
            end_group(self._process, STOP_SECONDS)
            self._process = None
        if self._scratch is not None:
            shutil.rmtree(self._scratch, ignore_errors=True)
            self._scratch = None

    def state(self) -> EmulatorState:
        """What is queued, unread and running now."""
        with urllib.request.urlopen(f"{self.endpoint}/_local/state", timeout=10) as answer:  # noqa: S310
            return EmulatorState(**json.load(answer))

    def client(self, service: str) -> Any:
        """A boto3 client of one service of this emulator."""
        return client(service, self.endpoint)

    def log_tail(self, lines: int = 15) -> str:
        """The last lines of the log."""
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-lines:])

    def _environment(self, scratch: Path) -> dict[str, str]:
        # Nothing is handed down from our own environment: functions would inherit it (proxies, profiles, settings).
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        persistence = {"PERSIST_STATE": "1", "S3_PERSIST": "1"} if self._data_dir else {}
        state = self._data_dir or scratch
        return kept | persistence | {
            "BIND_HOST": "127.0.0.1",
            "MINISTACK_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self.port),
            "MINISTACK_REGION": REGION,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AUTH": "true" if self._enforce else "false",
            "STATE_DIR": str(state / "state"),
            "S3_DATA_DIR": str(state / "s3"),
            "TMPDIR": str(scratch),
            "LAMBDA_ASYNC_RETRY_BASE_SECONDS": "0.2",  # AWS waits a minute
            "SFTP_ENABLED": "0",
            "IOT_MTLS_ENABLED": "0",
            "DOCKER_HOST": "unix:///nonexistent",
            "PYTHONDONTWRITEBYTECODE": "1",
        }  # fmt: skip

    def _wait_until_ready(self) -> None:
        assert self._process is not None  # noqa: S101 - start() has just set it
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise LocalModeError(f"MiniStack ended at once. The end of {self._log}:\n{self.log_tail()}")
            try:
                self.state()
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.05)
            else:
                return
        raise LocalModeError(f"MiniStack did not answer in {START_SECONDS:.0f} s. See {self._log}.")


def end_group(process: subprocess.Popen[bytes], patience: float) -> None:
    """Ask a process to end, wait up to `patience` seconds, then kill what is left of its process group."""
    if process.stdin is not None:
        process.stdin.close()
    process.terminate()
    with suppress(subprocess.TimeoutExpired):  # it is killed below with the rest
        process.wait(patience)
    with suppress(ProcessLookupError):  # nothing was left
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
