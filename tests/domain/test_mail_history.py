"""What a mailbox remembers: enough for every rule, never more than a kilobyte."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.caps import Cap, Caps, free_at
from chalicelib.domain.customers import Customer
from chalicelib.domain.engagement import is_unengaged
from chalicelib.domain.mail_history import claim_of, last_mail, marketing_mails, with_claim
from chalicelib.domain.mailboxes import Claim, Consent, Mailbox, Sent
from chalicelib.domain.messages import Message
from chalicelib.storage.mailbox_items import mailbox_to_item

NOW = datetime(2026, 1, 1, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SALE = Message(id="c.s", source="campaign", name="s", once_key="c.s", template="t", versions={}, created_at=NOW)
ANN = Customer(id="ann", mailbox="m")


def claimed(box, number, at, *, topic="offers", caps=Caps(), lateness=DAY, **more):  # noqa: B008
    message = replace(SALE, once_key=f"c.{number}", topic=topic, max_lateness=lateness, **more)
    return with_claim(box, message.send_key, claim_of(message, f"{number:016x}", at, at), caps)


def test_a_claim_stays_until_its_message_cannot_be_attempted_in_any_zone():
    """Two customers of one address may live 26 hours apart."""
    box = claimed(Mailbox(hash="m"), 1, NOW)
    key = next(iter(box.recent))

    assert key in claimed(box, 2, NOW + 3 * DAY - HOUR).recent
    later = claimed(box, 3, NOW + 3 * DAY)
    assert key not in later.recent
    assert later.sends == (Sent(topic="offers", at=NOW),)
    assert [sent.at for sent in marketing_mails(later)] == [NOW + 3 * DAY, NOW]


def test_the_claim_of_a_campaign_in_parts_outlives_the_waits_between_them():
    """Stages and the rest after a test share its once key; two customers of one address may be in two of them."""
    for more in (
        {"is_part": True},
        {"campaign": {"stages": [{"percent": 10}]}},
        {"campaign": {"winner": {"after": "3d"}}},
    ):
        box = claimed(Mailbox(hash="m"), 1, NOW, **more)
        key = next(iter(box.recent))

        assert key in claimed(box, 2, NOW + 170 * DAY).recent
        assert key not in claimed(box, 3, NOW + 190 * DAY).recent
    assert not replace(SALE, campaign={"segments": ["regulars"]}).has_parts


def test_transactional_mail_counts_for_the_pause_only():
    box = claimed(Mailbox(hash="m"), 1, NOW, stream="transactional")

    assert marketing_mails(box) == []
    assert last_mail(box) == NOW
    assert claimed(box, 2, NOW + 9 * DAY).sends == ()


def test_the_mail_that_is_decided_about_is_not_counted():
    box = claimed(Mailbox(hash="m"), 1, NOW)
    key = next(iter(box.recent))

    assert (marketing_mails(box, without=key), last_mail(box, without=key)) == ([], None)


def test_claims_of_the_first_version_leave_after_a_month_and_count_for_nothing():
    box = Mailbox(hash="m", recent={"0" * 24: Claim(batch_id="b", at=NOW)})

    assert "0" * 24 in claimed(box, 1, NOW + 34 * DAY).recent
    later = claimed(box, 2, NOW + 36 * DAY)
    assert ("0" * 24 in later.recent, later.sends) == (False, ())


CAPS = Caps(all=Cap(count=4, per=30 * DAY), topics={"news": Cap(count=2, per=60 * DAY)})


@given(
    st.lists(
        st.tuples(st.integers(0, 40 * 24), st.sampled_from(["offers", "news", "tips"]), st.integers(1, 20)),
        min_size=1,
        max_size=60,
    )
)
def test_what_was_forgotten_would_have_changed_no_decision(gaps):
    """Against an evaluator that remembers everything: caps at each moment, and who is unengaged."""
    box, now = Mailbox(hash="m"), NOW
    everything: list[Sent] = []
    for number, (hours, topic, days) in enumerate(gaps):
        now += hours * HOUR
        known = marketing_mails(box)
        for asked in ("offers", "news", "tips"):
            for extra in (0, 1):
                assert free_at(CAPS, asked, known, now, extra=extra) == free_at(
                    CAPS, asked, everything, now, extra=extra
                )
        newer = [sent for sent in everything if sent.at > now - 180 * DAY]
        assert is_unengaged(ANN, box, known, now) == (len(newer) >= 10)
        box = claimed(box, number, now, topic=topic, caps=CAPS, lateness=days * DAY)
        everything.insert(0, Sent(topic=topic, at=now))


def _bytes(value):
    """What DynamoDB counts (developer guide, "Item sizes and formats")."""
    if isinstance(value, dict):
        return 3 + sum(len(name) + 1 + _bytes(inner) for name, inner in value.items())
    if isinstance(value, list):
        return 3 + sum(1 + _bytes(inner) for inner in value)
    if isinstance(value, bool):
        return 1
    return (len(str(value)) + 1) // 2 + 1 if isinstance(value, int) else len(value.encode())


def test_the_item_of_somebody_who_is_mailed_twice_a_day_stays_well_under_a_kilobyte():
    """Mails twice a day for a year, each a day late at most, with caps on two topics and a full consent."""
    consent = Consent(
        status="granted",
        basis="double",
        at=NOW,
        source="sign-up form",
        text="I want news of the shop by mail.",
        origin="198.51.100.7",
        topics={"news": "granted", "offers": "granted"},
        tracking="full",
        by_person=True,
    )
    box = Mailbox(hash="f" * 32, consent=consent, last_click_at=NOW)
    for number in range(2 * 365):
        box = claimed(box, number, NOW + number * DAY / 2, topic=("offers", "news")[number % 2], caps=CAPS)

    assert (len(box.recent), len(box.sends)) == (6, 11)
    assert _bytes({name: value for name, value in mailbox_to_item(box).items() if value}) < 900
