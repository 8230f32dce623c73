"""`habitue withdrawals`."""

import json

from chalicelib.services.put_customer import put_customer
from chalicelib.services.unsubscribe import unsubscribe


def test_what_was_withdrawn_since_the_backup_holds_again(habitue):
    """F10."""
    app = habitue.server.app
    consent = {"status": "granted", "at": "2026-01-01T00:00:00Z"}
    ann = put_customer(app, "ann", {"email": "ann@example.com", "consent": consent})
    backup = app.mailboxes.get(ann.mailbox)
    unsubscribe(app, app.signer.sign("u", [ann.mailbox, "c.x", "b1", "ann"]))
    app.mailboxes.items[ann.mailbox] = backup

    ran = habitue("withdrawals", "replay", "--since", "2026-11-22T00:00:00Z")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out == "1 withdrawals since then, 1 of them had been forgotten and hold again\n"
    assert app.mailboxes.get(ann.mailbox).consent.status == "withdrawn"
    again = habitue("withdrawals", "replay", "--since", "2026-11-22T00:00:00Z", "--json")
    assert json.loads(again.out) == {"read": 1, "changed": 0}


def test_a_time_that_is_none_is_refused(habitue):
    ran = habitue("withdrawals", "replay", "--since", "yesterday")

    assert (ran.code, ran.out) == (1, "")
    assert "since" in ran.err
