"""How a mailbox is claimed for one message by one conditional write, and how each outcome is told from the others."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from chalicelib.domain.mailboxes import Mailbox
from chalicelib.storage.batching import read_items, run_statements
from chalicelib.storage.conditional import put_under_revision
from chalicelib.storage.inserts import StatementRefused
from chalicelib.storage.items import pack, pack_value, unpack
from chalicelib.storage.mailbox_items import mailbox_from_item, mailbox_to_item, recent_to_item, sends_to_item
from chalicelib.storage.revised import put_many_revised

_REFUSED = frozenset({"ConditionalCheckFailed", "DuplicateItem"})


class MailboxesTable:
    """`ports.Mailboxes` on DynamoDB. Every read is consistent: it decides whether someone may be mailed."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def get(self, hash_: str) -> Mailbox | None:
        """One mailbox."""
        answer = self._client.get_item(TableName=self._table, Key={"hash": {"S": hash_}}, ConsistentRead=True)
        return mailbox_from_item(unpack(answer["Item"])) if "Item" in answer else None

    def get_many(self, hashes: Sequence[str]) -> dict[str, Mailbox]:
        """Those that exist, by hash."""
        wanted = [{"hash": {"S": hash_}} for hash_ in dict.fromkeys(hashes)]
        found = (mailbox_from_item(unpack(item)) for item in read_items(self._client, self._table, wanted))
        return {mailbox.hash: mailbox for mailbox in found}

    def put(self, mailbox: Mailbox) -> Mailbox:
        """Write under the revision. Raises: StaleRevision."""
        item = mailbox_to_item(mailbox)
        put_under_revision(self._client, self._table, "hash", item, mailbox.revision, f"mailbox {mailbox.hash}")
        return replace(mailbox, revision=mailbox.revision + 1)

    def put_many(self, mailboxes: Sequence[Mailbox]) -> set[str]:
        """25 a request. The hashes of those that somebody else wrote since."""
        items = [(mailbox_to_item(mailbox), mailbox.revision) for mailbox in mailboxes]
        return {mailboxes[place].hash for place in put_many_revised(self._client, self._table, "hash", items)}

    def claim(self, mailboxes: Sequence[Mailbox], send_key: str) -> dict[str, str]:
        """One statement a mailbox, 25 a request; the hashes must differ.

        A statement that is refused is settled by what stands in the table: our own batch under the key is a claim of
        an earlier attempt, or of this one whose answer was lost and which the SDK repeated.
        """
        statements = [self._claim_statement(mailbox, send_key) for mailbox in mailboxes]
        outcome: dict[str, str] = {}
        refused: list[Mailbox] = []
        for mailbox, answer in zip(mailboxes, run_statements(self._client, statements), strict=True):
            code = answer.get("Error", {}).get("Code")
            if code is not None and code not in _REFUSED:
                raise StatementRefused(f"claim of mailbox {mailbox.hash}: {code}: {answer['Error'].get('Message')}")
            outcome[mailbox.hash] = "claimed"
            if code is not None:
                refused.append(mailbox)
        # Answers can carry the old item, but not for an INSERT; one consistent read settles both.
        standing = self.get_many([mailbox.hash for mailbox in refused]) if refused else {}
        return outcome | {
            mailbox.hash: _settle(standing.get(mailbox.hash), send_key, mailbox.recent[send_key].batch_id)
            for mailbox in refused
        }

    def _claim_statement(self, mailbox: Mailbox, send_key: str) -> dict[str, Any]:
        recent, sends = recent_to_item(mailbox), sends_to_item(mailbox)
        if mailbox.revision == 0:
            item = pack({"hash": mailbox.hash, "recent": recent, "sends": sends, "rev": 1})
            names = ", ".join(f"'{name}': ?" for name in item)
            return {"Statement": f'INSERT INTO "{self._table}" VALUE {{{names}}}', "Parameters": list(item.values())}
        changes = 'SET "recent" = ? SET "sends" = ? SET "rev" = ?'
        where = f'"hash" = ? AND "rev" = ? AND "recent"."{send_key}" IS MISSING'
        return {
            # Table and send key are our own, never a caller's text.
            "Statement": f'UPDATE "{self._table}" {changes} WHERE {where}',  # noqa: S608
            "Parameters": [
                pack_value(recent),
                pack_value(sends),
                pack_value(mailbox.revision + 1),
                pack_value(mailbox.hash),
                pack_value(mailbox.revision),
            ],
        }

    def release(self, hash_: str, send_key: str, batch_id: str) -> None:
        """Take back this batch's claim; nothing where another batch holds the key or nobody does."""
        try:
            self._client.update_item(
                TableName=self._table,
                Key={"hash": {"S": hash_}},
                UpdateExpression="REMOVE recent.#key SET rev = rev + :one",
                ConditionExpression="recent.#key.b = :batch",
                ExpressionAttributeNames={"#key": send_key},
                ExpressionAttributeValues=pack({":one": 1, ":batch": batch_id}),
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return


def _settle(standing: Mailbox | None, send_key: str, batch_id: str) -> str:
    """What a refused claim means."""
    held = standing.recent.get(send_key) if standing else None
    if held is None:
        return "changed"
    return "claimed" if held.batch_id == batch_id else "taken"
