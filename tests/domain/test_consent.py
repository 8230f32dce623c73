"""Whose word counts: the merge of consents, the person's own hand, and who may be mailed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.consent import choose, consent_from_fields, may_mail, merge_consent, topic_status, withdraw
from chalicelib.domain.mailboxes import Consent, Mailbox, Suppression
from chalicelib.errors import InvalidInput

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
GRANTED = Consent(status="granted", at=NOW - 10 * DAY, source="till", text="Yes, please", tracking="full")
BY_LINK = withdraw(GRANTED, NOW - 5 * DAY, "unsubscribe link")


def stated(status, days_ago=0.0, **fields):
    return Consent(status=status, at=NOW - timedelta(days=days_ago), **fields)


def test_the_first_statement_stands_as_it_is():
    assert merge_consent(None, GRANTED) == GRANTED


def test_a_grant_applies_only_with_a_later_time():
    withdrawn = stated("withdrawn", 5)

    assert merge_consent(withdrawn, stated("granted", 6)) == withdrawn
    assert merge_consent(withdrawn, stated("granted", 5)) == withdrawn
    assert merge_consent(withdrawn, stated("granted", 4)) == stated("granted", 4)


def test_a_grant_never_overrules_the_persons_own_withdrawal():
    """C7."""
    assert BY_LINK.by_person
    assert merge_consent(BY_LINK, stated("granted", 0)) == BY_LINK
    assert merge_consent(BY_LINK, stated("pending", 0)) == BY_LINK


def test_a_statement_of_the_shop_does_not_wash_away_the_persons_own_withdrawal():
    """C7: withdrawn by an export first, granted by the next one."""
    after = merge_consent(merge_consent(BY_LINK, stated("withdrawn", 1)), stated("granted", 0))

    assert after == BY_LINK


def test_a_withdrawal_always_applies_and_ends_what_topics_were_granted():
    current = replace(GRANTED, topics={"news": "granted", "events": "withdrawn"})

    after = merge_consent(current, stated("withdrawn", 20))

    assert after == stated("withdrawn", 20, topics={"events": "withdrawn"})


def test_an_old_export_does_not_undo_what_the_person_chose_later():
    own = choose(BY_LINK, "granted", {}, NOW - 2 * DAY, "preferences page")

    assert merge_consent(own, stated("withdrawn", 3)) == own
    assert merge_consent(own, stated("withdrawn", 1)).status == "withdrawn"
    assert merge_consent(own, stated("pending", 0)) == own


def test_a_pending_one_applies_only_with_a_later_time():
    assert merge_consent(GRANTED, stated("pending", 11)) == GRANTED
    assert merge_consent(GRANTED, stated("pending", 1)) == stated("pending", 1)


def test_topics_that_a_statement_does_not_name_stay():
    current = replace(GRANTED, topics={"news": "withdrawn"})

    after = merge_consent(current, stated("granted", 1, topics={"events": "granted"}))

    assert after.topics == {"news": "withdrawn", "events": "granted"}


def test_a_statement_that_comes_too_late_still_takes_topics_away():
    after = merge_consent(GRANTED, stated("granted", 20, topics={"news": "withdrawn", "events": "granted"}))

    assert after == replace(GRANTED, topics={"news": "withdrawn"})


def test_a_topic_that_the_person_left_is_not_granted_again_by_the_shop():
    """C7."""
    own = choose(GRANTED, "granted", {"news": "withdrawn", "offers": "granted"}, NOW - DAY, "preferences page")

    after = merge_consent(own, stated("granted", 0, topics={"news": "granted"}))

    assert own.left == ("news",)
    assert after.topics == {"news": "withdrawn", "offers": "granted"}
    assert after.left == ("news",)


def test_the_person_may_come_back_by_their_own_hand():
    own = choose(BY_LINK, "granted", {"news": "withdrawn"}, NOW, "preferences page")
    back = choose(own, "granted", {"news": "granted"}, NOW + DAY, "preferences page")

    assert (own.status, own.left, own.by_person) == ("granted", ("news",), True)
    assert (back.topics, back.left) == ({"news": "granted"}, ())


def test_choosing_nothing_withdraws_everything():
    own = choose(replace(GRANTED, topics={"events": "granted"}), "withdrawn", {"news": "withdrawn"}, NOW, "page")

    assert topic_status(own, "events") == "withdrawn"
    assert topic_status(own, "offers") == "withdrawn"


def test_unsubscribing_withdraws_all_topics_keeps_the_proof_and_is_done_once():
    """C5."""
    current = replace(GRANTED, topics={"news": "granted", "events": "withdrawn"})

    first = withdraw(current, NOW, "unsubscribe link")

    assert first.status == "withdrawn"
    assert first.topics == {"events": "withdrawn"}
    assert (first.text, first.at, first.source) == ("Yes, please", NOW, "unsubscribe link")
    assert withdraw(first, NOW + DAY, "unsubscribe link") == first


def test_an_unknown_address_may_unsubscribe():
    assert withdraw(None, NOW, "link") == Consent(status="withdrawn", at=NOW, source="link", by_person=True)


statuses = st.sampled_from(["granted", "pending", "withdrawn"])
topics = st.dictionaries(st.sampled_from(["news", "events"]), statuses)
statements = st.builds(Consent, status=statuses, at=st.integers(0, 4).map(lambda n: NOW + n * DAY), topics=topics)


@given(st.lists(statements, max_size=5), st.lists(statements, max_size=6))
def test_no_sequence_of_statements_brings_a_person_back(before, after):
    """C7."""
    current = None
    for statement in before:
        current = merge_consent(current, statement)
    current = withdraw(current, NOW, "link")
    for statement in after:
        current = merge_consent(current, statement)
        for topic in ("offers", "news", "events"):
            assert (
                may_mail(Mailbox(hash="h", consent=current), topic=topic, stream="marketing", at=NOW + 9 * DAY)
                is not None
            )


@given(st.lists(statements, max_size=6), st.sampled_from(["none", "aggregate", "full"]))
def test_no_sequence_of_statements_changes_the_tracking_that_the_person_chose(after, tracking):
    """C7: the consent to tracking is a consent, too."""
    current = choose(None, "granted", {}, NOW, "preferences page", tracking)
    for statement in after:
        current = merge_consent(current, statement)

    assert (current.tracking, current.tracking_by_person) == (tracking, True)


@given(st.lists(statements, min_size=1, max_size=6))
def test_saying_the_same_again_changes_nothing(given_):
    current = None
    for statement in given_:
        current = merge_consent(current, statement)
        assert merge_consent(current, statement) == current


def refusal(consent, suppression=None, topic="offers", stream="marketing", at=NOW):
    return may_mail(Mailbox(hash="h", consent=consent, suppression=suppression), topic=topic, stream=stream, at=at)


def test_a_granted_topic_may_be_mailed_and_topics_inherit():
    assert refusal(GRANTED) is None
    assert refusal(GRANTED, topic="anything") is None
    assert refusal(replace(GRANTED, topics={"news": "withdrawn"}), topic="offers") is None


@pytest.mark.parametrize(
    ("consent", "topic", "reason"),
    [
        (None, "offers", "no_consent"),
        (stated("pending"), "offers", "unconfirmed"),
        (stated("withdrawn"), "offers", "unsubscribed"),
        (BY_LINK, "offers", "unsubscribed"),
        (replace(GRANTED, topics={"news": "withdrawn"}), "news", "left_topic"),
        (replace(GRANTED, topics={"news": "pending"}), "news", "unconfirmed"),
        (replace(GRANTED, expires_at=NOW), "offers", "consent_expired"),
    ],
)
def test_each_refusal_has_its_reason_and_order_mails_go_on(consent, topic, reason):
    """C6."""
    assert refusal(consent, topic=topic) == reason
    assert refusal(consent, topic=topic, stream="transactional") is None


def test_a_consent_ends_at_the_instant_of_its_expiry():
    consent = replace(GRANTED, expires_at=NOW)

    assert refusal(consent, at=NOW - timedelta(microseconds=1)) is None
    assert refusal(consent, at=NOW) == "consent_expired"


def test_a_hard_suppression_stops_all_and_a_soft_one_only_marketing():
    """C6."""
    hard = Suppression(reason="hard_bounce", scope="all", at=NOW)
    soft = Suppression(reason="soft_bounces", scope="marketing", at=NOW)

    assert refusal(GRANTED, hard) == "suppressed"
    assert refusal(GRANTED, hard, stream="transactional") == "suppressed"
    assert refusal(GRANTED, soft) == "suppressed"
    assert refusal(GRANTED, soft, stream="transactional") is None


def test_a_consent_is_read_from_its_fields():
    fields = {
        "status": "granted",
        "basis": "double",
        "at": "2026-02-01T10:00:00+01:00",
        "source": "website form",
        "text": "Yes,\r\nplease",
        "expires_at": "2028-02-01T00:00:00Z",
        "topics": {"news": "withdrawn"},
        "tracking": "aggregate",
    }

    assert consent_from_fields(fields, now=NOW) == Consent(
        status="granted",
        basis="double",
        at=datetime(2026, 2, 1, 9, tzinfo=UTC),
        source="website form",
        text="Yes,\nplease",
        expires_at=datetime(2028, 2, 1, tzinfo=UTC),
        topics={"news": "withdrawn"},
        tracking="aggregate",
    )


def test_what_is_left_out_has_the_defaults_of_the_interface():
    consent = consent_from_fields({"status": "withdrawn"}, now=NOW)

    assert consent == Consent(status="withdrawn", basis="opt_in", at=NOW, tracking="none")


@pytest.mark.parametrize(
    ("fields", "places"),
    [
        ({}, ["consent.status"]),
        ("granted", ["consent"]),
        ({"status": "granted"}, ["consent.at"]),
        ({"status": "yes", "at": "2026-02-01T10:00:00Z"}, ["consent.status"]),
        ({"status": "granted", "at": "2026-03-03T00:00:00Z"}, ["consent.at"]),
        ({"status": "granted", "at": "yesterday"}, ["consent.at"]),
        ({"status": "granted", "at": "2026-02-01T10:00:00"}, ["consent.at"]),
        ({"status": "withdrawn", "by_person": True, "topics": ["news"]}, ["consent.by_person", "consent.topics"]),
        ({"status": "withdrawn", "topics": {"Big News": "granted"}}, ["consent.topics"]),
        ({"status": "withdrawn", "topics": {"news": "maybe"}, "tracking": 1}, ["consent.topics", "consent.tracking"]),
    ],
)
def test_what_is_wrong_in_a_consent_is_named(fields, places):
    with pytest.raises(InvalidInput) as refused:
        consent_from_fields(fields, now=NOW)

    assert [detail.where for detail in refused.value.details] == places
