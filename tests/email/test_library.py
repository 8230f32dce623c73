"""What ships is finished: every moment, both languages, no finding, nothing from elsewhere; with and without offer."""

from pathlib import Path
from re import findall

import pytest

from chalicelib.email.library import Library
from chalicelib.email.samples import full_sample, little_known, without_offer
from chalicelib.services.mail_variables import brand_variables
from tests.email.conftest import SHIPPED

NAMES = sorted({name for name, _ in SHIPPED})
MOMENTS = {
    *(
        "welcome",
        "second-purchase",
        "birthday",
        "anniversary",
        "new-product",
        "exclusive-offer",
        "thank-you",
        "win-back",
    ),
    *("replenishment", "points-expiring", "review-request", "service-recovery", "abandoned-cart", "back-in-stock"),
    *("general", "confirm"),
}
PICTURES = Path(__file__).parents[2] / "docs" / "templates"
BENEFITS = [
    {"kind": "percent", "percent": 15},
    {"kind": "amount", "amount": 1250},
    {"kind": "free_delivery"},
    {"kind": "gift", "name": "A tin of tea"},
    {"kind": "gift", "sku": "tea-001"},
]
SHOWN = {"en": ("15% off", "£12.50 off", "Free delivery", "A tin of tea", "A gift for you")}
SHOWN["de"] = ("15\u00a0% Rabatt", "£12.50 Rabatt", "Kostenlose Lieferung", "A tin of tea", "Ein Geschenk für Sie")


def test_every_moment_has_a_template_in_english_and_german():
    assert {(name, locale) for name in MOMENTS for locale in ("en", "de")} == set(SHIPPED)


@pytest.mark.parametrize(("name", "locale"), SHIPPED)
def test_the_check_finds_nothing_in_what_ships(shipped, name, locale):
    assert shipped[name, locale].warnings == ()


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_read_the_same_variables_and_lead_to_the_same_pages(shipped, name):
    english, german = shipped[name, "en"], shipped[name, "de"]

    assert english.variables == german.variables
    assert english.links == german.links


@pytest.mark.parametrize(("name", "locale"), SHIPPED)
def test_an_offer_is_shown_with_code_end_and_button_and_left_out_where_there_is_none(workshop, shipped, name, locale):
    """M11, M33: the words are the offer's own."""
    template = shipped[name, locale]
    for benefit, words in zip(BENEFITS, SHOWN[locale], strict=True):
        offer = {**full_sample()["offer"], "benefit": benefit}
        subject, html, text = workshop.render(template, offer=offer)
        if name != "confirm":
            assert words in html
            assert words in text
            assert "7K4QX-M2PD-9WRT" in text
            assert "31 December 2026" in text
            assert "https://links.example.com/r/x" in html
    for sample in (without_offer, little_known):
        subject, html, text = workshop.renderer.render(template, {**sample(), "locale": locale})
        assert "links.example.com/r/" not in html + text
        assert subject.strip()


@pytest.mark.parametrize(("name", "locale"), SHIPPED)
def test_nothing_in_a_mail_comes_from_a_host_that_the_shop_did_not_name(workshop, shipped, name, locale):
    _, html, _ = workshop.render(shipped[name, locale])

    assert set(findall(r'(?:src|background)="https?://([^/"]+)', html)) <= {"images.example.com"}
    assert not findall(r"url\(|@import|<link|imgur|mailjet", html)


@pytest.mark.parametrize(("name", "locale"), SHIPPED)
def test_the_preheader_ends_before_the_mail_begins(workshop, shipped, name, locale):
    _, html, text = workshop.render(shipped[name, locale])
    [hidden] = findall(r'(?s)<div style="display:none[^>]*>(.*?)</div>', html)

    assert len(hidden.replace("&#8199;&#847;", "").strip()) >= 20
    assert hidden.count("&#847;") >= 60
    assert "\u034f" not in text


def test_a_brand_of_any_kind_reaches_the_mail(workshop, shipped):
    brand = brand_variables({"colour": "#FFD400", "font": "'Iowan Old Style', Georgia, serif"})
    _, html, _ = workshop.render(shipped["birthday", "en"], shop={**full_sample()["shop"], "brand": brand})

    assert "font-family:Iowan Old Style, Georgia, serif" in html
    assert "background-color:#ffd400" in html
    assert "color:#000000" in html
    assert "#1f5f4a" not in html


@pytest.mark.parametrize(("name", "locale"), SHIPPED)
def test_every_template_has_its_picture_and_its_words_in_the_documentation(name, locale):
    page = (PICTURES / "README.md").read_text(encoding="utf-8")

    assert f"## {name}\n" in page
    assert f"](./{name}.{locale}.png)" in page
    assert (PICTURES / f"{name}.{locale}.png").read_bytes().startswith(b"\x89PNG")


def test_no_picture_is_left_of_a_template_that_is_gone_and_all_of_them_are_small():
    pictures = list(PICTURES.glob("*.png"))

    assert {path.stem for path in pictures} == {f"{name}.{locale}" for name, locale in SHIPPED}
    assert sum(path.stat().st_size for path in pictures) < 6 * 1024 * 1024


def test_every_partial_is_used_and_documented():
    library = Library()
    sources = "\n".join((*library.partials.values(), *(path.read_text(encoding="utf-8") for path in _files())))
    page = (PICTURES.parent / "templates.md").read_text(encoding="utf-8")
    layouts = {name for name in library.partials if name.replace(".mjml", ".en.mjml") in library.partials}

    for name in library.partials:
        assert f"{{% include '{name}' %}}" in sources, name
        file = name.removeprefix("partials/")
        inner = name in layouts or file in ("benefit.mjml", "price.mjml") or file.startswith("offer-words.")
        assert inner or f"`{file.replace('.de.', '.en.')}`" in page, name


def _files():
    return sorted((Path(__file__).parents[2] / "templates" / "email").glob("*.mjml"))
