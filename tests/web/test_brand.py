import pytest

from chalicelib.domain.colours import DEFAULT_COLOUR
from chalicelib.web.brand import brand_css


@pytest.mark.parametrize(
    ("colour", "on"),
    [("#000000", "#ffffff"), ("#ffffff", "#000000"), ("#ffd400", "#000000"), ("#7a3e2b", "#ffffff")],
)
def test_text_on_the_brand_is_black_or_white_whichever_can_be_read(colour, on):
    assert brand_css({"colour": colour}) == f":root{{--brand:{colour};--on-brand:{on};}}"


def test_three_digits_are_written_out():
    assert "--brand:#aabbcc;" in brand_css({"colour": "#ABC"})


@pytest.mark.parametrize("colour", ["red", "#12", "#1234567", "#fff;}body{display:none", "", "#ggg"])
def test_what_is_no_colour_falls_back_and_never_reaches_the_sheet(colour):
    assert brand_css({"colour": colour}).startswith(f":root{{--brand:{DEFAULT_COLOUR};")


@pytest.mark.parametrize("font", ["Georgia}body{display:none", "url(//evil)", "a" * 121, "</style>"])
def test_what_is_no_font_name_never_reaches_the_sheet(font):
    assert "--font" not in brand_css({"font": font})


def test_a_font_is_put_before_our_own():
    assert '--font:"Iowan Old Style", serif,system-ui,sans-serif;' in brand_css({"font": '"Iowan Old Style", serif'})
