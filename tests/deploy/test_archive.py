"""The deployment zip is small, complete, and the same bytes for the same content."""

import importlib.util
import sys
import zipfile
from pathlib import Path

from chalicelib.deploy.archive import missing, rewrite

WHOLE = (
    "app.py",
    "chalicelib/__init__.py",
    "chalicelib/wiring.py",
    "chalice/app.py",
    "babel/global.dat",
    "templates/email/birthday.mjml",
    "pyyaml-6.0.3.dist-info/METADATA",
)


def _zip(path: Path, *names: str, year: int = 2026) -> Path:
    with zipfile.ZipFile(path, "w") as zipped:
        for name in names:
            zipped.writestr(zipfile.ZipInfo(name, (year, 1, 1, 0, 0, 0)), name)
    return path


def _names(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as zipped:
        return zipped.namelist()


def test_only_the_locales_of_the_service_stay(tmp_path: Path) -> None:
    locales = [
        f"babel/locale-data/{name}.dat" for name in ("root", "en", "en_GB", "de_AT", "nl", "nn", "ptx", "zh_Hant")
    ]

    rewrite(_zip(tmp_path / "old.zip", *locales), tmp_path / "new.zip", leave_out=())

    assert _names(tmp_path / "new.zip") == [
        f"babel/locale-data/{name}.dat" for name in ("de_AT", "en", "en_GB", "nl", "root")
    ]


def test_tools_and_compiled_files_are_left_out(tmp_path: Path) -> None:
    names = (
        "app.py",
        "chalicelib/local/front.py",
        "chalicelib/localities.py",
        "x/__pycache__/a.py",
        "y.pyc",
        "z.dist-info/RECORD",
    )

    rewrite(_zip(tmp_path / "old.zip", *names), tmp_path / "new.zip", leave_out=("chalicelib/local/",))

    assert [name for name in _names(tmp_path / "new.zip") if name.endswith(".py")] == [
        "app.py",
        "chalicelib/localities.py",
    ]


def test_bytecode_lies_beside_its_source_and_is_valid_without_looking_at_it(tmp_path: Path) -> None:
    """A cold start compiles nothing: the flags 0b01 say "by hash, unchecked", as PEP 552 has it."""
    rewrite(_zip(tmp_path / "old.zip", "app.py", "x/__pycache__/a.py", "bad.txt"), tmp_path / "new.zip", leave_out=())

    compiled = f"__pycache__/app.{sys.implementation.cache_tag}.pyc"
    assert _names(tmp_path / "new.zip") == [compiled, "app.py", "bad.txt"]
    with zipfile.ZipFile(tmp_path / "new.zip") as zipped:
        assert zipped.read(compiled)[:8] == importlib.util.MAGIC_NUMBER + b"\x01\0\0\0"


def test_equal_content_gives_equal_bytes_whatever_its_order_and_time(tmp_path: Path) -> None:
    rewrite(_zip(tmp_path / "a.zip", "one", "two.so"), tmp_path / "a2.zip", leave_out=())
    rewrite(_zip(tmp_path / "b.zip", "two.so", "one", year=2001), tmp_path / "b2.zip", leave_out=())

    assert (tmp_path / "a2.zip").read_bytes() == (tmp_path / "b2.zip").read_bytes()


def test_a_missing_wheel_another_version_and_a_missing_file_are_named(tmp_path: Path) -> None:
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("# a comment\nPyYAML==6.0.3\nmjml-python==1.4.2 ; python_version > '3'\nBabel==2.18.0\n")
    package = _zip(tmp_path / "p.zip", *WHOLE[1:], "mjml_python-1.4.1.dist-info/METADATA")

    assert missing(package, requirements) == ["app.py", "mjml-python==1.4.2", "Babel==2.18.0"]


def test_a_whole_package_lacks_nothing(tmp_path: Path) -> None:
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("PyYAML==6.0.3\n")

    assert missing(_zip(tmp_path / "p.zip", *WHOLE), requirements) == []


def test_a_package_without_templates_is_noticed(tmp_path: Path) -> None:
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("")
    package = _zip(tmp_path / "p.zip", *[name for name in WHOLE if "templates" not in name])

    assert missing(package, requirements) == ["templates/"]
