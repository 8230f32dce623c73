"""Which mails share a call, what it says once, and that SES makes of it just those mails."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.bulk_calls import MOST_BYTES, MOST_DATA, MOST_ENTRIES, BulkCall, bulk_call, groups
from chalicelib.domain.templates import Mail, Slotted
from chalicelib.local.ses.rendering import render

FIXED = ("<p>Dear ", ", ", "</p>")
EDGY = st.text(st.sampled_from('{}\\a \n"ü🎂$<&s0o'), max_size=8)


def mail(to: str = "ann", *slots: str, fixed: tuple[str, ...] = FIXED, **fields: object) -> Mail:
    made = Mail(
        to=f"{to}@example.com",
        sender="hello@shop.example.com",
        sender_name="Kettle & Crane",
        reply_to=None,
        subject=f"Tea for {to}",
        body=Slotted(fixed, tuple((slot,) for slot in slots or (to, "tea"))),
        text=f"Tea, {to}\n",
        headers={"List-Unsubscribe": f"<https://x.example/{to}>"},
        configuration_set="habitue-test-marketing",
    )
    return replace(made, **fields)  # type: ignore[arg-type]


def filled(call: BulkCall) -> list[tuple[str, str, str]]:
    """(subject, html, text) of each mail as SES makes it."""
    values = [json.loads(data) for data in call.data]
    return [(render(call.subject, one), render(call.html, one), render(call.text, one)) for one in values]


def wanted(mails: list[Mail]) -> list[tuple[str, str, str]]:
    return [(one.subject, one.html, one.text) for one in mails]


def made(*mails: Mail) -> BulkCall:
    call = bulk_call(mails)
    assert call is not None
    return call


def test_what_all_share_stands_in_the_text_once():
    call = made(mail("ann"), mail("bob"))

    assert (call.subject, call.html, call.text) == ("{{s1}}", "<p>Dear {{s0}}, tea</p>", "{{s2}}")
    assert call.data == (
        '{"s0":"ann","s1":"Tea for ann","s2":"Tea, ann\\n"}',
        '{"s0":"bob","s1":"Tea for bob","s2":"Tea, bob\\n"}',
    )
    assert filled(call) == wanted(list(call.mails))


@pytest.mark.parametrize(
    ("fixed", "html"),
    [
        (("a{b}c", "d", ""), "a{b}c{{s0}}dtea"),
        (("@media{a{b}}", "d", ""), "@media{a{b{{c}}{{c}}{{s0}}dtea"),
        (("{{x}}", "", ""), "{{o}}{{o}}x{{c}}{{c}}{{s0}}tea"),
        (("{", "}", ""), "{{o}}{{s0}}}tea"),
        (("\\", "\\{", "}"), "{{b}}{{s0}}\\{tea{{c}}"),
        (("{{{", "", ""), "{{o}}{{o}}{{o}}{{s0}}tea"),
    ],
)
def test_braces_of_the_text_never_meet_a_variable(fixed, html):
    mails = [mail("ann", fixed=fixed), mail("bob", fixed=fixed)]

    call = made(*mails)

    assert filled(call) == wanted(mails)
    assert "{{{" not in call.html
    assert "\\{{" not in call.html
    if fixed[1] != "}" and "\\{" not in fixed[1]:
        assert call.html == html


@given(
    fixed=st.lists(EDGY, min_size=1, max_size=5),
    people=st.lists(st.tuples(EDGY, EDGY, st.lists(EDGY, min_size=4, max_size=4)), min_size=2, max_size=4),
)
def test_whatever_stands_in_texts_and_slots_each_mail_is_just_itself(fixed, people):
    mails = [
        mail(str(place), *slots[: len(fixed) - 1], fixed=tuple(fixed), subject=subject, text=text)
        if len(fixed) > 1
        else replace(mail(str(place), subject=subject, text=text), body=Slotted(tuple(fixed)))
        for place, (subject, text, slots) in enumerate(people)
    ]

    call = made(*mails)

    assert filled(call) == wanted(mails)
    for part in (call.subject, call.html, call.text):
        assert "{{{" not in part
        assert "\\{{" not in part


def test_a_slot_is_a_variable_by_piece_where_all_have_as_many_pieces_and_whole_where_not():
    rows = [("<td>", "tea", "</td>"), ("<td>", "mug", "</td>")]
    longer = (*rows[0], *rows[1])
    fixed = ("<p>", "</p>")
    alike = [replace(mail(str(n)), body=Slotted(fixed, (row,))) for n, row in enumerate(rows)]
    unlike = [replace(mail(str(n)), body=Slotted(fixed, (row,))) for n, row in enumerate((rows[0], longer))]

    assert made(*alike).html == "<p><td>{{s0}}</td></p>"
    assert made(*unlike).html == "<p>{{s0}}</p>"
    for mails in (alike, unlike):
        assert filled(made(*mails)) == wanted(mails)


def test_mails_of_another_sender_set_or_version_do_not_share_a_call():
    """Design section 6: a call has one stream, locale, version and tracking class."""
    mails = [
        mail("ann"),
        mail("bob", fixed=("<p>Liebe ", ", ", "</p>")),
        mail("cid"),
        mail("dee", configuration_set="habitue-test-marketing-opens"),
        mail("eve", sender_name="Crane"),
        mail("fay", reply_to="care@shop.example.com"),
        mail("gus", configuration_set="habitue-test-marketing-opens"),
    ]

    assert groups(mails) == [[0, 2], [1], [3, 6], [4], [5]]


def test_a_call_takes_fifty_and_a_single_mail_makes_none():
    assert len(made(*[mail(str(number)) for number in range(60)]).mails) == MOST_ENTRIES
    assert bulk_call([mail()]) is None
    assert bulk_call([]) is None


def test_a_call_stays_below_a_megabyte():
    mails = [mail(str(number), "ü" * 20_000 + str(number), "x") for number in range(50)]
    call = made(*mails)

    assert 2 <= len(call.mails) < 50
    assert sum(len(json.dumps(text)) for text in (call.html, call.text, *call.data)) < MOST_BYTES
    assert filled(call) == wanted(mails[: len(call.mails)])


def test_a_mail_whose_own_part_is_too_long_goes_alone():
    mails = [mail("ann", "a" * MOST_DATA, "x"), mail("bob", "b" * MOST_DATA, "x")]

    assert bulk_call(mails) is None


def test_a_shared_text_beyond_a_megabyte_goes_alone():
    fixed = ("x" * MOST_BYTES, "", "")

    assert bulk_call([mail("ann", fixed=fixed), mail("bob", fixed=fixed)]) is None
