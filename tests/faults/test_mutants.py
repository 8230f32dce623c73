"""Each fault of `mutants.py` is noticed by the tests that it names: what they cannot see, they cannot guard."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from chalicelib.deploy.places import ROOT
from tests.faults.mutants import MUTANTS, Mutant

COPIED = ("app.py", "chalicelib", "templates", "tests", "infra", "vendor", ".chalice", "pyproject.toml")
TESTS_FAILED = 1  # https://docs.pytest.org/en/stable/reference/exit-codes.html
names = [mutant.name for mutant in MUTANTS]


@pytest.mark.parametrize("mutant", MUTANTS, ids=names)
def test_each_mutant_changes_what_is_there_once(mutant: Mutant) -> None:
    assert (ROOT / mutant.file).read_text().count(mutant.old) == 1
    assert all((ROOT / killer).exists() for killer in mutant.killers)


def test_the_documentation_lists_them() -> None:
    told = (ROOT / "docs" / "testing.md").read_text()
    assert [name for name in names if f"- {name}" not in told] == []
    assert len(set(names)) == len(names) >= 12


@pytest.mark.slow
@pytest.mark.parametrize("mutant", MUTANTS, ids=names)
def test_the_suite_kills_each_mutant(mutant: Mutant, tmp_path: Path) -> None:
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tmp_path / name, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, tmp_path / name)
    (tmp_path / ".local").mkdir()
    (tmp_path / ".local" / "ministack").symlink_to(ROOT / ".local" / "ministack")
    file = tmp_path / mutant.file
    file.write_text(file.read_text().replace(mutant.old, mutant.new))

    assert any(_run(tmp_path, killer) == TESTS_FAILED for killer in mutant.killers), "it lives"


def _run(project: Path, killer: str) -> int:
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-m", "not slow", "-p", "no:cacheprovider", killer]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV"))}
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode in {0, TESTS_FAILED}, done.stdout[-2000:] + done.stderr[-2000:]
    return done.returncode
