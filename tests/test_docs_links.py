"""Whatever the documentation points at is there: links, files, make targets, pictures."""

import re
from pathlib import Path

import pytest

from chalicelib.deploy.places import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]
README = ROOT / "README.md"


def _docs() -> str:
    return "\n".join(page.read_text() for page in PAGES)


def _prose(text: str) -> str:
    """Without code blocks: an example may show what is not there."""
    return re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", NAMES)
def test_every_relative_link_leads_somewhere(name):
    page = ROOT / name
    targets = re.findall(r"\]\(([^)\s]+)\)", _prose(page.read_text()).replace("\n", " "))
    broken = []
    for target in targets:
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        found = (page.parent / path) if path else page
        if not found.exists() or (anchor and anchor not in _anchors(found)):
            broken.append(target)

    assert broken == []


@pytest.mark.parametrize("name", NAMES)
def test_every_file_that_a_page_names_exists(name):
    text = (ROOT / name).read_text()
    named = re.findall(r"`((?:chalicelib|templates|tests|infra|docs)/[\w./-]*\w)/?`", text)

    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_file_that_the_architecture_names_exists():
    text = (ROOT / "docs" / "architecture.md").read_text()
    named = re.findall(r"`((?:web|workers|services|storage|email|domain|local)/\w+\.py)`", text)

    assert len(named) > 15
    assert [path for path in named if not (ROOT / "chalicelib" / path).exists()] == []


def test_every_make_target_that_a_page_names_exists():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:`|^ +)make ([a-z][a-z-]*)", _docs(), re.MULTILINE))

    assert named >= {"run", "demo", "test", "check", "deploy"}
    assert named - targets == set()


def test_every_page_of_the_documentation_is_found_from_the_readme():
    linked = set(re.findall(r"\]\((docs/[\w./-]+\.md)\)", README.read_text()))

    assert {str(page.relative_to(ROOT)) for page in ROOT.glob("docs/*.md")} - linked == set()


def test_the_pictures_of_the_readme_are_small():
    pictures = [ROOT / path for path in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", README.read_text())]

    assert len(pictures) == 3
    assert all(picture.stat().st_size < 300_000 for picture in pictures)


def test_no_file_names_the_machine_on_which_it_was_written():
    kinds = {".py", ".md", ".yaml", ".toml", ".txt", ".mjml", ".html", ".css", ".json"}
    folders = ("chalicelib", "docs", "infra", "templates", "tests", "bench", ".chalice")
    files = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in kinds]
    texts = [path for path in [*files, *PAGES, ROOT / "app.py", ROOT / "Makefile"] if "deployments" not in path.parts]

    assert [path for path in texts if f"{ROOT}/" in path.read_text(errors="replace")] == []
