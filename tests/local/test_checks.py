"""What is missing on a machine is said in one sentence with the mend."""

import socket
from pathlib import Path

import pytest

from chalicelib.local.checks import LocalModeError, check_ministack, check_port, check_python, free_port


@pytest.mark.parametrize("version", [(3, 11), (3, 12), (3, 14)])
def test_a_new_enough_python_passes(version: tuple[int, int]) -> None:
    check_python(version)


def test_an_old_python_is_named_with_the_mend() -> None:
    with pytest.raises(LocalModeError, match=r"Python 3\.10 is too old: 3\.11 or newer .* delete \.venv"):
        check_python((3, 10))


def test_a_free_port_passes() -> None:
    check_port(free_port())


def test_a_taken_port_is_named_with_another_one_to_try() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(LocalModeError, match=rf"Port {port} is taken .* PORT={port + 1}"):
            check_port(port)


@pytest.mark.parametrize("made", ["nothing", "half"])
def test_a_missing_or_half_made_emulator_is_named_with_the_mend(tmp_path: Path, made: str) -> None:
    python = tmp_path / "ministack" / "bin" / "python"
    if made == "half":
        python.parent.mkdir(parents=True)
        python.touch()

    with pytest.raises(LocalModeError, match=r"ministack is missing or half made: run `make setup`"):
        check_ministack(python)


def test_a_whole_emulator_passes(tmp_path: Path) -> None:
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.touch()
    (tmp_path / ".complete").touch()

    check_ministack(python)
