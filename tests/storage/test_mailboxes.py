"""The mailboxes' store and its stand-in obey one port: claims are exact under every race and repeat."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.caps import Cap, Caps, free_at
from chalicelib.domain.mail_history import claim_of, marketing_mails, with_claim
from chalicelib.domain.mailboxes import Claim, Consent, Mailbox, Sent, Suppression
from chalicelib.domain.messages import Message
from chalicelib.errors import StaleRevision
from chalicelib.storage.mailbox_items import mailbox_from_item, mailbox_to_item
from chalicelib.storage.mailboxes import MailboxesTable
from tests.fakes.mailboxes import MemoryMailboxes
from tests.storage.one_table import client_of, fresh_table

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEY, OTHER_KEY = "0" * 24, "f" * 24
FULL = Mailbox(
    hash="a" * 32,
    consent=Consent(
        status="granted",
        basis="double",
        at=NOW,
        source="till",
        text="Yes",
        origin="198.51.100.7",
        expires_at=NOW + timedelta(days=9),
        topics={"news": "withdrawn"},
        tracking="full",
        tracking_by_person=True,
        by_person=True,
        left=("news",),
    ),
    suppression=Suppression(reason="hard_bounce", scope="all", at=NOW),
    recent={KEY: Claim(batch_id="b-1", at=NOW, topic="offers", until=NOW + timedelta(days=3))},
    sends=(Sent(topic="offers", at=NOW - timedelta(days=9)), Sent(topic="news", at=NOW - timedelta(days=8))),
    last_click_at=NOW - timedelta(days=2),
    soft_bounces=(NOW, NOW + timedelta(days=1)),
    asked=(NOW - timedelta(hours=3), NOW),
    paused_until=NOW + timedelta(days=30),
    lifted_at=NOW - timedelta(days=1),
)


def claimed(mailbox, batch, key=KEY, at=NOW):
    """As it stands once the batch has claimed it."""
    return replace(mailbox, recent={**mailbox.recent, key: Claim(batch_id=batch, at=at)})


@pytest.fixture(params=["memory", "ministack"])
def store(request):
    if request.param == "memory":
        return MemoryMailboxes()
    return request.getfixturevalue("table")


@pytest.fixture
def dynamodb(emulator):
    return client_of(emulator)


@pytest.fixture
def table(dynamodb):
    return MailboxesTable(dynamodb, fresh_table(dynamodb, "Mailboxes"))


def test_what_was_put_comes_back_with_the_next_revision(store):
    bare = store.put(Mailbox(hash="b" * 32))
    full = store.put(FULL)

    assert (bare.revision, full) == (1, replace(FULL, revision=1))
    assert store.get("a" * 32) == full
    assert store.get("c" * 32) is None
    assert store.get_many(["a" * 32, "b" * 32, "c" * 32, "a" * 32]) == {"a" * 32: full, "b" * 32: bare}


def test_a_stale_write_is_refused_and_changes_nothing(store):
    first = store.put(FULL)
    second = store.put(replace(first, suppression=None))

    for stale in (FULL, first):
        with pytest.raises(StaleRevision):
            store.put(stale)
    assert store.get(FULL.hash) == second


def test_many_are_put_and_those_that_changed_in_between_are_told(store):
    old = store.put(FULL)
    store.put(replace(old, suppression=None))
    fresh = [Mailbox(hash=f"{n:032}") for n in range(40)]

    assert store.put_many([*fresh, replace(old, consent=None)]) == {FULL.hash}
    assert len(store.get_many([mailbox.hash for mailbox in fresh])) == 40
    assert store.put_many(fresh[:1]) == {fresh[0].hash}


def test_what_a_mailbox_no_longer_has_is_gone_also_in_bulk(store):
    full = store.put(FULL)
    bare = Mailbox(hash=FULL.hash, revision=full.revision)

    assert store.put_many([bare]) == set()
    assert store.get(FULL.hash) == replace(bare, revision=2)
    assert store.put_many([replace(FULL, revision=2)]) == set()
    assert store.get(FULL.hash) == replace(FULL, revision=3)


def test_claims_of_many_new_and_known_mailboxes(store):
    known = [store.put(Mailbox(hash=f"{n:032}")) for n in range(30)]
    new = [Mailbox(hash=f"{n:032}") for n in range(30, 40)]

    outcome = store.claim([claimed(one, "b-1") for one in (*known, *new)], KEY)

    assert outcome == {mailbox.hash: "claimed" for mailbox in (*known, *new)}
    found = store.get_many(list(outcome))
    assert all(mailbox.recent == {KEY: Claim(batch_id="b-1", at=NOW)} for mailbox in found.values())
    assert {mailbox.revision for mailbox in found.values()} == {1, 2}


def test_a_claim_writes_what_the_mailbox_remembers_and_nothing_else(store):
    read = store.put(FULL)
    later = Claim(batch_id="b-2", at=NOW, topic="news", until=NOW + timedelta(days=2))
    sends = (*FULL.sends, Sent(topic="offers", at=NOW))

    outcome = store.claim([replace(read, recent={OTHER_KEY: later}, sends=sends, consent=None)], OTHER_KEY)

    assert outcome == {FULL.hash: "claimed"}
    stored = store.get(FULL.hash)
    assert (stored.recent, sorted(stored.sends, key=str)) == ({OTHER_KEY: later}, sorted(sends, key=str))
    assert (stored.consent, stored.last_click_at, stored.revision) == (FULL.consent, FULL.last_click_at, 2)


def test_a_mailbox_as_the_first_version_wrote_it_still_loads():
    """What it did not note has its default."""
    item = {"hash": "a" * 32, "recent": {KEY: {"b": "b-1", "at": "2026-03-01T12:00:00+00:00"}}, "rev": 7}

    mailbox = mailbox_from_item(item)

    assert mailbox == Mailbox(hash="a" * 32, recent={KEY: Claim(batch_id="b-1", at=NOW)}, revision=7)
    assert mailbox_to_item(mailbox)["recent"][KEY] == {"b": "b-1", "at": "2026-03-01T12:00:00Z"}


def test_the_same_batch_claims_again_and_another_batch_does_not(store):
    """A1, A6: whichever attempt wrote it."""
    read = store.put(FULL)

    again = store.claim([claimed(read, "b-1", at=NOW + timedelta(hours=1))], KEY)
    rival = store.claim([claimed(read, "b-2")], KEY)

    assert (again, rival) == ({FULL.hash: "claimed"}, {FULL.hash: "taken"})
    assert store.get(FULL.hash) == read


def test_a_claim_on_what_changed_since_is_refused_and_writes_nothing(store):
    """A10: somebody unsubscribed between the decision and the claim."""
    read = store.put(Mailbox(hash="a" * 32))
    changed = store.put(replace(read, consent=FULL.consent))

    assert store.claim([claimed(read, "b-1")], KEY) == {read.hash: "changed"}
    assert store.claim([claimed(Mailbox(hash="a" * 32), "b-1")], KEY) == {read.hash: "changed"}
    assert store.claim([claimed(Mailbox(hash="9" * 32, revision=4), "b-1")], KEY) == {"9" * 32: "changed"}
    assert store.get(read.hash) == changed
    assert store.get("9" * 32) is None


def test_two_messages_claim_one_mailbox_one_after_the_other(store):
    read = store.put(Mailbox(hash="a" * 32))
    store.claim([claimed(read, "b-1")], KEY)

    assert store.claim([claimed(read, "b-2", OTHER_KEY)], OTHER_KEY) == {read.hash: "changed"}
    assert store.claim([claimed(store.get(read.hash), "b-2", OTHER_KEY)], OTHER_KEY) == {read.hash: "claimed"}
    assert set(store.get(read.hash).recent) == {KEY, OTHER_KEY}


def test_a_claim_refuses_a_stale_unsubscribe_which_then_sees_the_claim(store):
    read = store.put(Mailbox(hash="a" * 32))
    store.claim([claimed(read, "b-1")], KEY)

    with pytest.raises(StaleRevision):
        store.put(replace(read, consent=FULL.consent))
    assert store.get(read.hash).consent is None


def test_release_takes_back_only_this_batchs_claim(store):
    read = store.put(FULL)

    store.release(FULL.hash, KEY, "b-2")
    store.release(FULL.hash, OTHER_KEY, "b-1")
    store.release("9" * 32, KEY, "b-1")
    assert store.get(FULL.hash) == read
    store.release(FULL.hash, KEY, "b-1")
    store.release(FULL.hash, KEY, "b-1")

    assert store.get(FULL.hash) == replace(read, recent={}, revision=2)


@pytest.mark.parametrize("new", [True, False])
def test_of_twenty_batches_that_race_for_a_mailbox_one_has_it(table, new):
    """A1, A11."""
    read = Mailbox(hash="a" * 32) if new else table.put(Mailbox(hash="a" * 32))

    with ThreadPoolExecutor(20) as pool:
        outcomes = list(pool.map(lambda n: table.claim([claimed(read, f"b-{n}")], KEY)[read.hash], range(20)))

    assert sorted(outcomes) == ["claimed"] + ["taken"] * 19
    stored = table.get(read.hash)
    assert outcomes[int(stored.recent[KEY].batch_id[2:])] == "claimed"
    assert stored.revision == read.revision + 1


def test_of_ten_messages_that_race_for_a_mailbox_one_has_it_and_the_others_decide_again(table):
    read = table.put(Mailbox(hash="a" * 32))

    with ThreadPoolExecutor(10) as pool:
        outcomes = list(
            pool.map(lambda n: table.claim([claimed(read, "b", f"{n:024}")], f"{n:024}")[read.hash], range(10))
        )

    assert sorted(outcomes) == ["changed"] * 9 + ["claimed"]
    assert len(table.get(read.hash).recent) == 1


class LosesTheFirstAnswer:
    """Sends the request twice, as the SDK does when an answer is lost, and gives the second answer."""

    def __init__(self, client):
        self._client = client

    def __getattr__(self, name):
        return getattr(self._client, name)

    def batch_execute_statement(self, **request):
        self._client.batch_execute_statement(**request)
        return self._client.batch_execute_statement(**request)


def test_a_claim_whose_answer_was_lost_is_our_own(dynamodb):
    """A6."""
    name = fresh_table(dynamodb, "Mailboxes")
    table, lossy = MailboxesTable(dynamodb, name), MailboxesTable(LosesTheFirstAnswer(dynamodb), name)
    known = table.put(Mailbox(hash="a" * 32))

    outcome = lossy.claim([claimed(known, "b-1"), claimed(Mailbox(hash="b" * 32), "b-1")], KEY)

    assert outcome == {"a" * 32: "claimed", "b" * 32: "claimed"}
    assert {mailbox.revision for mailbox in table.get_many(["a" * 32, "b" * 32]).values()} == {1, 2}


def test_another_error_of_a_statement_rises(dynamodb):
    class Broken(LosesTheFirstAnswer):
        def batch_execute_statement(self, **request):
            error = {"Code": "ResourceNotFound", "Message": "no table"}
            return {"Responses": [{"Error": error} for _ in request["Statements"]]}

    broken = MailboxesTable(Broken(dynamodb), "Mailboxes")

    with pytest.raises(Exception, match="ResourceNotFound: no table"):
        broken.claim([claimed(Mailbox(hash="a" * 32), "b-1")], KEY)


def test_campaigns_that_race_for_a_mailbox_keep_its_cap(table):
    """B11: each reads, decides on what it read, and claims under that revision."""
    table.put(Mailbox(hash="a" * 32))
    caps = Caps(all=Cap(count=3, per=timedelta(days=7)))
    message = Message(id="c", source="campaign", name="c", once_key="c", template="t", versions={}, created_at=NOW)

    def campaign(number):
        one = replace(message, once_key=f"c.{number}")
        while True:
            box = table.get("a" * 32)
            if free_at(caps, one.topic, marketing_mails(box), NOW) != NOW:
                return "frequency_cap"
            wanted = with_claim(box, one.send_key, claim_of(one, f"b-{number}", NOW, NOW), caps)
            if table.claim([wanted], one.send_key)[box.hash] == "claimed":
                return "claimed"

    with ThreadPoolExecutor(10) as pool:
        outcomes = list(pool.map(campaign, range(10)))

    assert sorted(outcomes) == ["claimed"] * 3 + ["frequency_cap"] * 7
    assert len(table.get("a" * 32).recent) == 3
