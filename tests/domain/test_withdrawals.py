"""F10: a word that is said again only ever takes away."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.consent import may_mail
from chalicelib.domain.mailboxes import Consent, Mailbox, Suppression
from chalicelib.domain.withdrawals import Withdrawal, replay, withdrawal_from_fields

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
TOPICS = ("offers", "news")
SAID = Consent(status="granted", at=NOW, tracking="full")
BOX = Mailbox(hash="h", consent=SAID)
LEFT = Withdrawal(mailbox="h", at=NOW + DAY, status="withdrawn", source="link")


def consent_of(box):
    assert box.consent is not None
    return box.consent


def mailed(box, at=NOW + 3 * DAY):
    return {topic for topic in TOPICS if may_mail(box, topic=topic, stream="marketing", at=at) is None}


def test_whoever_left_has_left_again():
    after = replay(BOX, LEFT)

    assert mailed(after) == set()
    assert after.consent == Consent(
        status="withdrawn", at=NOW + DAY, source="link", tracking="full", by_person=True, left=()
    )


def test_a_topic_a_pause_and_less_tracking_hold_again():
    word = Withdrawal(
        mailbox="h", at=NOW + DAY, status="granted", left=("news",), tracking="none", paused_until=NOW + 30 * DAY
    )
    after = replay(BOX, word)

    assert mailed(after) == set()
    assert mailed(after, at=NOW + 30 * DAY) == {"offers"}
    assert (consent_of(after).tracking, consent_of(after).left) == ("none", ("news",))


def test_what_the_shop_stated_after_the_restore_gives_way():
    """An import that ran before the replay brings nobody back."""
    imported = replace(BOX, consent=replace(SAID, at=NOW + 9 * DAY))

    assert mailed(replay(imported, LEFT)) == set()
    second = replace(LEFT, at=NOW + 2 * DAY, status="granted", left=("news",))
    assert mailed(replay(replay(imported, replace(LEFT, status="granted", left=("offers",))), second)) == set()


def test_a_later_word_by_the_same_hand_stands():
    back = replace(BOX, consent=replace(SAID, at=NOW + 2 * DAY, by_person=True))

    assert replay(back, LEFT) == back


def test_an_address_that_the_backup_does_not_know_is_withdrawn_and_never_granted():
    unknown = Mailbox(hash="h")

    assert consent_of(replay(unknown, LEFT)).status == "withdrawn"
    single = replay(unknown, replace(LEFT, status="granted", left=("news",)))
    assert (mailed(single), consent_of(single).left) == (set(), ("news",))


def test_a_suppression_holds_again_unless_it_was_lifted_since():
    hard = Suppression(reason="complaint", scope="all", at=NOW + DAY)
    word = Withdrawal(mailbox="h", at=NOW + DAY, suppression=hard)

    assert replay(BOX, word) == replace(BOX, suppression=hard)
    lifted = replace(BOX, lifted_at=NOW + 2 * DAY)
    assert replay(lifted, word) == lifted


def test_what_a_file_holds_is_read():
    fields = {
        "mailbox": "h",
        "at": "2026-03-02T12:00:00Z",
        "status": "granted",
        "left": ["news"],
        "source": "preferences page",
        "message": "c.x",
        "tracking": "none",
        "paused_until": "2026-04-01T12:00:00Z",
    }
    assert withdrawal_from_fields(fields) == Withdrawal(
        mailbox="h",
        at=NOW + DAY,
        status="granted",
        left=("news",),
        source="preferences page",
        tracking="none",
        paused_until=NOW + 31 * DAY,
    )
    suppressed = {"mailbox": "h", "at": "2026-03-02T12:00:00Z", "suppression": {"reason": "operator", "scope": "all"}}
    assert withdrawal_from_fields(suppressed).suppression == Suppression(reason="operator", scope="all", at=NOW + DAY)


statuses = st.sampled_from(["granted", "pending", "withdrawn"])
times = st.integers(0, 9).map(lambda days: NOW + days * DAY)
topics = st.lists(st.sampled_from(TOPICS), unique=True).map(lambda names: tuple(sorted(names)))
consents = st.none() | st.builds(
    Consent,
    status=statuses,
    at=times,
    topics=st.dictionaries(st.sampled_from(TOPICS), statuses),
    tracking=st.sampled_from(["none", "aggregate", "full"]),
    by_person=st.booleans(),
)
words = st.builds(
    Withdrawal,
    mailbox=st.just("h"),
    at=times,
    status=st.sampled_from(["granted", "withdrawn"]),
    left=topics,
    tracking=st.none() | st.sampled_from(["none", "aggregate", "full"]),
    paused_until=st.none() | times,
)


@given(consent=consents, said=st.lists(words, max_size=5), at=times)
def test_replaying_never_opens_anything_and_twice_is_once(consent, said, at):
    before = Mailbox(hash="h", consent=consent)
    after = before
    for word in sorted(said, key=lambda one: one.at):
        once = replay(after, word)
        assert replay(once, word) == once
        after = once

    assert mailed(after, at) <= mailed(before, at)


@pytest.mark.parametrize("status", ["pending", "withdrawn"])
def test_nobody_is_granted_by_a_word_that_says_granted(status):
    box = replace(BOX, consent=replace(SAID, status=status))

    assert consent_of(replay(box, replace(LEFT, status="granted"))).status == status
