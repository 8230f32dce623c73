"""How the project becomes a deployable zip and a template: what Chalice builds, trimmed, checked, made repeatable."""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from chalicelib.deploy import archive
from chalicelib.deploy.places import BUILD, ROOT
from chalicelib.errors import HabitueError

# What only ever runs on a developer's machine or in CI: no handler imports it, so it is not part of the package.
NOT_PACKAGED = (
    "chalicelib/cli",
    "chalicelib/client/",
    "chalicelib/deploy/",
    "chalicelib/local/",
    "templates/web/local/",
)
SOURCES = ("app.py", "chalicelib", "templates", ".chalice/config.json", "infra/resources.yaml", "requirements.txt")
KEPT = 5  # packages of one stage
PACKAGERS = ("chalicelib/deploy/package.py", "chalicelib/deploy/archive.py")
_CHALICE = "import sys; from chalice.cli import main; sys.exit(main())"


class PackageError(HabitueError):
    """The application could not be packaged; the message holds what Chalice or pip said, and the next step."""

    code = "not_packaged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A packaged application: one zip for every function, and the template that names them."""

    zip: Path
    template: Path  # JSON; `CodeUri` still names the local zip
    digest: str  # of all that it was made from

    def load_template(self) -> dict[str, Any]:
        """The template as plain JSON values; a fresh copy at each call."""
        template: dict[str, Any] = json.loads(self.template.read_text())
        return template


def package(stage: str, *, root: Path = ROOT, build: Path = BUILD) -> Package:
    """Package the application for one stage into `<build>/<stage>/<digest>`; at once where it was packaged before.

    Raises:
        PackageError: Chalice or pip failed, or the zip lacks something that the functions need.
    """
    with _locked(build / stage):
        digest = source_digest(root, stage)
        folder = build / stage / digest
        if not folder.exists():
            _build(stage, root, folder)
            _forget_all_but_newest(build / stage)
        return Package(zip=folder / "deployment.zip", template=folder / "template.json", digest=digest)


def source_digest(root: Path, stage: str) -> str:
    """A hash over everything that decides what the package holds: sources, requirements, packager, Python."""
    digest = hashlib.sha256(f"{stage} {sys.version_info[:2]} {os.uname().machine}".encode())
    for path in _source_files(root):
        digest.update(f"\0{path.relative_to(root).as_posix()}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:32]


def _source_files(root: Path) -> list[Path]:
    files: set[Path] = {root / name for name in PACKAGERS} | set((root / ".chalice").glob("policy-*.json"))
    for name in SOURCES:
        path = root / name
        files |= {path} if path.is_file() else {file for file in path.rglob("*") if file.is_file()}
    kept = (file for file in files if file.exists() and _is_source(file.relative_to(root).as_posix()))
    return sorted(kept)


def _is_source(name: str) -> bool:
    return "__pycache__" not in name and (name in PACKAGERS or not name.startswith(NOT_PACKAGED))


def _build(stage: str, root: Path, folder: Path) -> None:
    """Build beside the other packages and take its place as a whole: a package that is there is complete."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        out, made = Path(scratch) / "chalice", Path(scratch) / "made"
        _run_chalice(stage, root, out)
        made.mkdir()
        archive.rewrite(out / "deployment.zip", made / "deployment.zip", leave_out=NOT_PACKAGED)
        template = yaml.safe_load((out / "sam.yaml").read_text())
        (made / "template.json").write_text(json.dumps(template, indent=1, sort_keys=True))
        if missing := archive.missing(made / "deployment.zip", root / "requirements.txt"):
            raise PackageError(
                f"The package lacks {', '.join(missing)}. Chalice takes wheels for Linux only: choose versions in "
                "requirements.txt that have one for this Python, then run `make package` again."
            )
        made.rename(folder)


def _forget_all_but_newest(stage: Path) -> None:
    """Keep the last packages: another run may still read one of them."""
    made = sorted((each for each in stage.iterdir() if each.is_dir()), key=lambda each: each.stat().st_mtime)
    for old in made[:-KEPT]:
        shutil.rmtree(old)


def _run_chalice(stage: str, root: Path, out: Path) -> None:
    command = [sys.executable, "-c", _CHALICE, "package", "--stage", stage]
    command += ["--merge-template", "infra/resources.yaml", str(out)]
    # Chalice asks for a region although packaging calls nothing.
    environment = {"AWS_DEFAULT_REGION": "eu-west-1"} | os.environ | {"PYTHONPATH": str(root)}
    done = subprocess.run(  # noqa: S603 - our own interpreter and arguments
        command, cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0 or not (out / "sam.yaml").exists():
        raise PackageError(f"chalice package failed:\n{(done.stdout + done.stderr).strip()}")


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One packager at a time for one stage: a test run and `make run` may meet here."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
