"""What a local stack keeps between runs, and where: all below `--data DIR`, or nothing."""

import json
from dataclasses import dataclass
from pathlib import Path

from chalicelib.local.checks import LocalModeError, free_port


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The files of one local stack."""

    is_new: bool  # there is no data yet
    clock_file: Path
    mailbox_file: Path | None  # the mails of the SES stand-in; None keeps them in memory
    emulator_port: int | None  # kept: queue addresses that the data holds have it in them


def keep(data_dir: Path | None, state_dir: Path) -> Kept:
    """Prepare the files of a run. Without a data folder, nothing of an earlier run is used.

    Raises:
        LocalModeError: the folder holds something else.
    """
    if data_dir is None:
        clock_file = state_dir / "clock"
        clock_file.unlink(missing_ok=True)
        return Kept(is_new=True, clock_file=clock_file, mailbox_file=None, emulator_port=None)
    mark = data_dir / "habitue.json"
    is_new = not mark.exists()
    if is_new and data_dir.exists() and any(data_dir.iterdir()):
        raise LocalModeError(f"{data_dir} is not empty and holds no data of a local stack. Choose an empty folder.")
    data_dir.mkdir(parents=True, exist_ok=True)
    if is_new:
        mark.write_text(json.dumps({"emulator_port": free_port()}) + "\n")
    return Kept(
        is_new=is_new,
        clock_file=data_dir / "clock",
        mailbox_file=data_dir / "mails.jsonl",
        emulator_port=json.loads(mark.read_text())["emulator_port"],
    )
