"""What this machine needs before anything is started, and the sentence that says how to mend it."""

import socket
import sys
from pathlib import Path

from chalicelib.errors import HabitueError

OLDEST_PYTHON = (3, 11)


class LocalModeError(HabitueError):
    """The local stack cannot run; the message says what to do."""

    code = "local_stack"


def check_python(version: tuple[int, int] = sys.version_info[:2]) -> None:
    """Raises LocalModeError for a Python that is too old."""
    if version < OLDEST_PYTHON:
        raise LocalModeError(
            f"Python {version[0]}.{version[1]} is too old: 3.11 or newer is needed. "
            "Install one, delete .venv, and run make again (`make PYTHON=/path/to/python3.12` picks one)."
        )


def check_port(port: int) -> None:
    """Raises LocalModeError where another program listens on 127.0.0.1:port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise LocalModeError(
                f"Port {port} is taken ({error.strerror}). Stop the other program, or choose another port: "
                f"`make run PORT={port + 1}` or `habitue local --port {port + 1}`."
            ) from error


def check_ministack(python: Path) -> None:
    """Raises LocalModeError where the environment of the local AWS is missing or half made."""
    if not python.exists() or not (python.parents[1] / ".complete").exists():
        raise LocalModeError(f"{python.parents[1]} is missing or half made: run `make setup`, which makes it anew.")


def free_port() -> int:
    """A port of 127.0.0.1 that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
