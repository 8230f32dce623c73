"""The shipped templates as Chromium lays them out: facts, not pixels, as fonts differ from machine to machine.

`make pictures` draws the same mails into docs/templates, for people to look at.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain.colours import contrast, luminance
from chalicelib.domain.templates import CompiledTemplate
from chalicelib.email.renderer import JinjaRenderer
from chalicelib.email.samples import little_known
from chalicelib.local.library_mails import SHOP, sample_variables
from chalicelib.local.library_pictures import VIEWS, shown
from tests.fakes.compiler import LIBRARY, shipped_templates

LONG = "Donaudampfschifffahrtsgesellschaftskapitänskajütentürschlüssel"
BRAND = {
    "colour": "#ffd400",
    "logo_url": "https://images.example.com/products/CB-110.svg",
    "font": "'Open Sans', Verdana, sans-serif",
}
PEOPLE = ("known", "long", "stranger")
WAYS = [(locale, who, *view) for locale in ("en", "de") for who in PEOPLE for view in VIEWS]
# Each template once as a stranger sees it at night on a phone, once with the longest words; the other ways are slow.
QUICK = {("en", "stranger", 390, "dark"), ("de", "long", 390, "light")}
CASES = [
    pytest.param(name, *way, marks=() if way in QUICK else pytest.mark.slow)
    for name in sorted({name for name, _ in LIBRARY.sources()})
    for way in WAYS
]
FACTS = (Path(__file__).parent / "layout_facts.js").read_text(encoding="utf-8").partition("\n")[2]


def long_words(variables: dict[str, Any]) -> dict[str, Any]:
    """The same mail with words that have no place to break."""
    product = {**variables["picks"](1)[0], "name": f"{LONG} {LONG}", "brand": LONG, "compare_at_price": 10**9}
    told = {"headline": LONG, "message": LONG * 3, "link": "https://shop.example.com", "link_label": LONG}
    gift = {"benefit": {"kind": "gift", "name": LONG}, "words": f"{LONG}, {LONG}"}
    return {
        **variables,
        "customer": {**variables["customer"], "first_name": LONG, "top_categories": [LONG], "attributes": told},
        "offer": {**variables["offer"], **gift} if variables["offer"] else None,
        "products": [{**product, "stock": 3}] * 2,
        "picks": lambda count, by="favourites": [product] * count,
        "tier": {"name": LONG},
        "points": {"balance": 123_456_789},
    }


def variables_of(name: str, locale: str, who: str) -> dict[str, Any]:
    if who == "known":
        return sample_variables(name, locale)
    if who == "long":
        return long_words(sample_variables(name, locale, replace(SHOP, name=LONG, brand=BRAND)))
    return {**little_known(), "locale": locale}


@pytest.fixture(scope="module")
def shipped() -> dict[tuple[str, str], CompiledTemplate]:
    return shipped_templates()


@pytest.mark.parametrize(("name", "locale", "who", "width", "scheme"), CASES)
def test_a_shipped_mail_is_laid_out_well(browser, shipped, name, locale, who, width, scheme):
    """No sideways scrolling, every text can be read, every picture is there, every button fits a thumb."""
    _, html, _ = JinjaRenderer().render(shipped[name, locale], variables_of(name, locale, who))
    with shown(browser, html, width, scheme) as page:
        facts = page.evaluate(FACTS)

    assert facts["scrolled"] <= 0
    assert [text for text in facts["texts"] if text["left"] < 0 or text["right"] > width] == []
    assert [text for text in facts["texts"] if text["size"] < 13] == []
    assert [text for text in facts["texts"] if not legible(text)] == []
    assert len(facts["texts"]) >= 5
    assert facts["headings"] >= 1
    assert [image for image in facts["images"] if not (image["loaded"] and image["width"] >= 60 and image["alt"])] == []
    assert [image for image in facts["images"] if image["left"] < 0 or image["right"] > width] == []
    assert [button for button in facts["buttons"] if button["height"] < 44 or button["width"] < 44] == []
    assert (luminance(facts["page"]) < 0.1) == (scheme == "dark")


def legible(text: dict[str, Any]) -> bool:
    """WCAG 2.2, contrast (minimum): 3 to 1 is enough for large text."""
    large = text["size"] >= 24 or (text["bold"] and text["size"] >= 18.66)
    return contrast(text["colour"], text["ground"]) >= (3 if large else 4.5)
