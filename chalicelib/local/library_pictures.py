"""Draws every shipped template as a sheet of four views into docs/templates: `make pictures`.

Chromium renders them, with the fonts of this machine; the drawings of the sample shop stand for photographs.
"""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from chalicelib.email.compiler import MjmlCompiler
from chalicelib.email.library import Library
from chalicelib.email.renderer import JinjaRenderer
from chalicelib.local.library_mails import sample_variables
from chalicelib.local.sample_pictures import sample_picture
from chalicelib.local.sample_shop import IMAGE_BASE

VIEWS = [(width, scheme) for width in (600, 390) for scheme in ("light", "dark")]  # from left to right on a sheet
DOCS = Path(__file__).parents[2] / "docs"
FOLDER = DOCS / "templates"
# What stands beside each other in README.md: the upper parts of these on a phone.
ROW = (("welcome", "light"), ("exclusive-offer", "light"), ("birthday", "dark"), ("points-expiring", "light"))
_ROW_HEIGHT = 860
_HEIGHT = 600  # of the window; the picture is as long as the mail
_GAP = 24
_GROUND = "#8d8a86"
_COLOURS = 160  # of a sheet: flat drawings and text need no more, and the file is a third
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def main() -> int:
    """Write a sheet for each template, and the row of README.md; 1 where there is no Chromium."""
    program = browser_program()
    if program is None:
        sys.stderr.write(f"Pictures need Chromium; none of {', '.join(_BROWSERS)} is on the path.\n")
        return 1
    compiler, renderer, library = MjmlCompiler(), JinjaRenderer(), Library()
    FOLDER.mkdir(exist_ok=True)
    with chromium(program) as browser:
        for (name, locale), source in library.sources().items():
            template = compiler.compile(name, locale, source, None, mjml=True)
            _, html, _ = renderer.render(template, sample_variables(name, locale))
            path = FOLDER / f"{name}.{locale}.png"
            _sheet(browser, html).save(path, optimize=True)
            sys.stdout.write(f"{path.name}: {path.stat().st_size // 1024} KB\n")
    _row().save(DOCS / "images" / "library.png", optimize=True)
    return 0


def browser_program() -> str | None:
    """The path of a Chromium on this machine; None without one."""
    return next((found for name in _BROWSERS if (found := shutil.which(name))), None)


@contextmanager
def chromium(program: str) -> Iterator[Any]:
    """Playwright's browser."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - a tool of developers

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def shown(browser: Any, html: str, width: int, scheme: str) -> Iterator[Any]:
    """A page that shows a mail, `width` pixels wide in the `light` or the `dark` scheme. Nothing leaves the machine."""
    page = browser.new_page(viewport={"width": width, "height": _HEIGHT}, color_scheme=scheme)
    page.route("**/*", _answer)
    page.set_content(html, wait_until="load")
    yield page
    page.close()


def _answer(route: Any) -> None:
    url = route.request.url
    picture = sample_picture(Path(url).stem) if url.startswith(IMAGE_BASE) else None
    if picture is None:
        route.abort()
    else:
        route.fulfill(body=picture, content_type="image/svg+xml")


def _sheet(browser: Any, html: str) -> Image.Image:
    views = []
    for width, scheme in VIEWS:
        with shown(browser, html, width, scheme) as page:
            shot = page.screenshot(full_page=True)
        views.append(Image.open(BytesIO(shot)).convert("RGB"))
    size = sum(view.width for view in views) + _GAP * (len(views) + 1), max(view.height for view in views) + 2 * _GAP
    sheet, left = Image.new("RGB", size, _GROUND), _GAP
    for view in views:
        sheet.paste(view, (left, _GAP))
        left += view.width + _GAP
    return sheet.quantize(_COLOURS, dither=Image.Dither.NONE)


def _row() -> Image.Image:
    """A look at a few of the sheets, in English."""
    width = VIEWS[-1][0]
    row = Image.new("RGB", ((width + _GAP) * len(ROW) + _GAP, _ROW_HEIGHT + 2 * _GAP), _GROUND)
    for place, (name, scheme) in enumerate(ROW):
        before = VIEWS[: VIEWS.index((width, scheme))]
        left = sum(view_width + _GAP for view_width, _ in before) + _GAP
        with Image.open(FOLDER / f"{name}.en.png") as sheet:
            view = sheet.convert("RGB").crop((left, _GAP, left + width, _GAP + _ROW_HEIGHT))
        row.paste(view, (_GAP + place * (width + _GAP), _GAP))
    return row.quantize(_COLOURS, dither=Image.Dither.NONE)


if __name__ == "__main__":
    sys.exit(main())
