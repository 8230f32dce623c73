"""How a launched message lies in the Sends table: below its campaign or flow, due until it is planned."""

from dataclasses import asdict, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from chalicelib.domain.messages import Audience, Message, MessageState, Variant
from chalicelib.errors import StaleRevision
from chalicelib.storage import keys
from chalicelib.storage.items import pack, unpack


def _iso(value: datetime | date | time | None) -> str | None:
    return value.isoformat() if value is not None else None


def to_item(message: Message) -> dict[str, Any]:
    """The attributes of a message, without its keys."""
    audience = message.audience
    return {
        "id": message.id,
        "source": message.source,
        "name": message.name,
        "once_key": message.once_key,
        "template": message.template,
        "versions": dict(message.versions),
        "offer": message.offer,
        "topic": message.topic,
        "stream": message.stream,
        "segments": list(audience.segments),
        "exclude": list(audience.exclude),
        "date_field": audience.date_field,
        "day": _iso(audience.day),
        "people": list(audience.people) or None,
        "mailbox": audience.mailbox,
        "products": list(message.products),
        "from_name": message.from_name,
        "reply_to": message.reply_to,
        "send_at": _iso(message.send_at),
        "local_time": _iso(message.local_time),
        "local_day": _iso(message.local_day),
        "max_lateness": int(message.max_lateness.total_seconds()),
        "not_before": _iso(message.not_before),
        "holdout_percent": message.holdout_percent,
        "priority": message.priority,
        "variants": [asdict(variant) for variant in message.variants] or None,
        "include_unengaged": message.include_unengaged,
        "created_at": _iso(message.created_at),
        "state": message.state,
        "state_reason": message.state_reason,
        "revision": message.revision,
    }


def from_item(item: dict[str, Any]) -> Message:
    """The message that the attributes stand for."""

    def read(name: str, parse: Any) -> Any:
        value = item.get(name)
        return parse(value) if value is not None else None

    return Message(
        id=item["id"],
        source=item["source"],
        name=item["name"],
        once_key=item["once_key"],
        template=item["template"],
        versions=item["versions"],
        offer=item.get("offer"),
        topic=item["topic"],
        stream=item["stream"],
        audience=Audience(
            segments=tuple(item["segments"]),
            exclude=tuple(item["exclude"]),
            date_field=item.get("date_field"),
            day=read("day", date.fromisoformat),
            people=tuple(item.get("people") or ()),
            mailbox=item.get("mailbox"),
        ),
        products=tuple(item["products"]),
        from_name=item.get("from_name"),
        reply_to=item.get("reply_to"),
        send_at=read("send_at", datetime.fromisoformat),
        local_time=read("local_time", time.fromisoformat),
        local_day=read("local_day", date.fromisoformat),
        max_lateness=timedelta(seconds=item["max_lateness"]),
        not_before=read("not_before", datetime.fromisoformat),
        holdout_percent=item.get("holdout_percent", 0),
        priority=item.get("priority", "normal"),
        variants=tuple(Variant(**variant) for variant in item.get("variants") or ()),
        include_unengaged=item.get("include_unengaged", True),
        created_at=datetime.fromisoformat(item["created_at"]),
        state=item["state"],
        state_reason=item["state_reason"],
        revision=item["revision"],
    )


class MessagesTable:
    """`ports.Messages` on DynamoDB."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def get(self, message_id: str) -> Message | None:
        """Consistent, so that a pause is seen by the next batch."""
        answer = self._client.get_item(TableName=self._table, Key=pack(keys.message(message_id)), ConsistentRead=True)
        return from_item(unpack(answer["Item"])) if "Item" in answer else None

    def create(self, message: Message, due_at: datetime) -> bool:
        """Write it if absent, to be planned at `due_at`; False where it was there."""
        item = {
            **keys.message(message.id),
            **to_item(replace(message, revision=1)),
            "due_shard": keys.due_shard(message.id),
            "due_at": keys.instant(due_at),
        }
        try:
            self._client.put_item(
                TableName=self._table, Item=pack(item), ConditionExpression="attribute_not_exists(pk)"
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def move(self, message: Message, state: MessageState, reason: str = "", due_at: datetime | None = None) -> Message:
        """Change the state under the revision; without `due_at` there is nothing to plan any more."""
        update = "SET #state = :state, state_reason = :reason, revision = :next"
        values = {":state": state, ":reason": reason, ":next": message.revision + 1, ":seen": message.revision}
        if due_at is None:
            update += " REMOVE due_shard, due_at"
        else:
            update += ", due_shard = :shard, due_at = :due"
            values |= {":shard": keys.due_shard(message.id), ":due": keys.instant(due_at)}
        try:
            self._client.update_item(
                TableName=self._table,
                Key=pack(keys.message(message.id)),
                UpdateExpression=update,
                ConditionExpression="revision = :seen",
                ExpressionAttributeNames={"#state": "state"},
                ExpressionAttributeValues=pack(values),
            )
        except self._client.exceptions.ConditionalCheckFailedException as error:
            raise StaleRevision(f"message {message.id!r} was changed meanwhile; read it again") from error
        return replace(message, state=state, state_reason=reason, revision=message.revision + 1)

    def rename(self, message: Message, person: str, stand_in: str) -> None:
        """Under the revision; what is due stays due."""
        people = [stand_in if one == person else one for one in message.audience.people]
        values = {":people": people, ":next": message.revision + 1, ":seen": message.revision}
        try:
            self._client.update_item(
                TableName=self._table,
                Key=pack(keys.message(message.id)),
                UpdateExpression="SET people = :people, revision = :next",
                ConditionExpression="revision = :seen",
                ExpressionAttributeValues=pack(values),
            )
        except self._client.exceptions.ConditionalCheckFailedException as error:
            raise StaleRevision(f"message {message.id!r} was changed meanwhile; read it again") from error

    def of(self, source: str, name: str) -> list[Message]:
        """All of one campaign ("c") or flow ("f"), by id."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues=pack({":pk": keys.messages_of(source, name)}),
        )
        return [from_item(unpack(item)) for page in pages for item in page["Items"]]
