"""Where a link may lead."""

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.urls import MAX_URL, ascii_url, safe_url
from chalicelib.errors import InvalidInput


@pytest.mark.parametrize(
    "url",
    [
        "https://shop.example",
        "http://127.0.0.1:8000/r/abc",
        "https://shop.example/tee/gr%C3%BCn?a=1&b=%20#oben",
        "https://shop.example/Zoë?x=é",
        "https://xn--mller-kva.example/",
    ],
)
def test_web_addresses_pass_unchanged(url):
    """D1."""
    assert safe_url(url) == url
    assert safe_url(f"  {url}\n") == url


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        "java\tscript:alert(1)",
        "\x01javascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "ftp://shop.example/",
        "//evil.example/",
        "/relative",
        "relative",
        "",
        "https:",
        "https://",
        "https:///path",
        "https://user@evil.example/",
        "https://shop.example:443@evil.example/",
        "https://shop.example\\@evil.example/",
        "https://shop.example/a b",
        "https://[::1",
        "https://shop.example:port/",
        'https://shop.example/"onclick="x',
        "https://shop.example/<b>",
    ],
)
def test_everything_else_is_refused(url):
    """D9."""
    with pytest.raises(InvalidInput, match="The link"):
        safe_url(url)


@pytest.mark.parametrize(
    ("url", "in_a_header"),
    [
        ("https://shop.example/a%20b?x=%C3%BC&y=1+2#top", "https://shop.example/a%20b?x=%C3%BC&y=1+2#top"),
        ("https://shop.example/grün?q=é#ä", "https://shop.example/gr%C3%BCn?q=%C3%A9#%C3%A4"),
        ("https://shop.example?q=ü", "https://shop.example?q=%C3%BC"),
        ("https://shop.example/👩‍👧", "https://shop.example/%F0%9F%91%A9%E2%80%8D%F0%9F%91%A7"),  # joined by U+200D
        ("https://bücher.example:8443/a", "https://xn--bcher-kva.example:8443/a"),
        ("https://FAẞ.example", "https://xn--fa-hia.example"),
        ("https://☃.example/x", "https://%E2%98%83.example/x"),
    ],
)
def test_in_a_header_a_url_is_ascii_and_the_same_address(url, in_a_header):
    """D1: unicode."""
    assert ascii_url(url) == in_a_header
    assert ascii_url(in_a_header) == in_a_header


@given(st.text(min_size=1))
def test_no_url_ends_a_header(text):
    found = ascii_url(f"https://shop.example/{text}")

    assert found.isascii()
    assert found.isprintable()
    assert unquote(found) == unquote(f"https://shop.example/{text}")


def test_a_url_over_the_limit_is_refused_and_the_message_stays_short():
    with pytest.raises(InvalidInput, match=str(MAX_URL)) as refused:
        safe_url("https://shop.example/" + "x" * MAX_URL)
    assert len(refused.value.message) < 250


def test_a_refusal_does_not_repeat_the_query():
    """F6: what follows `?` may be personal."""
    with pytest.raises(InvalidInput) as refused:
        safe_url("ftp://shop.example/?name=Ada")
    assert "Ada" not in refused.value.message
