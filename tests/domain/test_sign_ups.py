"""What a sign-up asks for, how often its owner is asked, and exactly what a confirmation grants."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.consent import may_mail
from chalicelib.domain.mailboxes import Consent, Mailbox
from chalicelib.domain.sign_ups import (
    APART,
    MOST_A_DAY,
    SignUp,
    ask,
    confirm,
    confirmation,
    has_all,
    overruled,
    read_stamp,
    stamp,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
KNOWN = ("offers", "news", "events")
WISH = SignUp(email="ann@example.com", source="footer", text="Yes.", origin="198.51.100.7")
GRANTED = Consent(status="granted", at=NOW - DAY)


def mailed(consent, at=NOW):
    box = Mailbox(hash="h", consent=consent)
    return {topic for topic in KNOWN if may_mail(box, topic=topic, stream="marketing", at=at) is None}


def confirmed(current, wish=WISH, now=NOW):
    return confirm(current, wish, KNOWN, now, origin="203.0.113.9", words="Our words.")


@pytest.mark.parametrize(
    ("current", "topics", "after"),
    [
        (None, (), {"offers", "news", "events"}),
        (None, ("news",), {"news"}),
        (Consent(status="pending", at=NOW), ("news", "events"), {"news", "events"}),
        (Consent(status="withdrawn", at=NOW, by_person=True), ("news",), {"news"}),
        (GRANTED, ("news",), {"offers", "news", "events"}),
        (replace(GRANTED, topics={"news": "withdrawn"}, left=("news",)), ("news",), {"offers", "news", "events"}),
        (replace(GRANTED, topics={"news": "withdrawn"}, left=("news",)), (), {"offers", "events"}),
        (replace(GRANTED, basis="soft", expires_at=NOW + DAY), (), {"offers", "news", "events"}),
        (replace(GRANTED, basis="soft", expires_at=NOW), ("news",), {"news"}),
    ],
)
def test_a_confirmation_grants_what_was_asked_and_keeps_what_was_granted(current, topics, after):
    consent = confirmed(current, replace(WISH, topics=topics))

    assert mailed(consent) == mailed(consent, NOW + 999 * DAY) == after
    assert (consent.basis, consent.by_person, consent.expires_at) == ("double", True, None)


def test_the_proof_names_time_words_source_and_origin():
    consent = confirmed(replace(GRANTED, at=NOW + DAY))

    assert (consent.at, consent.text, consent.source, consent.origin) == (NOW + DAY, "Yes.", "footer", "203.0.113.9")
    assert confirmed(None, replace(WISH, text="")).text == "Our words."


@pytest.mark.parametrize(
    ("wished", "standing", "tracking", "chosen"),
    [
        (None, None, "none", False),
        ("full", None, "full", True),
        (None, replace(GRANTED, tracking="full"), "full", False),
        ("none", replace(GRANTED, tracking="full"), "none", True),
        (None, replace(GRANTED, tracking="aggregate", tracking_by_person=True), "aggregate", True),
        (None, Consent(status="withdrawn", at=NOW, tracking="full"), "none", False),
    ],
)
def test_tracking_is_none_where_nothing_was_said(wished, standing, tracking, chosen):
    consent = confirmed(standing, replace(WISH, tracking=wished))

    assert (consent.tracking, consent.tracking_by_person) == (tracking, chosen)


@given(st.lists(st.integers(0, 3 * 24 * 60), max_size=40))
def test_no_address_is_asked_more_often_than_its_limits_allow(minutes):
    """C8, for any times at which somebody enters it."""
    box, sent = Mailbox(hash="h"), []
    for minute in sorted(minutes):
        at = NOW + timedelta(minutes=minute)
        box, asked_at = ask(box, WISH, at)
        if asked_at == at and asked_at not in sent:
            sent.append(at)

    assert all(later - earlier >= APART for earlier, later in zip(sent, sent[1:], strict=False))
    assert all(sum(at <= other < at + DAY for other in sent) <= MOST_A_DAY for at in sent)
    assert len(box.asked) <= MOST_A_DAY
    assert not minutes or sent


def test_only_a_later_word_by_the_persons_own_hand_overrules():
    left = Consent(status="withdrawn", at=NOW, by_person=True)
    single = replace(GRANTED, at=NOW, by_person=True, left=("news",))

    assert overruled(left, WISH, NOW - DAY)
    assert not overruled(left, WISH, NOW)
    assert not overruled(replace(left, by_person=False), WISH, NOW - DAY)
    assert not overruled(None, WISH, NOW)
    assert overruled(single, replace(WISH, topics=("news",)), NOW - DAY)
    assert not overruled(single, replace(WISH, topics=("events",)), NOW - DAY)


def test_who_has_all_that_is_asked_for():
    assert has_all(GRANTED, ())
    assert has_all(replace(GRANTED, topics={"news": "withdrawn"}), ("offers",))
    assert not has_all(replace(GRANTED, topics={"news": "withdrawn"}), ("offers", "news"))
    assert not has_all(replace(GRANTED, expires_at=NOW + DAY), ())
    assert not has_all(None, ())


@given(st.integers(0, 10**16).map(lambda moment: NOW + timedelta(microseconds=moment)))
def test_a_stamp_is_read_back_and_sorts_as_time_does(at):
    assert read_stamp(stamp(at)) == at
    assert stamp(at) < stamp(at + timedelta(microseconds=1))


def test_the_same_sign_up_is_the_same_message_to_one_person_at_one_address():
    message = confirmation("a" * 32, NOW, "ann", {"en": "v1"})

    assert message.id == "s.confirm.20260301T120000000000Z-aaaaaaaaaaaaaaaa"
    assert (message.stream, message.audience.people, message.audience.mailbox) == ("transactional", ("ann",), "a" * 32)
    assert message.send_key != confirmation("a" * 32, NOW + APART, "ann", {}).send_key
