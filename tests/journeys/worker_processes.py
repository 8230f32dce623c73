"""The processes in which the local AWS runs the functions, found by what they were started with."""

from collections.abc import Iterator
from pathlib import Path

from chalicelib.local.session import LocalStack


def worker_processes(stack: LocalStack) -> Iterator[tuple[int, str, dict[str, str]]]:
    """(process id, command line, fields of /proc/<id>/status) of each that lives now."""
    emulator = stack.emulator._process
    assert emulator is not None
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal():
            continue
        try:
            command = (entry / "cmdline").read_bytes().decode()
            status = dict(line.split(":", 1) for line in (entry / "status").read_text().splitlines())
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(status["PPid"]) == emulator.pid:
            yield int(entry.name), command, status
