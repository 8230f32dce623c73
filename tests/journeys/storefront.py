"""What a journey can do with a running stack from outside: as the shop's systems, its marketer, a reader, a till."""

import csv
import gzip
import io
import json
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import urllib3

from chalicelib.client.api import Client
from chalicelib.domain.messages import Batch
from chalicelib.domain.send_tags import NamedSend, read_tags
from chalicelib.local.first_shop import complete_shop
from chalicelib.local.run import drain
from chalicelib.local.session import LocalStack
from chalicelib.storage.batches import BatchesTable

TEMPLATE = "journey"
SOURCE = """<mjml><mj-head><mj-title>{{ customer.first_name or 'Friend' }}, something new</mj-title></mj-head><mj-body>
<mj-section><mj-column>
<mj-text>Hello {{ customer.first_name or 'friend' }} {{ customer.last_name or '' }}!</mj-text>
<mj-button href="https://shop.example.com/grün%20tee?a=1&amp;b=2#top">Have a look</mj-button>
{% if voucher %}<mj-text>Your code: {{ voucher.code }} <a href="{{ voucher.url }}">Use it</a></mj-text>{% endif %}
<mj-text><a href="{{ unsubscribe_url }}">Leave</a> <a href="{{ preferences_url }}">Choose</a> {{ postal_address }}
</mj-text></mj-column></mj-section></mj-body></mjml>"""
# Where the button of SOURCE leads, as its author meant it, in the letters that a header may have.
TARGET = "https://shop.example.com/gr%C3%BCn%20tee?a=1&b=2#top"
LONGEST_WAIT = 60.0  # seconds
_LINK = re.compile(r'href="([^"]*/([cprsuv]|confirm)/[^"]+)"')
_POOL = urllib3.PoolManager(maxsize=64)

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Storefront:
    """One stack, as everybody outside of it meets it."""

    stack: LocalStack
    client: Client

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """One call to `/v1`; refusals rise."""
        return self.client.call(method, path, body)

    def answer(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Json]:
        """One call to `/v1`, whatever its status; header names with `_` for `-`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        found = open_page(
            method,
            f"{self.stack.url}/v1{path}",
            b"" if body is None else json.dumps(body).encode(),
            {"Authorization": f"Bearer {self.client.key}", "Content-Type": "application/json", **named},
        )
        return found.status, json.loads(found.data)

    def settle(self) -> None:
        """Wait until the stack has nothing left to do."""
        drain(self.stack)

    # ---- as the shop's systems

    def people(self, group: str, count: int, **fields: str) -> list[str]:
        """Consenting customers `<group>-000@example.com`, ..., and a segment of the group's name; their ids."""
        ids = [f"{group}-{number:03}" for number in range(count)]
        self.customers(group, [{"id": id_, "email": f"{id_}@example.com", **fields} for id_ in ids])
        return ids

    def customers(self, group: str, rows: Sequence[Mapping[str, str]]) -> None:
        """Import customers who consent and belong to the segment `group`."""
        consent = {
            "consent.status": "granted",
            "consent.at": "2020-01-01T00:00:00Z",
            "consent.source": "till",
            "consent.tracking": "full",
        }
        whole = [{**consent, "attributes.group": group, **row} for row in rows]
        report = self.imported("customers", as_csv(whole))
        assert (report["status"], report["refused"]) == ("done", 0), report
        rule = {"field": "attributes.group", "op": "=", "value": group}
        self.call("PUT", f"/segments/{group}", {"rule": rule})

    def imported(self, kind: str, text: str, mapping: Mapping[str, str] | None = None) -> Json:
        """The report of an import whose CSV comes with the request."""
        begun = self.call("POST", "/imports", {"kind": kind, "csv": text, "mapping": dict(mapping or {})})
        return self.until_imported(begun["id"])

    def until_imported(self, import_id: str) -> Json:
        """The report once the import has ended."""
        deadline = time.monotonic() + LONGEST_WAIT
        while True:
            report: Json = self.call("GET", f"/imports/{import_id}")
            if report["status"] in {"done", "failed"}:
                return report
            assert time.monotonic() < deadline, report
            time.sleep(0.1)

    # ---- as the marketer

    def launch(self, name: str, segment: str, **fields: Any) -> None:
        """Launch a campaign and wait until all that is due is done."""
        self.begin(name, segment, **fields)
        self.settle()

    def begin(self, name: str, segment: str, **fields: Any) -> None:
        """Launch a campaign."""
        self.call("PUT", f"/campaigns/{name}", {"segments": [segment], "template": TEMPLATE, **fields})
        self.call("POST", f"/campaigns/{name}/launch", {})

    def report(self, name: str) -> Json:
        """The report of a campaign. Invariant 2 is asked of each: nobody vanishes."""
        found: Json = self.call("GET", f"/campaigns/{name}/report")
        parts = found["sent"] + found["failed"] + found["unknown"] + found["pending"] + sum(found["skipped"].values())
        assert found["planned"] == parts, found
        return found

    # ---- as the readers

    def mails(self, message: str = "") -> list[Json]:
        """The mails of a message in the mailbox, by the beginning of its id; oldest first. All: without one."""
        found: Json = json.loads(open_page("GET", f"{self.stack.url}/local/mailbox?format=json").data)
        return [mail for mail in found["mails"] if (send := sent_by(mail)) and send.message_id.startswith(message)]

    def receivers(self, message: str) -> list[str]:
        """The addresses of the mails of one message, sorted; an address twice had two mails."""
        return sorted(mail["to"] for mail in self.mails() if (send := sent_by(mail)) and send.message_id == message)

    # ---- as SES: what it publishes to the topic and what it writes into the bucket

    def publish(self, events: Iterable[Mapping[str, Any]]) -> None:
        """Publish events to the topic of bounces and complaints, in this order."""
        sns, topic = self.stack.client("sns"), self.stack.resources["FeedbackTopic"]
        for event in events:
            sns.publish(TopicArn=topic, Message=json.dumps(event))

    def write_events(self, name: str, events: Iterable[Mapping[str, Any]]) -> None:
        """Write a file of events as Firehose does on AWS: many in one gzip, with nothing between them."""
        content = gzip.compress("".join(map(json.dumps, events)).encode())
        bucket = self.stack.resources["Bucket"]
        self.stack.client("s3").put_object(Bucket=bucket, Key=f"events/{name}.gz", Body=content)

    # ---- inside, where a journey has to put something in the way, or has to see that nothing changed

    def restart(self, change: Callable[[dict[str, str]], dict[str, str]], *names: str) -> None:
        """Let the functions of these logical ids start anew with changed variables, as a deployment does."""
        functions = self.stack.client("lambda")
        for name in names:
            physical = self.stack.resources[name]
            told = functions.get_function_configuration(FunctionName=physical)
            variables = {"Variables": change(told["Environment"]["Variables"])}
            functions.update_function_configuration(FunctionName=physical, Environment=variables)

    def batches(self, message: str) -> list[Batch]:
        """The batches of a message as they are stored."""
        table = BatchesTable(self.stack.client("dynamodb"), self.stack.environment["SENDS_TABLE"])
        return list(table.of(message))

    def items(self, table: str) -> list[Json]:
        """Every item of a table, by its logical id, in a fixed order."""
        pages = self.stack.client("dynamodb").get_paginator("scan").paginate(TableName=self.stack.resources[table])
        return sorted((item for page in pages for item in page["Items"]), key=repr)

    def dead_letters(self) -> dict[str, int]:
        """Messages in the dead-letter queues, by name; those that are empty are left out."""
        return {name: count for name, count in self.stack.state().queues.items() if "Dead" in name and count}


def open_shop(stack: LocalStack) -> Storefront:
    """Complete the shop of a fresh stack."""
    shop = Storefront(stack, Client(url=stack.url, key=stack.api_key))
    complete_shop(shop.client, stack.url)
    stack.tick()  # brings the shipped templates, segments and flows
    shop.client.call_raw("PUT", f"/templates/{TEMPLATE}", SOURCE.encode(), "application/xml")
    shop.call("POST", f"/templates/{TEMPLATE}/activate", {})
    return shop


def open_page(
    method: str, url: str, body: bytes = b"", headers: Mapping[str, str] | None = None
) -> urllib3.BaseHTTPResponse:
    """One request without cookies that follows no redirect."""
    return _POOL.request(method, url, body=body, headers=dict(headers or {}), redirect=False, retries=False)


def links(mail: Json, page: str) -> list[str]:
    """The addresses of a mail's links to one of the public pages, in their order."""
    return [url.replace("&amp;", "&") for url, name in _LINK.findall(mail["html"]) if name == page]


def sent_by(mail: Json) -> NamedSend | None:
    """The send that a mail's tags name."""
    return read_tags({name: [value] for name, value in mail["tags"].items()})


def as_csv(rows: Sequence[Mapping[str, str]]) -> str:
    """Rows as a CSV file; its columns are the fields of all rows."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(dict.fromkeys(name for row in rows for name in row)), restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def basket(order_id: str, *, quantity: int = 4, unit_price: int = 1450, sku: str = "CB-101") -> Json:
    """An order for a till."""
    lines = [{"sku": sku, "quantity": quantity, "unit_price": unit_price}]
    return {"order_id": order_id, "currency": "GBP", "lines": lines}
