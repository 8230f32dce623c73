"""What `--data DIR` keeps, and that nothing is kept without it."""

from pathlib import Path

import pytest

from chalicelib.local.checks import LocalModeError
from chalicelib.local.kept import keep


def test_without_a_data_folder_the_clock_of_an_earlier_run_is_forgotten(tmp_path: Path) -> None:
    (tmp_path / "clock").write_text("86400")

    kept = keep(None, tmp_path)

    assert kept.is_new
    assert (kept.mailbox_file, kept.emulator_port) == (None, None)
    assert not kept.clock_file.exists()


def test_a_data_folder_keeps_the_clock_the_mails_and_the_port_that_queue_addresses_hold(tmp_path: Path) -> None:
    first = keep(tmp_path / "data", tmp_path)
    first.clock_file.write_text("86400")

    second = keep(tmp_path / "data", tmp_path)

    assert (first.is_new, second.is_new) == (True, False)
    assert second.emulator_port == first.emulator_port
    assert second.clock_file.read_text() == "86400"
    assert second.mailbox_file == tmp_path / "data" / "mails.jsonl"


def test_a_folder_with_something_else_in_it_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")

    with pytest.raises(LocalModeError, match="is not empty and holds no data of a local stack"):
        keep(tmp_path, tmp_path)

    assert [file.name for file in tmp_path.iterdir()] == ["letter.txt"]
