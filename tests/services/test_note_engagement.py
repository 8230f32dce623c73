"""A human click is remembered with the mailbox, once a day at most."""

from datetime import timedelta

import pytest

from chalicelib.domain.mailboxes import Mailbox, Suppression
from chalicelib.services.note_engagement import note_engagement
from tests.fakes import NOON, make_app
from tests.fakes.mailboxes import MemoryMailboxes

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def app():
    return make_app(mailboxes=MemoryMailboxes(Mailbox(hash="m")))


def clicked(app):
    return app.mailboxes.get("m").last_click_at


def test_a_click_is_noted_and_those_of_the_same_day_cost_no_write(app):
    assert note_engagement(app, "m", NOON)
    writes = app.mailboxes.writes

    assert not any(note_engagement(app, "m", NOON + hours * HOUR) for hours in (0, 1, 23))
    assert (clicked(app), app.mailboxes.writes) == (NOON, writes)
    assert note_engagement(app, "m", NOON + DAY)
    assert clicked(app) == NOON + DAY


def test_an_older_click_that_comes_late_changes_nothing(app):
    """A12."""
    note_engagement(app, "m", NOON)

    assert not note_engagement(app, "m", NOON - 9 * DAY)
    assert clicked(app) == NOON


def test_a_mailbox_that_is_unknown_or_erased_stays_so(app):
    erased = Suppression(reason="erased", scope="all", at=NOON)
    app.mailboxes.put(Mailbox(hash="gone", suppression=erased))

    assert not note_engagement(app, "gone", NOON)
    assert not note_engagement(app, "never", NOON)
    assert app.mailboxes.get("gone").last_click_at is None
    assert app.mailboxes.get("never") is None


def test_a_rival_that_writes_in_between_loses_nothing(app):
    real, rival = app.mailboxes.put, Suppression(reason="complaint", scope="all", at=NOON)

    def put(box):
        app.mailboxes.put = real
        real(Mailbox(hash="m", suppression=rival, revision=box.revision))
        return real(box)

    app.mailboxes.put = put

    assert note_engagement(app, "m", NOON)
    assert app.mailboxes.get("m").suppression == rival
    assert clicked(app) == NOON
