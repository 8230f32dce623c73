"""AWS as canned answers: botocore builds, signs and parses every request; what it would get over the wire stands here.

Botocore takes an answer from a handler of `before-send` in the place of the network's, which is how moto works:
https://github.com/boto/botocore/blob/develop/botocore/endpoint.py. The time that finding an answer takes is counted
apart, so that it can be left out.
"""

import json
import os
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from io import BytesIO
from time import process_time
from typing import Any
from unittest.mock import patch

from botocore.awsrequest import AWSResponse

from bench.mails.people import People
from chalicelib.storage.keys import row_key
from chalicelib.wiring import _client, _ses_client

Item = dict[str, Any]
RATE = 500.0  # mails a second of the account
_KEYS = (("pk", "sk"), ("kind", "name"), ("sku",), ("hash",), ("id",))
_CLAUSE = re.compile(r"\b(SET|REMOVE|ADD)\b")
_INSERT = re.compile(r"'([^']+)': \?")


class _Raw(BytesIO):
    """What urllib3 would give."""

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        yield self.read()


class CannedAws:
    """The answers, and what was asked.

    Conditions of writes are not looked at: nobody else writes. Customers and mailboxes are made when they are read,
    rows and kept mails are taken and forgotten, so that memory shows what the service itself holds.

    Args:
        people: who is there.
        keeps_rows: rows can be read again, as events and clicks do.
    """

    def __init__(self, people: People, *, keeps_rows: bool = False) -> None:
        self.people = people
        self._keeps_rows = keeps_rows
        self.requests: Counter[str] = Counter()  # "dynamodb.GetItem" -> count
        self.seconds = 0.0  # CPU spent in here
        self.watch: Callable[[str, str, Any, Any], None] | None = None  # service, operation, request, answer
        self.queued: list[tuple[str, str]] = []  # queue, body
        self._tables: defaultdict[str, dict[tuple[str, ...], Item]] = defaultdict(dict)
        self.files: dict[str, bytes] = {}  # what can be read; what is written is forgotten
        self._sent = 0
        self._keeping = True  # all that is inserted, until the first launch

    def client(self, service: str) -> Any:
        """The service's own client, whose requests end here."""
        keys = {"ACCESS_KEY_ID": "bench", "SECRET_ACCESS_KEY": "bench", "DEFAULT_REGION": "eu-west-1"}
        with patch.dict(os.environ, {f"AWS_{name}": value for name, value in keys.items()}):
            client = _ses_client.__wrapped__() if service == "sesv2" else _client.__wrapped__(service)
        client.meta.events.register("before-send.*.*", self._answer)
        return client

    def rows(self) -> list[tuple[str, str, str]]:
        """The keys of the rows that are kept."""
        keys = [{"pk": key[0], "sk": key[1]} for key in self._tables["sends"] if key[0].startswith("R#")]
        return [row_key(key) for key in keys]

    def reset(self) -> None:
        """Nothing was launched, sent or asked."""
        self._keeping = False
        self._tables["sends"].clear()
        self.queued.clear()
        self.requests.clear()
        self.seconds = 0.0

    def _answer(self, event_name: str, request: Any, **more: Any) -> AWSResponse:
        started = process_time()
        service, operation = event_name.split(".")[1:]
        self.requests[f"{service}.{operation}"] += 1
        status, told, body, asked = getattr(self, f"_{service}")(operation, request)
        if self.watch is not None:
            self.watch(service, operation, asked, body)
        response = AWSResponse(request.url, status, told, _Raw(body))
        self.seconds += process_time() - started
        return response

    # ---- DynamoDB

    def _dynamodb(self, operation: str, request: Any) -> tuple[int, dict[str, str], bytes, Any]:
        asked = json.loads(request.body)
        made = getattr(self, f"_on_{operation.lower()}")(asked)
        body = made if isinstance(made, bytes) else json.dumps(made).encode()
        return 200, {"content-type": "application/x-amz-json-1.0"}, body, asked

    def _on_getitem(self, asked: Item) -> Item | bytes:
        if asked["TableName"] in {"customers", "mailboxes"}:
            [name] = _key(asked["Key"])
            made = self.people.customer(name) if asked["TableName"] == "customers" else self.people.mailbox(name)
            return f'{{"Item":{made}}}'.encode()
        item = self._tables[asked["TableName"]].get(_key(asked["Key"]))
        return {"Item": item} if item else {}

    def _on_batchgetitem(self, asked: Item) -> bytes:
        [(table, wanted)] = asked["RequestItems"].items()
        if table == "customers":
            found = [self.people.customer(key["id"]["S"]) for key in wanted["Keys"]]
        elif table == "mailboxes":
            found = [self.people.mailbox(key["hash"]["S"]) for key in wanted["Keys"]]
        else:
            kept = [self._tables[table].get(_key(key)) for key in wanted["Keys"]] if table in self._tables else []
            found = [json.dumps(item) for item in kept if item]
        return f'{{"Responses":{{"{table}":[{",".join(found)}]}},"UnprocessedKeys":{{}}}}'.encode()

    def _on_scan(self, asked: Item) -> bytes:
        if asked["TableName"] != "customers":
            return json.dumps({"Items": list(self._tables[asked["TableName"]].values())}).encode()
        items, last = self.people.page(asked.get("ExclusiveStartKey", {}).get("id", {}).get("S"))
        more = f',"LastEvaluatedKey":{{"id":{{"S":"{last}"}}}}' if last else ""
        return f'{{"Items":[{",".join(items)}]{more}}}'.encode()

    def _on_query(self, asked: Item) -> Item:
        values = {name: value["S"] for name, value in asked["ExpressionAttributeValues"].items()}
        if asked["TableName"] == "catalog":
            return {"Items": [item for key, item in self._tables["catalog"].items() if key[0] == values[":kind"]]}
        if asked.get("IndexName") == "by_due":
            return {"Items": self._due(values[":shard"], values[":now"], asked["Limit"])}
        if asked["TableName"] == "sends" and not values[":pk"].startswith("R#"):
            return {"Items": [item for key, item in self._tables["sends"].items() if key[0] == values[":pk"]]}
        return {"Items": []}

    def _due(self, shard: str, now: str, limit: int) -> list[Item]:
        items = self._tables["sends"].values()
        due = [item for item in items if item.get("due_shard", {}).get("S") == shard and item["due_at"]["S"] <= now]
        return [{name: item[name] for name in ("pk", "sk", "due_shard", "due_at")} for item in due[:limit]]

    def _on_putitem(self, asked: Item) -> Item:
        if asked["TableName"] != "mailboxes":
            asked["Old"] = self._tables[asked["TableName"]].get(_key(asked["Item"]), {})
            self._tables[asked["TableName"]][_key(asked["Item"])] = asked["Item"]
        return {}

    def _on_updateitem(self, asked: Item) -> Item:
        item = self._tables[asked["TableName"]].setdefault(_key(asked["Key"]), dict(asked["Key"]))
        asked["Old"] = dict(item)  # for whoever watches
        _update(item, asked)
        asked["Item"] = item
        if item.get("done"):
            del self._tables[asked["TableName"]][_key(asked["Key"])]
        return {"Attributes": item} if asked.get("ReturnValues") == "ALL_NEW" else {}

    def _on_batchexecutestatement(self, asked: Item) -> Item:
        for statement in asked["Statements"]:
            text = statement["Statement"]
            table = text.split('"')[1]
            if text.startswith("INSERT") and (self._keeping or table == "sends"):
                item = dict(zip(_INSERT.findall(text), statement["Parameters"], strict=True))
                if self._keeping or self._keeps_rows or item["pk"]["S"].startswith("B#"):
                    self._tables[table][_key(item)] = item
        return {"Responses": [{}] * len(asked["Statements"])}

    # ---- the others

    def _sesv2(self, operation: str, request: Any) -> tuple[int, dict[str, str], bytes, Any]:
        asked = json.loads(request.body) if request.body else {}
        quota = {"MaxSendRate": RATE, "Max24HourSend": 1e9, "SentLast24Hours": 0.0}
        answer: Item = {"SendQuota": quota, "SendingEnabled": True, "EnforcementStatus": "HEALTHY"}
        if operation == "SendEmail":
            answer = {"MessageId": self._message_id()}
        elif operation == "SendBulkEmail":
            results = [{"Status": "SUCCESS", "MessageId": self._message_id()} for _ in asked["BulkEmailEntries"]]
            answer = {"BulkEmailEntryResults": results}
        return 200, {"content-type": "application/json"}, json.dumps(answer).encode(), asked

    def _message_id(self) -> str:
        self._sent += 1
        return f"0102019a{self._sent:08x}-5f2c9a1e-7d10-4b7e-9f51-0c4a4b1d3e22-000000"

    def _sqs(self, operation: str, request: Any) -> tuple[int, dict[str, str], bytes, Any]:
        asked = json.loads(request.body)
        queue = asked["QueueUrl"].rpartition("/")[2]
        told = {"content-type": "application/x-amz-json-1.0"}
        if operation == "GetQueueAttributes":
            return 200, told, json.dumps({"Attributes": dict.fromkeys(asked["AttributeNames"], "0")}).encode(), asked
        self.queued += [(queue, entry["MessageBody"]) for entry in asked["Entries"]]
        done = [{"Id": entry["Id"], "MessageId": "m", "MD5OfMessageBody": ""} for entry in asked["Entries"]]
        return 200, told, json.dumps({"Successful": done}).encode(), asked

    def _s3(self, operation: str, request: Any) -> tuple[int, dict[str, str], bytes, Any]:
        key = request.url.partition(".com/")[2].partition("?")[0]
        if operation == "PutObject":
            body = request.body.read() if hasattr(request.body, "read") else request.body
            return 200, {"etag": '"x"'}, b"", len(body)
        if operation == "ListObjectsV2":
            return 200, {}, b"<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>", None
        if key in self.files:
            return 200, {"content-length": str(len(self.files[key]))}, self.files[key], None
        return 404, {}, b"<Error><Code>NoSuchKey</Code></Error>", None


def _key(item: Item) -> tuple[str, ...]:
    names = next(names for names in _KEYS if all(name in item for name in names))
    return tuple(item[name]["S"] for name in names)


def _update(item: Item, asked: Item) -> None:
    """As far as the senders' own updates go: names, dotted names, and values that are given."""
    names, values = asked.get("ExpressionAttributeNames", {}), asked.get("ExpressionAttributeValues", {})
    words = _CLAUSE.split(asked["UpdateExpression"])[1:]
    for clause, text in zip(words[::2], words[1::2], strict=True):
        for part in text.split(","):
            path, _, value = part.strip().partition(" = " if clause == "SET" else " ")
            name = names.get(path, path)
            if clause == "SET":
                item[name] = values[value]
            elif clause == "REMOVE":
                item.pop(name, None)
            else:
                item[name] = {"N": str(int(item.get(name, {"N": "0"})["N"]) + int(values[value]["N"]))}
