"""Stages of a launch: how they are read, and who belongs to which."""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.campaigns import campaign_from_fields
from chalicelib.domain.customers import Customer
from chalicelib.domain.launch_stages import LaunchStage, count_stages, go_on, go_on_text, stage_of
from chalicelib.domain.shop import Shop
from chalicelib.errors import InvalidInput

ZONE = Shop(name="K", sender="k@example.com", postal_address="1", links_url="https://l.example.com").zone
PEOPLE = [Customer(id=f"c{number}") for number in range(3000)]


def read(stages, **more):
    return campaign_from_fields("spring", {"segments": ["a"], "template": "t", "stages": stages, **more}, ZONE)


def numbers(*stages, people=PEOPLE, members=None):
    return Counter(stage_of(stages, "spring", who, members or {}) for who in people)


def test_shares_are_drawn_one_after_the_other_and_the_others_come_last():
    found = numbers(LaunchStage(share=10), LaunchStage(share=30))

    for number, share in ((1, 10), (2, 30), (3, 60)):
        expected = share / 100 * len(PEOPLE)
        assert abs(found[number] - expected) <= 4 * (expected * (1 - share / 100)) ** 0.5


def test_the_first_stage_that_fits_takes_a_person():
    ann = Customer(id="ann", country="GB", home_store="leeds")
    stages = (
        LaunchStage(segments=("staff",)),
        LaunchStage(field="home_store", values=("leeds",)),
        LaunchStage(field="country", values=("GB", "IE")),
    )

    assert numbers(*stages, people=[ann], members={"staff": lambda who: who.id == "ann"}) == {1: 1}
    assert numbers(*stages, people=[ann], members={"staff": lambda who: False}) == {2: 1}
    assert numbers(*stages, people=[Customer(id="bob", country="IE")]) == {3: 1}
    assert numbers(*stages, people=[Customer(id="cyd")]) == {4: 1}


@given(st.lists(st.integers(1, 40), min_size=1, max_size=2), st.text(min_size=1, max_size=9))
def test_everybody_is_in_exactly_one_stage_the_same_each_time(shares, who):
    stages = [LaunchStage(share=share) for share in shares]

    number = stage_of(stages, "spring", Customer(id=who), {})

    assert 1 <= number <= count_stages(stages)
    assert number == stage_of(stages, "spring", Customer(id=who), {})


def test_a_stage_for_all_others_is_missing_where_nobody_can_be_left():
    assert count_stages([LaunchStage(share=40), LaunchStage(share=60)]) == 2
    assert set(numbers(LaunchStage(share=40), LaunchStage(share=60))) == {1, 2}
    assert read([{"share": 40}, {"share": 60}]).later_parts == ("stage-2",)
    assert read([{"share": 40}]).later_parts == ("stage-2",)
    assert read([{"field": "country", "in": ["GB"]}, {"share": 100}]).later_parts == ("stage-2",)


@pytest.mark.parametrize(
    "stage",
    [
        {},
        {"share": 0},
        {"share": 10, "segments": ["a"]},
        {"field": "country"},
        {"in": ["GB"]},
        {"field": "email", "in": ["a"]},
        {"field": "country", "in": []},
        {"share": 10, "in": ["GB"]},
        {"share": 10, "colour": "red"},
    ],
)
def test_a_stage_that_says_not_who_is_refused(stage):
    with pytest.raises(InvalidInput, match="stages\\[0\\]"):
        read([stage])


@pytest.mark.parametrize(
    ("stages", "message"),
    [
        ([], "must be 1 to 8"),
        ([{"share": 1}] * 10, "must be 1 to 8"),
        ([{"share": 60}, {"share": 41}], "100 percent together at most"),
    ],
)
def test_stages_that_cannot_be_are_refused(stages, message):
    with pytest.raises(InvalidInput, match=message):
        read(stages)


@pytest.mark.parametrize(("text", "after"), [("by_hand", None), ("after 2d", timedelta(days=2))])
def test_when_to_go_on_is_read_and_written(text, after):
    assert go_on(text) == after
    assert go_on_text(after) == text


@pytest.mark.parametrize("text", ["later", "after", "after 2w", 5])
def test_when_to_go_on_is_refused_where_it_is_no_time(text):
    with pytest.raises(InvalidInput, match="go_on"):
        read([{"share": 10}], go_on=text)
