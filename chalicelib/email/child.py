"""How a template is compiled out of harm's way: in a child process with limits of time and memory, and no secrets.

A hostile template can exhaust the stack of the MJML compiler, which ends the process, or loop for ever; then only the
child dies. `python -m chalicelib.email.child` is the child; it reads one job and writes one answer, as JSON.
"""

import json
import os
import resource
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from chalicelib.errors import Detail, TemplateInvalid

_ROOT = str(Path(__file__).parents[2])  # where `chalicelib` is, whatever the parent was started from
CPU_SECONDS = 2
WALL_SECONDS = 20  # a busy machine may give the child little of its time
MEMORY_BYTES = 512 * 1024 * 1024
_MAX_ANSWER = 8 * 1024 * 1024  # bytes


def run_child(job: dict[str, Any]) -> dict[str, Any]:
    """The child's answer: {"template": fields}, or {"message", "details"}; where it died, what that means."""
    # S603: our own interpreter, no shell. It gets the path of imports and nothing else of our environment.
    environment = {"PYTHONPATH": os.pathsep.join([_ROOT, *filter(None, sys.path)]), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-W", "ignore", "-m", "chalicelib.email.child"]
    try:
        done = subprocess.run(  # noqa: S603
            command,
            input=json.dumps(job).encode(),
            capture_output=True,
            timeout=WALL_SECONDS,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return _died(f"took longer than {WALL_SECONDS} seconds")
    if done.returncode != 0 or len(done.stdout) > _MAX_ANSWER:
        return _died(f"needed more than {CPU_SECONDS} seconds or {MEMORY_BYTES >> 20} MB")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _died(why: str) -> dict[str, Any]:
    message = f"Compiling the template {why}. Make it smaller: fewer elements in each other, shorter loops."
    return {"message": message, "details": [asdict(Detail("line 1, column 1", message))]}


def _limit() -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + 1 + CPU_SECONDS  # what the imports took does not count
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    with suppress(ValueError, OSError):  # macOS knows this limit and refuses to set it
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _answer(job: dict[str, Any]) -> dict[str, Any]:
    from chalicelib.domain.templates import template_to_fields  # noqa: PLC0415 - the parent needs none of these
    from chalicelib.email.compilation import Job, compile_source  # noqa: PLC0415

    _limit()
    try:
        return {"template": template_to_fields(compile_source(Job(**job)))}
    except TemplateInvalid as error:
        return {"message": error.message, "details": [asdict(detail) for detail in error.details]}
    except (RecursionError, MemoryError):
        return _died(f"went too deep or needed more than {MEMORY_BYTES >> 20} MB")


if __name__ == "__main__":
    json.dump(_answer(json.load(sys.stdin)), sys.stdout)
