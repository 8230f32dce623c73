"""C10 and its neighbours: which addresses are taken, in which form, and why the others are refused."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.domain.addresses import normalise_address
from chalicelib.errors import InvalidInput


@pytest.mark.parametrize(
    ("given_", "normal"),
    [
        ("ann@example.com", "ann@example.com"),
        ("  Ann.Lee+News@Example.COM\t", "ann.lee+news@example.com"),
        ("o'hara_{1}@sub.example.co.uk", "o'hara_{1}@sub.example.co.uk"),
        ("ａｎｎ＠ｅｘａｍｐｌｅ．ｃｏｍ", "ann@example.com"),  # full-width letters, at sign and dot
        ("ann@example。com", "ann@example.com"),  # the full stop of a Japanese keyboard
        ("ann@bücher.example", "ann@xn--bcher-kva.example"),
        ("ann@BÜCHER.example", "ann@xn--bcher-kva.example"),
        ("ann@bu\u0308cher.example", "ann@xn--bcher-kva.example"),  # u and a combining diaeresis
        ("ann@faß.de", "ann@xn--fa-hia.de"),  # IDNA2008: not fass.de
        ("ann@βόλος.com", "ann@xn--nxasmm1c.com"),  # final sigma stays
        ("ann@例え.テスト", "ann@xn--r8jz45g.xn--zckzah"),
        ("ann@xn--bcher-kva.example", "ann@xn--bcher-kva.example"),
        ("ann@XN--BCHER-KVA.example", "ann@xn--bcher-kva.example"),
        (f"{'a' * 64}@example.com", f"{'a' * 64}@example.com"),
    ],
)
def test_an_address_has_one_normal_form(given_, normal):
    """C10."""
    assert normalise_address(given_) == normal
    assert normalise_address(normal) == normal


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        (" \t ", "empty"),
        ("ann@example.com\r\nBcc: x@example.com", r"a character that none may have: U\+000D"),
        ("ann@example.com\n", r"U\+000A"),
        ("ann\x00@example.com", r"U\+0000"),
        ("ann@exam\u2028ple.com", r"U\+2028"),
        ("ann@exam\u200bple.com", r"U\+200B"),
        ("ann\u202e@example.com", r"U\+202E"),
        ("a@b.com, c@d.com", "this is a list; give one address"),
        ("a@b.com;c@d.com", "this is a list; give one address"),
        ("a@b.com，c@d.com", "this is a list; give one address"),
        ("<a@b.com>", "angle brackets; give the bare address"),
        ("Ann <a@b.com>", "angle brackets; give the bare address"),
        ("ann lee@example.com", "white space inside"),
        ("ann\u3000lee@example.com", "white space inside"),
        ("ann.example.com", "one @, this one has 0"),
        ("ann@lee@example.com", "one @, this one has 2"),
        ("jürgen@example.com", "the part before the @ is not ASCII"),
        (f"{'a' * 65}@example.com", "the part before the @ has 65 characters, at most 64"),
        ("@example.com", "the part before the @ is empty"),
        (".ann@example.com", "a dot or a character where none may stand"),
        ("ann.@example.com", "a dot or a character where none may stand"),
        ("a..b@example.com", "a dot or a character where none may stand"),
        ('"ann"@example.com', "a dot or a character where none may stand"),
        ("ann(comment)@example.com", "a dot or a character where none may stand"),
        ("ann@", "the domain has an empty part"),
        ("ann@example", "it needs a name with a dot"),
        ("ann@example.com.", "the domain has an empty part"),
        ("ann@.com", "the domain has an empty part"),
        ("ann@-a.com", "a dash or a character where none may stand"),
        ("ann@a-.com", "a dash or a character where none may stand"),
        ("ann@exa_mple.com", "a dash or a character where none may stand"),
        ("ann@[192.0.2.1]", "a dash or a character where none may stand"),
        ("ann@192.0.2.1", "is no domain"),
        ("ann@ab--cd.com", "such names are reserved"),
        ("ann@xn--.com", "a dash or a character where none may stand|no punycode"),
        ("ann@xn--abc-.com", "a dash or a character where none may stand|no punycode"),
        ("ann@xn--zzzzzzzzz99999.com", "no punycode"),
        ("ann@☃.example", r"the domain has a character that none may have: U\+2603"),
        ("ann@-ü.example", "a dash where none may stand"),
        ("ann@\u0301a.example", "begins with a mark"),
        (f"ann@{'a' * 64}.com", "a part of the domain has 64 characters, at most 63"),
        (f"ann@{'ü' * 60}.com", "a part of the domain has"),
        (f"{'a' * 64}@{'b' * 63}.{'c' * 63}.{'d' * 63}.com", "too long: 260 characters, at most 254"),
        ("a" * 5000, "too long: 5000 characters"),
    ],
)
def test_what_is_no_plain_address_is_refused_with_the_reason(text, reason):
    """C10."""
    with pytest.raises(InvalidInput, match=reason):
        normalise_address(text)


def test_the_error_does_not_repeat_the_address():
    """F6: an error may end in a log."""
    with pytest.raises(InvalidInput) as refused:
        normalise_address("secret.person@@example.com")

    assert "secret" not in refused.value.message


@given(st.text(max_size=80) | st.from_regex(r"[a-zA-Z.]{1,8}@[\w.-]{1,30}", fullmatch=True))
@example("a@xn--a.b")
@example("a@İ.example")
@example("a@ǆ.example")
def test_every_text_has_a_stable_normal_form_or_is_refused(text):
    try:
        normal = normalise_address(text)
    except InvalidInput:
        return  # the reasons are in the table above

    assert normalise_address(normal) == normal
    assert normal.isascii()
    assert normal == normal.lower()
    assert len(normal) <= 254
    assert not set(normal) & set("\r\n\x00 ,;<>")
