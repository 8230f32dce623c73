"""UTM by the shop's rule: what is missing is added, everything that the author wrote stays as it was."""

from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.urls import MAX_URL
from chalicelib.domain.utm import UtmRule, utm_from_fields, utm_to_fields
from chalicelib.errors import InvalidInput

RULE = UtmRule(source="newsletter")
ADDED = "utm_source=newsletter&utm_medium=email&utm_campaign=spring"


@pytest.mark.parametrize(
    ("written", "opened"),
    [
        ("https://shop.example.com", f"https://shop.example.com?{ADDED}"),
        ("https://shop.example.com/", f"https://shop.example.com/?{ADDED}"),
        ("https://shop.example.com/?", f"https://shop.example.com/?{ADDED}"),
        ("https://shop.example.com/a?x=1&y=2", f"https://shop.example.com/a?x=1&y=2&{ADDED}"),
        ("https://shop.example.com/a#top", f"https://shop.example.com/a?{ADDED}#top"),
        ("https://shop.example.com/a?x=1#/b?c=d#e", f"https://shop.example.com/a?x=1&{ADDED}#/b?c=d#e"),
        ("https://shop.example.com/a%20b/%C3%A9?q=a+b%26c", f"https://shop.example.com/a%20b/%C3%A9?q=a+b%26c&{ADDED}"),
        ("https://shop.example.com/tee/grün?q=ü", f"https://shop.example.com/tee/grün?q=ü&{ADDED}"),
        (
            "https://shop.example.com/?utm_source=print",
            "https://shop.example.com/?utm_source=print&utm_medium=email&utm_campaign=spring",
        ),
        (
            "https://shop.example.com/?UTM_Source=a&utm%5Fmedium=b&utm_campaign=c",
            "https://shop.example.com/?UTM_Source=a&utm%5Fmedium=b&utm_campaign=c",
        ),
    ],
)
def test_only_what_is_missing_is_added_before_the_fragment(written, opened):
    """D1."""
    assert RULE.added_to(written, "spring") == opened


@given(
    query=st.lists(st.tuples(st.text(min_size=1, max_size=5), st.text(max_size=5)), max_size=4),
    fragment=st.text("abc/?=&", max_size=8),
    name=st.text(min_size=1, max_size=20),
)
def test_what_was_there_is_still_there_in_its_order(query, fragment, name):
    """D1."""
    url = f"https://shop.example.com/a?{urlencode(query)}" + (f"#{fragment}" if fragment else "")
    opened = RULE.added_to(url, name)

    parts = urlsplit(opened)
    assert opened.startswith(url.partition("#")[0].rstrip("?"))
    assert parts.fragment == fragment
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    assert pairs[: len(query)] == query
    assert dict(pairs)["utm_campaign"] == name


def test_the_same_twice_is_the_same():
    once = RULE.added_to("https://shop.example.com/?a=1", "spring")

    assert RULE.added_to(once, "spring") == once


def test_a_link_that_would_become_too_long_stays_as_it_was():
    url = "https://shop.example.com/" + "a" * (MAX_URL - 40)

    assert RULE.added_to(url, "spring") == url


@pytest.mark.parametrize(
    ("url", "meant"),
    [
        ("https://example.com/", True),
        ("https://shop.example.com/", True),
        ("https://SHOP.example.com:8443/", True),
        ("https://notexample.com/", False),
        ("https://example.com.evil.example/", False),
        ("https://social.example/?u=example.com", False),
    ],
)
def test_hosts_keep_it_to_the_shops_own_pages(url, meant):
    rule = UtmRule(source="mail", hosts=("example.com",))

    assert (rule.added_to(url, "x") != url) == meant


def test_a_rule_reads_back_as_it_was_written():
    fields = {"source": "mail", "medium": "news & more", "campaign": "2026", "hosts": ["Shop.example.com"]}
    rule = utm_from_fields(fields)

    assert rule == UtmRule(source="mail", medium="news & more", campaign="2026", hosts=("shop.example.com",))
    assert utm_from_fields(utm_to_fields(rule)) == rule
    assert utm_to_fields(None) is None
    assert rule.added_to("https://shop.example.com", "x").endswith("utm_medium=news%20%26%20more&utm_campaign=2026")


@pytest.mark.parametrize(
    "fields",
    [
        "mail",
        {},
        {"source": ""},
        {"source": "x", "term": "y"},
        {"source": "x", "hosts": "shop.example.com"},
        {"source": "x", "hosts": ["https://shop.example.com"]},
        {"source": "x", "hosts": [1]},
        {"source": "x", "hosts": ["a.example"] * 21},
        {"source": "x" * 101},
        {"source": "a\nb"},
    ],
)
def test_a_rule_that_cannot_be_is_refused(fields):
    with pytest.raises((TypeError, ValueError, InvalidInput)):
        utm_from_fields(fields)
