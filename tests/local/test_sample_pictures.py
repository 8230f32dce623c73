import xml.etree.ElementTree as ET

import pytest

from chalicelib.local.sample.catalogue import CATEGORIES
from chalicelib.local.sample_pictures import product_picture, sample_picture

SVG = "{http://www.w3.org/2000/svg}"


def skus() -> list[str]:
    starts = zip(("CB", "ES", "BT", "GT", "HT", "BG"), range(101, 701, 100), strict=True)
    return [f"{start}-{first + number}" for start, first in starts for number in range(10)]


def test_each_of_the_sixty_products_has_a_well_formed_picture_of_its_own() -> None:
    pictures = {sku: sample_picture(sku) or "" for sku in skus()}

    assert {ET.fromstring(picture).tag for picture in pictures.values()} == {f"{SVG}svg"}  # noqa: S314 - our own text
    assert len(set(pictures.values())) == 60


def test_an_unknown_sku_has_no_picture() -> None:
    assert sample_picture("XX-1") is None
    assert sample_picture("../../etc/passwd") is None


def test_the_categories_are_drawn_apart() -> None:
    assert len({product_picture("CB-101", category, "Same name") for category in CATEGORIES}) == 6


@pytest.mark.parametrize("category", [*CATEGORIES, "no such category"])
def test_a_name_with_markup_is_shown_as_text(category: str) -> None:
    picture = product_picture("CB-101", category, '<script>alert("1")</script> & co')

    root = ET.fromstring(picture)  # noqa: S314 - our own text
    assert root.findtext(f"{SVG}title") == '<script>alert("1")</script> & co'
    assert root.findall(f".//{SVG}script") == []
    assert [found.text for found in root.iter(f"{SVG}text")] == ["<script>ale"]


def test_a_picture_asks_for_nothing_from_elsewhere() -> None:
    for sku in skus():
        rest = (sample_picture(sku) or "").replace('xmlns="http://www.w3.org/2000/svg"', "")
        assert "http" not in rest
        assert "href" not in rest
        assert len(rest) < 3000
