"""C1, C3, C4, C5, C6: a withdrawal is durable before it is answered, done once, and cannot be forged."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.consent import may_mail
from chalicelib.domain.mailboxes import Claim, Mailbox
from chalicelib.domain.messages import Row
from chalicelib.errors import InvalidToken, StaleRevision
from chalicelib.services.put_customer import put_customer
from chalicelib.services.read_preferences import read_preferences
from chalicelib.services.read_unsubscribe import read_unsubscribe
from chalicelib.services.save_preferences import Choice, save_preferences
from chalicelib.services.unsubscribe import unsubscribe
from tests.fakes import NOON, make_app
from tests.fakes.files import MemoryFiles
from tests.fakes.mailboxes import MemoryMailboxes

MESSAGE, BATCH = "c.spring.1", "b-1"
CONSENT = {"status": "granted", "at": "2026-01-01T10:00:00Z", "topics": {"news": "granted"}}


def prepared(**ports):
    app = make_app(**ports)
    put_customer(app, "c-1", {"email": "ann@example.com", "consent": CONSENT})
    hash_ = app.keyed.mailbox("ann@example.com")
    row = Row(message_id=MESSAGE, batch_id=BATCH, customer_id="c-1", status="sent", at=NOON, mailbox=hash_)
    app.rows.record([row])
    return app


@pytest.fixture
def app():
    return prepared()


def token(app, purpose="u", message=MESSAGE):
    return app.signer.sign(purpose, [app.keyed.mailbox("ann@example.com"), message, BATCH, "c-1"])


def mailbox(app):
    return app.mailboxes.get(app.keyed.mailbox("ann@example.com"))


def refusal(app, topic="offers", stream="marketing"):
    box = mailbox(app)
    return may_mail(box, topic=topic, stream=stream, at=app.clock.now())


def proofs(app):
    return [json.loads(app.files.get(key)) for key in app.files.keys("unsubscribes/")]


def test_all_marketing_is_withdrawn_and_order_mails_go_on(app):
    """C6."""
    outcome = unsubscribe(app, token(app))

    assert outcome.first_time
    assert (refusal(app), refusal(app, "news")) == ("unsubscribed", "unsubscribed")
    assert refusal(app, stream="transactional") is None
    assert app.customers.get("c-1").consent_status == "withdrawn"
    assert app.rows.get(MESSAGE, BATCH, "c-1").unsubscribed_at == NOON
    assert app.rows.get(MESSAGE, BATCH, "c-1").status == "sent"


def test_the_proof_is_kept_apart_and_knows_no_address(app):
    unsubscribe(app, token(app))
    hash_ = app.keyed.mailbox("ann@example.com")

    assert app.files.keys("unsubscribes/") == [f"unsubscribes/2026-11-22/{hash_}-20261122T120000000000Z.json"]
    assert proofs(app) == [
        {
            "mailbox": hash_,
            "at": "2026-11-22T12:00:00Z",
            "status": "withdrawn",
            "left": [],
            "source": "unsubscribe link of message c.spring.1",
            "message": "c.spring.1",
        }
    ]


def test_a_second_time_says_that_it_was_done_and_changes_nothing(app):
    """C5."""
    unsubscribe(app, token(app))
    after = (dict(app.mailboxes.items), dict(app.customers.items), dict(app.files.objects))
    app.clock.advance(timedelta(days=3))

    assert [unsubscribe(app, token(app)).first_time for _ in range(3)] == [False] * 3
    assert (app.mailboxes.items, app.customers.items, app.files.objects) == after
    assert app.rows.get(MESSAGE, BATCH, "c-1").unsubscribed_at == NOON


def test_the_link_of_another_mail_finds_it_done_and_marks_no_second_row(app):
    unsubscribe(app, token(app))
    app.rows.record([replace(app.rows.get(MESSAGE, BATCH, "c-1"), message_id="c.other.1", unsubscribed_at=None)])

    assert not unsubscribe(app, token(app, message="c.other.1")).first_time
    assert app.rows.get("c.other.1", BATCH, "c-1").unsubscribed_at is None


def test_reading_any_number_of_times_changes_nothing(app):
    """C1."""
    before = (app.mailboxes.writes, app.customers.writes, dict(app.files.objects))

    assert [read_unsubscribe(app, token(app)) for _ in range(5)] == [False] * 5
    assert read_preferences(app, token(app, "p")).status == "granted"
    assert (app.mailboxes.writes, app.customers.writes, app.files.objects) == before
    unsubscribe(app, token(app))
    assert read_unsubscribe(app, token(app))


@pytest.mark.parametrize("use", [unsubscribe, read_unsubscribe])
def test_a_forged_or_a_foreign_token_is_refused_and_changes_nothing(app, use):
    """C3, F1."""
    before = mailbox(app)
    good = token(app)

    for bad in ["", "x", good[:-1], good + "A", token(app, "p"), token(app, "v"), good.swapcase()]:
        with pytest.raises(InvalidToken):
            use(app, bad)
    assert mailbox(app) == before


def test_an_address_without_a_record_can_leave_too():
    app = make_app()

    assert unsubscribe(app, token(app)).first_time
    assert mailbox(app).consent.status == "withdrawn"
    assert refusal(app) == "unsubscribed"


class Throttled(Exception):
    """What a store raises that could not write."""


class FailingMailboxes(MemoryMailboxes):
    fails = False

    def put(self, mailbox):
        if self.fails:
            raise Throttled
        return super().put(mailbox)


class FailingFiles(MemoryFiles):
    fails = True

    def create(self, key, content, content_type="application/octet-stream"):
        if self.fails:
            raise Throttled
        return super().create(key, content, content_type)


def test_a_throttled_table_is_never_answered_as_done():
    """C4."""
    app = prepared(mailboxes=FailingMailboxes())
    app.mailboxes.fails = True

    with pytest.raises(Throttled):
        unsubscribe(app, token(app))
    assert mailbox(app).consent.status == "granted"
    assert proofs(app) == []


def test_an_attempt_that_died_before_the_proof_is_completed_by_the_next():
    """A2, C4."""
    app = prepared(files=FailingFiles())
    with pytest.raises(Throttled):
        unsubscribe(app, token(app))
    assert refusal(app) == "unsubscribed"
    app.files.fails = False
    app.clock.advance(timedelta(minutes=5))

    assert not unsubscribe(app, token(app)).first_time
    assert len(proofs(app)) == 1
    assert app.rows.get(MESSAGE, BATCH, "c-1").unsubscribed_at == NOON
    assert app.customers.get("c-1").consent_status == "withdrawn"


def test_after_the_answer_no_claim_on_an_older_reading_succeeds(app):
    """A10."""
    read = mailbox(app)
    unsubscribe(app, token(app))

    claim = Claim(batch_id="b-2", at=app.clock.now())
    assert app.mailboxes.claim([replace(read, recent={"0" * 24: claim})], "0" * 24) == {read.hash: "changed"}
    with pytest.raises(StaleRevision):
        app.mailboxes.put(read)


class BusyMailboxes(MemoryMailboxes):
    """Claims come in between the reading and the writing, twice."""

    rivals = 0

    def put(self, mailbox):
        if self.rivals:
            self.rivals -= 1
            super().put(self.items[mailbox.hash])
        return super().put(mailbox)


def test_a_claim_in_between_is_no_obstacle():
    app = prepared(mailboxes=BusyMailboxes())
    app.mailboxes.rivals = 2

    assert unsubscribe(app, token(app)).first_time
    assert refusal(app) == "unsubscribed"


def test_single_topics_are_left_and_taken_again_on_the_preferences_page(app):
    """C6, C7."""
    left = save_preferences(
        app, token(app, "p"), Choice(status="granted", topics={"offers": "granted", "news": "withdrawn"})
    )

    assert left.preferences.topics == {"news": "withdrawn", "offers": "granted"}
    assert (refusal(app), refusal(app, "news")) == (None, "left_topic")
    assert [proof["left"] for proof in proofs(app)] == [["news"]]
    later = {**CONSENT, "at": "2026-11-22T11:00:00Z"}
    put_customer(app, "c-1", {"consent": later})
    assert refusal(app, "news") == "left_topic"
    back = save_preferences(
        app, token(app, "p"), Choice(status="granted", topics={"offers": "granted", "news": "granted"})
    )
    assert back.preferences.topics == {"news": "granted", "offers": "granted"}
    assert refusal(app, "news") is None


def test_choosing_nothing_is_a_withdrawal_with_its_proof(app):
    save_preferences(
        app, token(app, "p"), Choice(status="withdrawn", topics={"offers": "withdrawn", "news": "withdrawn"})
    )

    assert refusal(app) == "unsubscribed"
    assert app.customers.get("c-1").consent_status == "withdrawn"
    assert [proof["status"] for proof in proofs(app)] == ["withdrawn"]


def test_the_page_lists_the_topics_in_use_and_those_of_the_person():
    app = make_app()

    assert read_preferences(app, token(app, "p")).topics == {"offers": "withdrawn"}
    save_preferences(app, token(app, "p"), Choice(status="granted", topics={"offers": "granted"}))
    assert read_preferences(app, token(app, "p")).status == "granted"
    assert app.mailboxes.get(app.keyed.mailbox("ann@example.com")) != Mailbox(hash="")


def test_the_preferences_page_refuses_a_token_of_another_purpose(app):
    """F1."""
    for use in (read_preferences, lambda app, bad: save_preferences(app, bad, Choice(status="withdrawn", topics={}))):
        with pytest.raises(InvalidToken):
            use(app, token(app, "u"))
    assert refusal(app) is None
