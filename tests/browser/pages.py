"""How a test opens a page, and in which sizes and colours pages are looked at."""

from typing import Any

SIZES = [(width, scheme) for width in (390, 1280) for scheme in ("light", "dark")]


def opened(browser: Any, address: str, width: int = 390, scheme: str = "light") -> tuple[Any, list[str]]:
    """A page, and everything that the browser complained about, violations of the policy among them."""
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page, complaints = context.new_page(), []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address)
    return page, complaints
