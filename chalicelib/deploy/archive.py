"""What the deployment zip holds: which files are cut, what must not be missing, equal bytes for equal content."""

import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

# Babel brings every locale of the world, two thirds of the zip. The service speaks these; root is their common base.
LOCALES = ("root", "en", "de", "fr", "es", "it", "nl")
_LOCALE_FILE = re.compile(r"babel/locale-data/([A-Za-z]+)[^/]*\.dat")
_CUT = re.compile(r"(^|/)__pycache__/|\.pyc$|\.dist-info/(RECORD|INSTALLER|REQUESTED|direct_url\.json)$")
_SAME_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can say
_OURS = ("app.py", "chalicelib/__init__.py", "chalicelib/wiring.py", "chalice/app.py", "babel/global.dat")
_REQUIREMENT = re.compile(r"([A-Za-z0-9._-]+)==([^\s;#]+)")


def rewrite(source: Path, target: Path, *, leave_out: tuple[str, ...]) -> None:
    """Copy a zip without what Lambda does not need, in order and with fixed times: equal content, equal bytes.

    What is Python is compiled beside its source: a cold start would do it each time, as Lambda's disk is read-only.

    Args:
        leave_out: names, or beginnings of names, that are not copied.
    """
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        with zipfile.ZipFile(source) as old:
            wanted = {name for name in old.namelist() if not name.endswith("/") and _is_needed(name, leave_out)}
            old.extractall(folder, sorted(wanted))
        _compile_all(folder)
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
            for path in sorted(path for path in folder.rglob("*") if path.is_file()):
                entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), _SAME_TIME)
                entry.external_attr = (0o755 if path.suffix == ".so" else 0o644) << 16
                entry.compress_type = zipfile.ZIP_DEFLATED
                new.writestr(entry, path.read_bytes())


def _compile_all(folder: Path) -> None:
    """The templates and the bytecode at the same time, each in a process of its own: they share nothing but sources."""
    templates = _compiling_templates(folder)
    _compile(folder)
    if templates and (code := templates.wait()):
        raise subprocess.CalledProcessError(code, templates.args)


def _compile(folder: Path) -> None:
    """Bytecode that is valid whatever the times of the files, the same at each run: no hash seed, no path of ours."""
    command = [sys.executable, "-m", "compileall", "-qq", "--invalidation-mode", "unchecked-hash", "-s", str(folder)]
    subprocess.run([*command, str(folder)], env={"PYTHONHASHSEED": "0"}, check=False)  # noqa: S603 - our own interpreter


def _compiling_templates(folder: Path) -> subprocess.Popen[bytes] | None:
    """What ships is compiled by the code that ships, over the libraries of this machine: the zip's are Linux's."""
    if not (folder / "chalicelib" / "email" / "ready.py").exists():
        return None
    code = "import sys; sys.path.append(sys.argv[1]); from chalicelib.email.ready import write_ready as write; "
    code += "from pathlib import Path; write(Path(sys.argv[1]) / 'templates')"
    return subprocess.Popen([sys.executable, "-I", "-B", "-c", code, str(folder)])  # noqa: S603 - our own code


def missing(package: Path, requirements: Path) -> list[str]:
    """What the zip should hold and does not: our own files, and each pinned requirement at its version."""
    with zipfile.ZipFile(package) as zipped:
        names = set(zipped.namelist())
    folders = {name.split("/", 1)[0].lower() for name in names if "/" in name}
    absent = [name for name in _OURS if name not in names]
    if not any(name.startswith("templates/") for name in names):
        absent.append("templates/")
    return absent + [pin for pin, folder in _pinned(requirements) if folder not in folders]


def _is_needed(name: str, leave_out: tuple[str, ...]) -> bool:
    locale = _LOCALE_FILE.fullmatch(name)
    if locale:
        return locale[1] in LOCALES
    return not (name.startswith(leave_out) or _CUT.search(name))


def _pinned(requirements: Path) -> Iterable[tuple[str, str]]:
    """(`name==version`, the folder that its wheel leaves in the zip) for each requirement."""
    for line in requirements.read_text().splitlines():
        if found := _REQUIREMENT.match(line):
            name, version = found.groups()
            yield f"{name}=={version}", f"{re.sub(r'[-_.]+', '_', name).lower()}-{version}.dist-info"
