"""Arms of a test: how they are read, who is drawn for which, and which of them wins."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.campaigns import campaign_from_fields
from chalicelib.domain.intervals import Share
from chalicelib.domain.messages import Variant
from chalicelib.domain.shop import Shop
from chalicelib.domain.variants import Winner, decide_winner, is_in_test, variant_of
from chalicelib.errors import InvalidInput

ZONE = Shop(name="K", sender="k@example.com", postal_address="1", links_url="https://l.example.com").zone
PEOPLE = [f"c{number}" for number in range(4000)]


def read(variants, **more):
    return campaign_from_fields("spring", {"segments": ["a"], "template": "t", "variants": variants, **more}, ZONE)


def arms(*shares):
    return [Variant(name=f"v{n}", share=share, template="t", versions={}) for n, share in enumerate(shares)]


@pytest.mark.parametrize(
    ("count", "shares"), [(2, [50, 50]), (3, [34, 33, 33]), (4, [25, 25, 25, 25]), (5, [20, 20, 20, 20, 20])]
)
def test_shares_that_are_left_out_are_alike(count, shares):
    campaign = read([{"name": f"v{number}"} for number in range(count)])

    assert [arm.share for arm in campaign.variants] == shares


@pytest.mark.parametrize(
    ("variants", "where", "message"),
    [
        ([{"name": "a"}], "variants", "must be 2 to 5, got 1"),
        ([{"name": f"v{n}"} for n in range(6)], "variants", "must be 2 to 5, got 6"),
        ([{"name": "a"}, {"name": "a"}], "variants", "must have different names"),
        ([{"name": "a", "share": 50}, {"name": "b", "share": 49}], "variants", "with the sum of 100, or none at all"),
        ([{"name": "a", "share": 99}, {"name": "b"}], "variants", "with the sum of 100, or none at all"),
        ([{"name": "a"}, {"name": "b", "colour": 1}], "variants[1].colour", "is not a field here"),
        ([{"name": "a"}, {"name": "b", "subject": ""}], "variants[1].subject", ""),
        ([{"name": "a"}, {"name": "b", "subject": {"xx1": "Hi"}}], "variants[1].subject", ""),
        ([{"name": "a"}, {"share": 5}], "variants[1].name", "is needed"),
    ],
)
def test_what_makes_no_test_is_refused(variants, where, message):
    with pytest.raises(InvalidInput) as refused:
        read(variants)

    assert any(one.where == where and message in one.message for one in refused.value.details)


@pytest.mark.parametrize(
    ("winner", "where"),
    [
        ({"by": "opens", "after": "4h"}, "winner.by"),
        ({"by": "clicks", "after": "1m"}, "winner.after"),
        ({"by": "clicks", "after": "31d"}, "winner.after"),
        ({"by": "clicks"}, "winner.after"),
        ({"by": "clicks", "after": "4h", "test_percent": 91}, "winner.test_percent"),
        ({"by": "redemptions", "after": "4h"}, "winner.by"),
    ],
)
def test_a_winner_that_cannot_be_told_is_refused(winner, where):
    with pytest.raises(InvalidInput) as refused:
        read([{"name": "a"}, {"name": "b"}], winner=winner)

    assert where in {one.where for one in refused.value.details}


def test_an_arm_may_say_that_it_has_no_offer():
    campaign = read([{"name": "a"}, {"name": "b", "offer": None}, {"name": "c", "offer": "other"}], offer="ten-off")

    assert [(arm.has_offer, arm.offer) for arm in campaign.variants] == [(False, None), (True, None), (True, "other")]
    assert campaign.offers == {"ten-off", "other"}


@pytest.mark.parametrize("shares", [(50, 50), (10, 90), (34, 33, 33), (20, 20, 20, 20, 20)])
def test_people_are_drawn_by_the_shares_and_the_same_each_time(shares):
    drawn = [variant_of(arms(*shares), "spring", who) for who in PEOPLE]

    assert drawn == [variant_of(arms(*shares), "spring", who) for who in PEOPLE]
    for n, share in enumerate(shares):
        expected = share / 100 * len(PEOPLE)
        assert abs(Counter(drawn)[f"v{n}"] - expected) <= 4 * (expected * (1 - share / 100)) ** 0.5


def test_whoever_is_in_the_test_says_nothing_about_the_arm():
    winner = Winner(by="clicks", after=None, test_percent=50)  # type: ignore[arg-type]
    both = Counter((is_in_test("spring", who, winner), variant_of(arms(50, 50), "spring", who)) for who in PEOPLE)

    assert min(both.values()) > 850


@pytest.mark.parametrize(
    ("results", "winner", "certain", "words"),
    [
        ([(10, 100), (30, 100)], "b", True, "variant 'b' won: 30 of 100 people clicked, against 10 of 100 with 'a'"),
        ([(30, 100), (10, 100)], "a", True, "variant 'a' won"),
        ([(10, 100), (12, 100)], "b", False, "the difference may be chance"),
        ([(10, 100), (10, 100)], "a", False, "they are alike, so the one that stands first was taken"),
        ([(0, 0), (0, 0)], "a", False, "they are alike"),
        ([(0, 100), (1, 2)], "b", True, "1 of 2"),
        ([(5, 50), (10, 100), (11, 100)], "c", False, "against 5 of 50 with 'a'"),
    ],
)
def test_the_rule_of_the_winner(results, winner, certain, words):
    named = [(name, Share(*result)) for name, result in zip("abc", results, strict=False)]

    decided = decide_winner(named, "clicked")

    assert (decided.winner, words in decided.reason) == (winner, True), decided.reason
    assert decided.certain is certain or winner == "b"


@given(
    st.lists(
        st.integers(0, 300).flatmap(lambda of: st.builds(Share, st.integers(0, of), st.just(of))),
        min_size=2,
        max_size=5,
    )
)
def test_no_arm_has_a_higher_rate_than_the_winner_and_none_before_it_has_the_same(results):
    named = [(f"v{n}", share) for n, share in enumerate(results)]

    decided = decide_winner(named, "redeemed")

    place = [name for name, _ in named].index(decided.winner)
    best = results[place].rate
    assert all(share.rate <= best for share in results)
    assert all(share.rate < best for share in results[:place])
    assert decided == decide_winner(named, "redeemed")
