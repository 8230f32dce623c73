"""Who made a click: exact cases, and what holds for any clicks at all."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.clicks import (
    KEPT,
    Click,
    by_machines,
    by_people,
    crowd,
    link_name,
    link_number,
    merged,
    open_sign,
    request_sign,
)

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
)


def click(seconds, link="1", sign=""):
    return Click(NOON + timedelta(seconds=seconds), link, sign)


# (seconds, link, sign) of each click -> whether a person made it
CASES: dict[str, tuple[list[tuple[float, str, str]], list[bool]]] = {
    "one": ([(0, "1", "")], [True]),
    "a double click": ([(0, "1", ""), (0.2, "1", "")], [True, True]),
    "the same link five times in a second": ([(n / 5, "1", "") for n in range(5)], [True] * 5),
    "two links within two seconds": ([(0, "1", ""), (2, "2", "")], [False, False]),
    "two links a little later": ([(0, "1", ""), (2.001, "2", "")], [True, True]),
    "three links one by one": ([(0, "1", ""), (4, "2", ""), (8, "3", "")], [False] * 3),
    "three links a little slower": ([(0, "1", ""), (5.001, "2", ""), (10.002, "3", "")], [True] * 3),
    "a scan, then a person": ([(0, "1", ""), (0.1, "2", ""), (60, "1", "")], [False, False, True]),
    "a person, then a scan": ([(0, "1", ""), (60, "1", ""), (60.1, "2", "")], [True, False, False]),
    "a scanner by name beside a person": ([(0, "1", "scanner"), (0.5, "1", "")], [False, True]),
    "a checked link at the click": ([(0, "1", "scanner"), (0.5, "2", "")], [False, True]),
    "what is left of a burst": ([(0, "1", "burst"), (1, "2", "")], [False, False]),
    "links nobody knows": ([(0, "", ""), (0.1, "", "")], [True, True]),
    "one that is known": ([(0, "", ""), (0.1, "7", "")], [True, True]),
}


@pytest.mark.parametrize("case", CASES)
def test_each_case_is_labelled_exactly(case):
    """C13."""
    told, people = CASES[case]
    clicks = [click(*one) for one in told]

    assert [one not in by_machines(clicks) for one in clicks] == people
    assert by_people(clicks) == tuple(one for one, human in zip(clicks, people, strict=True) if human)


@pytest.mark.parametrize(
    ("method", "headers", "sign"),
    [
        ("GET", {"user-agent": CHROME, "accept": "text/html"}, ""),
        ("GET", {"user-agent": CHROME}, ""),
        ("GET", {"accept": "*/*"}, ""),
        ("GET", {}, "bare"),
        ("HEAD", {"user-agent": CHROME}, "head"),
        ("GET", {"user-agent": CHROME, "sec-purpose": "prefetch;prerender"}, "prefetch"),
        ("GET", {"user-agent": CHROME, "x-purpose": "preview"}, "prefetch"),
        ("GET", {"user-agent": "BarracudaCentral/1.0"}, "scanner"),
        ("GET", {"user-agent": "Mozilla/5.0 (compatible; Mimecast URL Protect)"}, "scanner"),
        ("GET", {"user-agent": "Proofpoint TAP"}, "scanner"),
        ("GET", {"user-agent": "Microsoft SafeLinks"}, "scanner"),
        ("GET", {"user-agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"}, "robot"),
        ("GET", {"user-agent": "Slackbot-LinkExpanding 1.0"}, "robot"),
        ("GET", {"user-agent": "Mozilla/5.0 (via ggpht.com GoogleImageProxy)"}, "robot"),
        ("GET", {"user-agent": "Mozilla/5.0 (Linux; Android 9; CUBOT X19) Chrome/142.0 Mobile"}, ""),
        ("GET", {"user-agent": "python-requests/2.32"}, ""),
        ("GET", {"user-agent": CHROME.replace("Chrome", "HeadlessChrome")}, ""),
    ],
)
def test_a_request_shows_what_made_it(method, headers, sign):
    """C13."""
    assert request_sign(method, headers) == sign


@pytest.mark.parametrize(
    ("agent", "sign"),
    [
        (CHROME, ""),
        ("Mozilla/5.0", "apple_privacy"),
        ("Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15", ""),
        ("Mozilla/5.0 (via ggpht.com GoogleImageProxy)", "proxy"),
        ("YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html", "proxy"),
        ("", "bare"),
        ("Mimecast", "scanner"),
        ("Twitterbot/1.0", "robot"),
    ],
)
def test_the_program_of_an_open_shows_what_it_is(agent, sign):
    """C13."""
    assert open_sign(agent) == sign


@pytest.mark.parametrize(
    ("early", "delivered", "machines"), [(0, 0, False), (3, 3, False), (2, 4, True), (1, 4, False), (50, 100, True)]
)
def test_half_of_all_mails_opened_at_once_is_no_readership(early, delivered, machines):
    """C13: opens at 50 % in the first minute; a shop of three readers is no crowd."""
    assert crowd(early, delivered) is machines


def test_a_link_is_called_by_its_number_and_its_address():
    tea, pots = "https://shop.example.com/tea", "https://shop.example.com/pots"

    assert (link_name(tea, 3), link_name(tea)) == ("3:08319330", ":08319330")
    assert link_name(tea, 3) != link_name(pots, 3)
    assert (link_number("3:08319330"), link_number(":08319330"), link_number("")) == (3, None, None)


seconds = st.integers(0, 400).map(lambda tenths: tenths / 10)
some_clicks = st.lists(
    st.builds(click, seconds, st.sampled_from(["", "1", "2", "3"]), st.sampled_from(["", "", "scanner", "burst"])),
    max_size=24,
    unique_by=lambda one: (one.at, one.link),
)


@given(some_clicks, some_clicks)
def test_more_clicks_never_make_a_person_of_a_machine(known, more):
    """C13."""
    assert by_machines(known) <= by_machines([*known, *more])


@given(some_clicks)
def test_everyone_is_either_and_one_link_alone_is_a_person(clicks):
    assert set(by_people(clicks)) | by_machines(clicks) == set(clicks)
    unsigned = [replace(one, link="1", sign="") for one in clicks]
    assert by_machines(unsigned) == frozenset()


@given(some_clicks.map(lambda clicks: clicks[:KEPT]), st.randoms(use_true_random=False))
def test_a_row_keeps_the_same_in_any_order(clicks, random):
    """A12."""
    shuffled = [*clicks, *clicks]
    random.shuffle(shuffled)
    kept: tuple[Click, ...] = ()
    for one in shuffled:
        kept = merged(kept, [one])

    assert kept == tuple(sorted(set(clicks)))


@given(st.lists(some_clicks, max_size=4))
def test_a_row_never_grows_beyond_its_bound_and_never_doubles(scans):
    kept: tuple[Click, ...] = ()
    for scan in scans:
        kept = merged(kept, scan)
        assert len(kept) <= KEPT
        assert merged(kept, kept) == kept


def test_a_scanner_that_comes_again_and_again_does_not_push_a_person_out():
    kept: tuple[Click, ...] = ()
    for hour in range(30):
        kept = merged(kept, [click(hour * 3600 + n / 50, str(n)) for n in range(40)])
        if hour == 7:
            kept = merged(kept, [click(hour * 3600 + 900, "3")])

    assert by_people(kept) == (click(7 * 3600 + 900, "3"),)
    assert len(kept) <= KEPT
