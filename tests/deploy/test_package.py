"""When the application is packaged anew, and what a failed packaging says."""

import shutil
from pathlib import Path

import pytest

from chalicelib.deploy.package import PackageError, package, source_digest
from chalicelib.deploy.places import ROOT


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project's sources."""
    root = tmp_path / "project"
    skipped = shutil.ignore_patterns("__pycache__", "local")
    for name in ("chalicelib", "templates", ".chalice", "infra", "vendor"):
        shutil.copytree(ROOT / name, root / name, symlinks=True, ignore=skipped)
    for name in ("app.py", "requirements.txt"):
        shutil.copy(ROOT / name, root / name)
    return root


@pytest.mark.parametrize(
    "name",
    ["app.py", "chalicelib/wiring.py", ".chalice/policy-plan.json", ".chalice/config.json", "infra/resources.yaml",
     "requirements.txt", "chalicelib/deploy/archive.py", "templates/new.html"],
)  # fmt: skip
def test_a_changed_source_changes_the_digest(project: Path, name: str) -> None:
    before = source_digest(project, "local")

    with (project / name).open("a") as file:
        file.write("\n")

    assert source_digest(project, "local") != before


@pytest.mark.parametrize(
    "name", ["chalicelib/local/new.py", "chalicelib/cli.py", "chalicelib/__pycache__/x.pyc", "README.md"]
)
def test_what_is_not_packaged_changes_nothing(project: Path, name: str) -> None:
    before = source_digest(project, "local")

    (project / name).parent.mkdir(exist_ok=True)
    (project / name).write_text("x")

    assert source_digest(project, "local") == before


def test_a_renamed_file_changes_the_digest(project: Path) -> None:
    before = source_digest(project, "local")

    (project / "chalicelib" / "wiring.py").rename(project / "chalicelib" / "wiring2.py")

    assert source_digest(project, "local") != before


def test_an_unchanged_project_is_not_packaged_again(project: Path, tmp_path: Path) -> None:
    folder = tmp_path / "build" / "local" / source_digest(project, "local")
    folder.mkdir(parents=True)
    for name in ("deployment.zip", "template.json"):
        (folder / name).write_text("as it was")

    made = package("local", root=project, build=tmp_path / "build")

    assert made.zip.read_text() == made.template.read_text() == "as it was"


def test_what_chalice_says_of_a_broken_application_is_told_and_nothing_is_left_to_deploy(
    project: Path, tmp_path: Path
) -> None:
    (project / "app.py").write_text("import nothing_of_that_name\n")

    with pytest.raises(PackageError, match="nothing_of_that_name"):
        package("local", root=project, build=tmp_path / "build")

    assert [path.name for path in (tmp_path / "build" / "local").iterdir()] == ["lock"]
