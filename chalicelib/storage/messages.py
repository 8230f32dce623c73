"""How a launched message lies in the Sends table: below its campaign or flow, due until it is planned."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from chalicelib.domain.messages import Audience, FollowUp, Message, Move, Variant
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
        "follow_up": asdict(audience.follow_up) if audience.follow_up else None,
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
        "campaign": dict(message.campaign) if message.campaign is not None else None,
        "is_part": message.is_part or None,
        "moved_at": _iso(message.moved_at),
        **_standing(message),
        "created_at": _iso(message.created_at),
        "revision": message.revision,
    }


def _standing(message: Message) -> dict[str, Any]:
    """What a move changes beside the revision."""
    return {
        "state": message.state,
        "state_reason": message.state_reason,
        "moves": [{"state": move.state, "reason": move.reason, "at": _iso(move.at)} for move in message.moves] or None,
        "frozen_at": _iso(message.frozen_at),
    }


def _move(item: Mapping[str, Any]) -> Move:
    return Move(state=item["state"], reason=item["reason"], at=datetime.fromisoformat(item["at"]))


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
            follow_up=read("follow_up", lambda fields: FollowUp(**fields)),
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
        campaign=item.get("campaign"),
        is_part=item.get("is_part", False),
        moved_at=read("moved_at", datetime.fromisoformat),
        frozen_at=read("frozen_at", datetime.fromisoformat),
        state=item["state"],
        state_reason=item["state_reason"],
        moves=tuple(_move(one) for one in item.get("moves") or ()),
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

    def create(self, message: Message, due_at: datetime | None) -> bool:
        """Write it if absent, to be planned at `due_at`; False where it was there."""
        item = {**keys.message(message.id), **to_item(replace(message, revision=1))}
        if due_at is not None:
            item |= {"due_shard": keys.due_shard(keys.PLANNING, message.id), "due_at": keys.instant(due_at)}
        try:
            self._client.put_item(
                TableName=self._table, Item=pack(item), ConditionExpression="attribute_not_exists(pk)"
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def move(self, message: Message, due_at: datetime | None = None) -> Message:
        """Write the state under the revision; without `due_at` there is nothing to plan any more."""
        known = {name: value for name, value in _standing(message).items() if value is not None}
        update = f"SET revision = :next, {', '.join(f'#{name} = :{name}' for name in known)}"
        values = {f":{name}": value for name, value in known.items()}
        values |= {":next": message.revision + 1, ":seen": message.revision}
        if due_at is None:
            update += " REMOVE due_shard, due_at"
        else:
            update += ", due_shard = :shard, due_at = :due"
            values |= {":shard": keys.due_shard(keys.PLANNING, message.id), ":due": keys.instant(due_at)}
        try:
            self._client.update_item(
                TableName=self._table,
                Key=pack(keys.message(message.id)),
                UpdateExpression=update,
                ConditionExpression="revision = :seen",
                ExpressionAttributeNames={f"#{name}": name for name in known},
                ExpressionAttributeValues=pack(values),
            )
        except self._client.exceptions.ConditionalCheckFailedException as error:
            raise StaleRevision(f"message {message.id!r} was changed meanwhile; read it again") from error
        return replace(message, revision=message.revision + 1)

    def beat(self, message_id: str, at: datetime) -> None:
        """Beside the revision: a pause that is on its way is not refused for it."""
        with suppress(self._client.exceptions.ConditionalCheckFailedException):
            self._client.update_item(
                TableName=self._table,
                Key=pack(keys.message(message_id)),
                UpdateExpression="SET moved_at = :at",
                ConditionExpression="attribute_exists(pk)",
                ExpressionAttributeValues=pack({":at": _iso(at)}),
            )

    def postpone(self, message_id: str, now: datetime, until: datetime) -> bool:
        """Plan it again at `until` if it is due to be planned now: of two feeders one wins."""
        try:
            self._client.update_item(
                TableName=self._table,
                Key=pack(keys.message(message_id)),
                UpdateExpression="SET due_at = :until",
                ConditionExpression="due_at <= :now",
                ExpressionAttributeValues=pack({":now": keys.instant(now), ":until": keys.instant(until)}),
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

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
        """All of one campaign ("c") or flow ("f"), by id. Consistent: a pause reaches a part that began just now."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues=pack({":pk": keys.messages_of(source, name)}),
            ConsistentRead=True,
        )
        return [from_item(unpack(item)) for page in pages for item in page["Items"]]
