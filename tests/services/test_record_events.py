"""What SES reports: doubled, shuffled, early, late or about nobody, the end is the same."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.mail_events import MailEvent
from chalicelib.domain.mailboxes import Consent, Mailbox, Suppression
from chalicelib.errors import StaleRevision
from chalicelib.services.record_events import record_events
from tests.fakes import NOON
from tests.services.sending import DAY, open_shop

MINUTE = timedelta(minutes=1)


@pytest.fixture
def shop():
    return sent_shop()


def sent_shop():
    """One mail, sent to ann."""
    shop = open_shop()
    shop.person("ann", tracking="full")
    shop.launch()
    shop.run()
    return shop


def event(shop, kind, minutes=1, name="ann", batch_id=None, **more):
    return MailEvent(
        kind=kind,
        at=NOON + minutes * MINUTE,
        message_id="c.spring",
        batch_id=batch_id or next(iter(shop.batches.items))[1],
        customer_id=name,
        ses_id="ses-0001",
        address=f"{name}@example.com",
        **more,
    )


def bounce(shop, minutes=1):
    return event(shop, "bounced", minutes, suppresses=True)


def soft(shop, days):
    return event(shop, "soft_bounced", days * 24 * 60, soft=True)


@pytest.mark.parametrize("kind", ["sent", "delivered", "delayed"])
def test_a_mere_proof_writes_nothing_where_the_row_is_sent(shop, kind):
    before = shop.row("ann")

    record_events(shop.app, [event(shop, kind)])

    assert shop.row("ann") is before
    assert shop.report()["delivered"] == 1


@pytest.mark.parametrize("kind", ["sent", "delivered", "delayed", "opened", "bounced", "complained", "rejected"])
@pytest.mark.parametrize("status", ["unknown", "failed", None])
def test_an_event_proves_the_mail_sent(shop, kind, status):
    """A3, A12: also before our own record."""
    row = shop.row("ann")
    key = (row.message_id, row.batch_id, "ann")
    del shop.rows.items[key]
    if status is not None:
        shop.rows.items[key] = replace(row, status=status, reason="answer lost", ses_id=None)

    record_events(shop.app, [event(shop, kind)])

    assert (shop.row("ann").status, shop.row("ann").ses_id) == ("sent", "ses-0001")
    shop.rows.record([row])
    assert (shop.row("ann").at, shop.row("ann").mailbox) == (row.at, row.mailbox)


def test_a_mail_that_ses_could_not_render_was_not_sent(shop):
    row = shop.row("ann")
    shop.rows.items[row.message_id, row.batch_id, "ann"] = replace(row, status="unknown")

    record_events(shop.app, [event(shop, "rendering_failed", cause="no such variable")])

    assert (shop.row("ann").status, shop.row("ann").reason) == ("failed", "rendering_failed: no such variable")


def test_a_hard_bounce_suppresses_the_address_at_once(shop):
    """C11."""
    record_events(shop.app, [bounce(shop)])

    assert shop.box("ann").suppression == Suppression(reason="hard_bounce", scope="all", at=NOON + MINUTE)
    assert shop.row("ann").delivery == "bounced"
    assert (shop.report()["bounced"], shop.report()["delivered"]) == (1, 0)


def test_a_complaint_suppresses_the_address_at_once(shop):
    """C11."""
    record_events(shop.app, [event(shop, "complained", suppresses=True)])

    assert shop.box("ann").suppression == Suppression(reason="complaint", scope="all", at=NOON + MINUTE)
    assert (shop.report()["complained"], shop.report()["delivered"]) == (1, 1)


def test_a_bounce_that_blames_the_mail_suppresses_nobody(shop):
    """C11: "message too large" never counts against a person."""
    before = shop.box("ann")

    for _ in range(6):
        record_events(shop.app, [event(shop, "bounced")])

    assert shop.box("ann") == before


def test_five_soft_bounces_in_14_days_stop_marketing(shop):
    """C11."""
    for days in (1, 2, 3, 4):
        record_events(shop.app, [soft(shop, days)])
    assert shop.box("ann").suppression is None

    record_events(shop.app, [soft(shop, 14.9)])

    assert shop.box("ann").suppression == Suppression(reason="soft_bounces", scope="marketing", at=NOON + 14.9 * DAY)


@pytest.mark.parametrize("days", [(1, 2, 3, 4, 15), (1, 2, 3, 4, 4, 4, 4), (1, 6, 11, 16, 21, 26)])
def test_fewer_or_longer_apart_they_do_not(shop, days):
    """C11, A12."""
    for day in days:
        record_events(shop.app, [soft(shop, day)])

    assert shop.box("ann").suppression is None


def test_soft_bounces_in_any_order_come_to_the_same(shop):
    """A12: an old one that comes late makes no five of bounces that are weeks apart."""
    for days, suppressed in (((1, 20, 21, 22, 23), False), ((1, 2, 3, 4, 5), True)):
        for order in permutations(days):
            shop.mailboxes.items[shop.box("ann").hash] = Mailbox(hash=shop.box("ann").hash, revision=1)
            for day in order:
                record_events(shop.app, [soft(shop, day)])
            assert (shop.box("ann").suppression is not None) is suppressed, order


def test_a_hard_bounce_stands_over_soft_ones_and_nothing_over_it(shop):
    for days in range(5):
        record_events(shop.app, [soft(shop, days)])
    record_events(shop.app, [bounce(shop)])
    stands = shop.box("ann")
    assert stands.suppression is not None
    assert stands.suppression.reason == "hard_bounce"

    record_events(shop.app, [event(shop, "complained", 2, suppresses=True)])
    record_events(shop.app, [soft(shop, 9)])

    assert shop.box("ann") == stands


@given(st.lists(st.integers(0, 5), min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_doubled_and_shuffled_events_end_alike(picks, random):
    """A12, invariant 9."""
    ends = []
    shuffled = picks + picks
    random.shuffle(shuffled)
    for order in (picks, shuffled):
        shop = sent_shop()
        kinds = [
            event(shop, "sent"),
            event(shop, "delivered", 2),
            event(shop, "delayed", 2),
            event(shop, "opened", 3),
            event(shop, "bounced", 4, suppresses=True),
            soft(shop, 1),
        ]
        for pick in order:
            record_events(shop.app, [kinds[pick]])
        box = shop.box("ann")
        reason = box.suppression.reason if box.suppression else None
        ends.append((shop.row("ann"), reason, shop.report()))

    assert ends[0] == ends[1]


def test_an_event_of_an_unknown_launch_is_dropped(shop):
    """A12."""
    before = dict(shop.rows.items)

    record_events(shop.app, [replace(bounce(shop), message_id="c.other")])

    assert shop.rows.items == before
    assert shop.box("ann").suppression is None


def test_an_event_of_an_unknown_person_or_batch_counts_for_nobody(shop):
    """A12."""
    before = shop.report()

    record_events(shop.app, [replace(bounce(shop), customer_id="nobody")])
    record_events(shop.app, [replace(bounce(shop), batch_id="other")])

    assert shop.report() == before


def test_a_late_bounce_concerns_the_address_that_the_mail_went_to(shop):
    """A12: a day late, after the person changed the address."""
    old = shop.box("ann")
    shop.change("ann", email="new@example.com")
    shop.clock.advance(DAY)

    record_events(shop.app, [bounce(shop)])

    assert shop.mailboxes.items[old.hash].suppression is not None
    assert shop.box("ann").suppression is None
    assert (shop.row("ann").delivery, shop.row("ann").delivery_at) == ("bounced", NOON + MINUTE)


def test_also_where_only_the_mark_knows_the_address(monkeypatch):
    """A12: the sender died, the event came first, the address changed."""
    shop = open_shop()
    shop.person("ann")
    shop.launch()
    monkeypatch.setattr(shop.rows, "record", lambda rows: None)
    monkeypatch.setattr(shop.batches, "finish", lambda batch: None)
    shop.send()
    old = shop.box("ann")
    shop.change("ann", email="new@example.com")

    record_events(shop.app, [bounce(shop)])

    assert shop.mailboxes.items[old.hash].suppression is not None
    assert shop.box("ann").suppression is None


@pytest.mark.parametrize("known", [True, False])
def test_without_row_and_mark_the_address_that_ses_names_is_meant(shop, known):
    """As after an erasure, which may have left the address with somebody else."""
    hash_ = shop.box("ann").hash
    shop.rows.items.clear()
    if not known:
        shop.customers.items.clear()

    record_events(shop.app, [bounce(shop)])

    assert [box.hash for box in shop.mailboxes.items.values() if box.suppression] == [hash_]


def test_a_mailbox_that_was_taken_away_is_suppressed_all_the_same(shop):
    hash_ = shop.box("ann").hash
    shop.mailboxes.items.clear()

    record_events(shop.app, [bounce(shop)])

    assert shop.mailboxes.items[hash_].suppression is not None


def test_a_mailbox_that_changes_meanwhile_is_read_again(shop):
    shop.once(shop.mailboxes, "put", lambda: shop.mailboxes.put(shop.box("ann")))

    record_events(shop.app, [bounce(shop)])

    assert shop.box("ann").suppression is not None


def test_a_mailbox_that_never_rests_is_left_to_the_queue(shop):
    def restless(box):
        raise StaleRevision("changed")

    shop.mailboxes.put = restless

    with pytest.raises(StaleRevision, match="changed 8 times while it was suppressed"):
        record_events(shop.app, [bounce(shop)])


@pytest.mark.parametrize("tracking", ["none", "aggregate"])
def test_an_open_of_someone_who_took_the_consent_back_is_not_noted(shop, tracking):
    said = Consent(status="granted", at=NOON, tracking=tracking, tracking_by_person=True, by_person=True)
    shop.mailboxes.put(replace(shop.box("ann"), consent=said))
    before = dict(shop.rows.items)

    record_events(shop.app, [event(shop, "opened"), event(shop, "delivered")])

    assert shop.rows.items == before
