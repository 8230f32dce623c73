"""Every key pattern of every table, in one place."""

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256

from chalicelib.ports import FLIP_PARTS

DATE_SHARDS = 16  # a birthday's customers lie in this many parts of the index
DUE_SHARDS = 8


def _shard(name: str, shards: int) -> int:
    return int.from_bytes(sha256(name.encode()).digest()[:4]) % shards


# ---- Customers: `birthday_shard` and `joining_shard`, "MM-DD#00" to "MM-DD#15"


def date_shard(month_day: str, customer_id: str) -> str:
    """Where this customer stands in the index of a yearly date."""
    return f"{month_day}#{_shard(customer_id, DATE_SHARDS):02}"


def date_shards(month_day: str) -> list[str]:
    """All parts of that date's index."""
    return [f"{month_day}#{shard:02}" for shard in range(DATE_SHARDS)]


# ---- Customers: `flip_shard`, "F#00" to "F#15", with `flip_at`, an instant


def flip_shard(part: int) -> str:
    """One part of the index of those whose fields time changes next."""
    return f"F#{part:02}"


def flip_part(customer_id: str) -> int:
    """In which part this customer stands."""
    return _shard(customer_id, FLIP_PARTS)


# ---- Orders: the headers and the events lie with the customer, the lines with the order

ORDER_LINES = "LINES"
ORDER_CHANGES = "CHANGES"
ORDER_HEADER_PREFIX = "O#"
EVENT_PREFIX = "E#"


def customer_orders(customer_id: str) -> str:
    """pk of the headers and of the events of one customer."""
    return f"C#{customer_id}"


def order_header(order_id: str) -> str:
    """sk of one header."""
    return f"{ORDER_HEADER_PREFIX}{order_id}"


def event(event_id: str) -> str:
    """sk of one event."""
    return f"{EVENT_PREFIX}{event_id}"


def order_lines(order_id: str) -> str:
    """pk of one order; the sk of its lines is `ORDER_LINES`, of what was told of it later `ORDER_CHANGES`."""
    return f"O#{order_id}"


# ---- Sends: messages below their campaign or flow, batches below their message, rows below their batch

PACE = {"pk": "PACE", "sk": "BEATS"}  # senders of older versions meet at the sks "PACE" and "STATE"
_BATCHES = "B#"


def messages_of(source: str, name: str) -> str:
    """pk of all messages of one campaign ("c") or flow ("f")."""
    return f"M#{source}.{name}"


def message(message_id: str) -> dict[str, str]:
    """Key of one message, whose id begins with its source and name: "f.birthday.2026-11-22"."""
    source, name = message_id.split(".")[:2]
    return {"pk": messages_of(source, name), "sk": message_id}


def batches_of(message_id: str) -> str:
    """pk of the batches of one message."""
    return f"{_BATCHES}{message_id}"


def batch(message_id: str, batch_id: str) -> dict[str, str]:
    """Key of one batch."""
    return {"pk": batches_of(message_id), "sk": batch_id}


def message_of(key: Mapping[str, str]) -> str:
    """The message id from the key of a batch."""
    return key["pk"].removeprefix(_BATCHES)


def rows_of(message_id: str, batch_id: str) -> str:
    """pk of the rows of one batch."""
    return f"R#{message_id}#{batch_id}"


def row(message_id: str, batch_id: str, customer_id: str) -> dict[str, str]:
    """Key of one row."""
    return {"pk": rows_of(message_id, batch_id), "sk": customer_id}


def row_key(key: Mapping[str, str]) -> tuple[str, str, str]:
    """(message id, batch id, customer id) from the key of a row. Neither of the first two has a "#"."""
    _, message_id, batch_id = key["pk"].split("#")
    return message_id, batch_id, key["sk"]


# Lanes of the index of what is due, the most urgent first: a large campaign must not hide what comes after it.
TRANSACTIONAL, PLANNING, FLOWS, CAMPAIGNS = "T", "P", "F", "D"
LANES: Mapping[str, int] = {TRANSACTIONAL: 2, PLANNING: 2, FLOWS: 4, CAMPAIGNS: DUE_SHARDS}  # with their shards


def lane(message_id: str, stream: str) -> str:
    """Where the batches of a message lie. Items of an older version all lie among the campaigns."""
    if stream == "transactional":
        return TRANSACTIONAL
    return CAMPAIGNS if message_id.startswith("c.") else FLOWS


def due_shard(lane: str, name: str) -> str:
    """`due_shard` of a batch, or of a message to be planned."""
    return f"{lane}#{_shard(name, LANES[lane])}"


def due_shards(lane: str) -> list[str]:
    """All parts of one lane."""
    return [f"{lane}#{shard}" for shard in range(LANES[lane])]


def all_due_shards() -> list[str]:
    """All parts of all lanes."""
    return [shard for lane in LANES for shard in due_shards(lane)]


def due_work(key: Mapping[str, str]) -> tuple[str, str | None]:
    """(message id, batch id) from a key in that index; a message to be planned has no batch id."""
    if key["pk"].startswith(_BATCHES):
        return key["pk"].removeprefix(_BATCHES), key["sk"]
    return key["sk"], None


def instant(at: datetime) -> str:
    """An instant as a sort key: UTC, always with microseconds, so that texts sort as times do."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


# ---- Vouchers: each code, the counters of each offer, each redemption

VOUCHER = "V"
BUDGET = "BUDGET"
REDEMPTION = "X"
REDEMPTION_KEY = "K"


def voucher(code: str) -> str:
    """pk of one code; the sk is `VOUCHER`."""
    return f"V#{code}"


def offer(name: str) -> str:
    """pk of an offer's counters: sk `BUDGET` for all, `offer_customer` for one customer."""
    return f"O#{name}"


def offer_customer(customer_id: str) -> str:
    """sk of the counter of one customer under an offer."""
    return f"C#{customer_id}"


def redemption(redemption_id: str) -> str:
    """pk of one redemption; the sk is `REDEMPTION`."""
    return f"X#{redemption_id}"


def redemption_key(key_hash: str) -> str:
    """pk of what one idempotency key redeemed; the sk is `REDEMPTION_KEY`."""
    return f"K#{key_hash}"
