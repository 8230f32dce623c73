"""A brand of any colour gives colours that can be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.colours import (
    CARD_IN_THE_DARK,
    DEFAULT_COLOUR,
    brand_colours,
    contrast,
    mixed,
    readable_on,
    six_digits,
)

COLOURS = st.tuples(*[st.integers(0, 255)] * 3).map(lambda channels: "#{:02x}{:02x}{:02x}".format(*channels))


@given(colour=COLOURS)
def test_whatever_the_brand_its_text_can_be_read_wherever_it_may_stand(colour):
    brand = brand_colours(colour)

    assert brand["colour"] == colour
    assert contrast(brand["on_colour"], colour) >= 4.5
    for ground in ("#ffffff", brand["tint"]):
        assert contrast(brand["on_light"], ground) >= 4.5
        assert contrast("#2b2521", ground) >= 4.5  # the shipped templates' text
        assert contrast("#635b53", ground) >= 4.5  # and what is quiet in them
    for ground in (CARD_IN_THE_DARK, brand["shade"]):
        assert contrast(brand["on_dark"], ground) >= 4.5
        assert contrast("#f4efe8", ground) >= 4.5
        assert contrast("#c4bbb1", ground) >= 4.5


@pytest.mark.parametrize(
    ("colour", "on_colour", "on_light", "on_dark"),
    [
        ("#1f5c4d", "#ffffff", "#1f5c4d", "#37a48a"),  # dark enough as it is
        ("#ffd400", "#000000", "#806a00", "#ffd400"),  # light enough as it is
        ("#000000", "#ffffff", "#000000", "#8c8c8c"),
        ("#ffffff", "#000000", "#737373", "#ffffff"),
    ],
)
def test_a_colour_changes_only_as_far_as_it_must(colour, on_colour, on_light, on_dark):
    brand = brand_colours(colour)

    assert (brand["on_colour"], brand["on_light"], brand["on_dark"]) == (on_colour, on_light, on_dark)


@pytest.mark.parametrize(("written", "read"), [("#ABC", "#aabbcc"), ("#7A3E2B", "#7a3e2b"), ("red", DEFAULT_COLOUR)])
def test_a_colour_has_six_small_digits(written, read):
    assert six_digits(written) == read


@pytest.mark.parametrize(("colour", "on"), [("#000000", "#ffffff"), ("#ffd400", "#000000"), ("#7a3e2b", "#ffffff")])
def test_text_on_a_colour_is_black_or_white(colour, on):
    assert readable_on(colour) == on


def test_a_mix_lies_between_its_colours():
    assert mixed("#000000", "#ff8040", 0.5) == "#804020"
    assert mixed("#123456", "#ffffff", 0) == "#123456"
