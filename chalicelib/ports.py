"""What the use cases need from the outside world, named as Protocols, and `App`, the bundle of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

from chalicelib.domain.customers import Customer
from chalicelib.domain.events import Event
from chalicelib.domain.mailboxes import Mailbox
from chalicelib.domain.messages import Batch, Message, MessageState, Row, RowKey
from chalicelib.domain.offers import Offer
from chalicelib.domain.order_changes import OrderChanges
from chalicelib.domain.orders import Order, OrderHeader
from chalicelib.domain.products import Product
from chalicelib.domain.redeeming import Use
from chalicelib.domain.shop import Shop
from chalicelib.domain.templates import CompiledTemplate, Mail
from chalicelib.domain.vouchers import Redemption, Voucher


class Clock(Protocol):
    """The service's time. A local stack runs it with an offset; lease expiry and signatures use `real`."""

    def now(self) -> datetime:
        """The business time, aware UTC."""
        ...

    def real(self) -> datetime:
        """The machine's own time, aware UTC."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait on the machine's own time; nothing for zero or less."""
        ...


class Ids(Protocol):
    """Fresh identifiers that nobody can guess."""

    def new(self) -> str:
        """22 characters of the URL-safe alphabet, 128 bits."""
        ...


FLIP_PARTS = 16  # parts of the index of those whose fields time changes next


class Customers(Protocol):
    """The customer records."""

    def get(self, customer_id: str) -> Customer | None: ...

    def get_many(self, customer_ids: Sequence[str]) -> dict[str, Customer]:
        """Those that exist, by id. Consistent reads, any number of ids."""
        ...

    def put(self, customer: Customer) -> Customer:
        """Write under the revision that was read (0: must be new); the answer carries the next one.

        Raises:
            StaleRevision: somebody else wrote it since.
        """
        ...

    def put_many(self, customers: Sequence[Customer]) -> set[str]:
        """As `put`, in bulk; the ids must differ. The ids of those that somebody else wrote since: not written."""
        ...

    def create_many(self, customers: Sequence[Customer]) -> None:
        """Write those that do not exist yet; leave the others alone. Any number, in bulk."""
        ...

    def delete(self, customer_id: str) -> None:
        """Take the record away, whatever its revision; nothing where there is none."""
        ...

    def by_mailbox(self, mailbox: str) -> list[str]:
        """Ids of the customers with this address."""
        ...

    def with_date(self, date_field: Literal["birthday", "joined_on"], month_day: str) -> Iterator[str]:
        """Ids of the customers whose date falls on "MM-DD", over all shards."""
        ...

    def due_to_flip(self, now: datetime, limit: int, part: int | None = None) -> list[str]:
        """Ids of at most `limit` customers whose `next_flip_at` has come, of all or of one of `FLIP_PARTS` parts.

        Within a part, the earliest first. The index lags by moments.
        """
        ...

    def scan(self, segment: int = 0, segments: int = 1, start: str | None = None) -> Iterator[Customer]:
        """Every customer of one part of the table, page by page; after the id `start` of the same part."""
        ...


class Mailboxes(Protocol):
    """The addresses: consent, suppression, claims."""

    def get(self, hash_: str) -> Mailbox | None: ...

    def get_many(self, hashes: Sequence[str]) -> dict[str, Mailbox]: ...

    def put(self, mailbox: Mailbox) -> Mailbox:
        """Write under the revision that was read (0: must be new). Raises: StaleRevision."""
        ...

    def put_many(self, mailboxes: Sequence[Mailbox]) -> set[str]:
        """As `put`, in bulk; the hashes must differ. Those that somebody else wrote since: not written."""
        ...

    def claim(self, mailboxes: Sequence[Mailbox], send_key: str, batch_id: str, at: datetime) -> dict[str, str]:
        """Claim each for one send key under its revision; any number, 25 a request.

        Returns, per hash: "claimed" (now or earlier by the same batch), "taken" (another batch holds the key),
        or "changed" (the revision moved: read again and decide again).
        """
        ...

    def release(self, hash_: str, send_key: str, batch_id: str) -> None:
        """Take back this batch's claim. Another batch's stays."""
        ...


class Orders(Protocol):
    """Orders: a header by customer, the lines by order id."""

    def header(self, customer_id: str, order_id: str) -> OrderHeader | None: ...

    def headers(self, customer_id: str) -> list[OrderHeader]:
        """All of one customer, consistent, in order of id."""
        ...

    def headers_many(self, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], OrderHeader]:
        """Those that exist, by (customer id, order id). Consistent, any number."""
        ...

    def get(self, order_id: str) -> Order | None: ...

    def get_many(self, order_ids: Sequence[str]) -> dict[str, Order]: ...

    def create_many(self, orders: Sequence[tuple[Order, OrderHeader]]) -> dict[str, str]:
        """Write lines, then header, each if absent; any number, 25 statements a request.

        Returns, per order id: "created", "exists" (this customer's order was there already) or "foreign" (the id
        belongs to another customer's order; nothing written).
        """
        ...

    def replace(self, order: Order, header: OrderHeader) -> None:
        """Write a changed order under the header's revision. Raises: StaleRevision."""
        ...

    def changes(self, order_ids: Sequence[str]) -> dict[str, OrderChanges]:
        """What was told of them later, by id, also of orders that are not there; those without are left out."""
        ...

    def put_changes(self, changes: OrderChanges) -> OrderChanges:
        """Write under the revision that was read (0: must be new). Raises: StaleRevision."""
        ...

    def move(self, header: OrderHeader, customer_id: str) -> None:
        """Make the order another customer's, under the header's revision. Raises: StaleRevision."""
        ...


class Events(Protocol):
    """Other facts about customers."""

    def create_many(self, events: Sequence[Event]) -> set[str]:
        """Write each if absent; any number, their ids must differ. The ids of those that were there."""
        ...

    def get(self, customer_id: str, event_id: str) -> Event | None:
        """Consistent."""
        ...

    def of(self, customer_id: str) -> list[Event]:
        """All of one customer, consistent, by time, then id."""
        ...

    def delete(self, customer_id: str) -> None:
        """Take away all of one customer."""
        ...


class Products(Protocol):
    """The shop's products."""

    def get(self, sku: str) -> Product | None: ...

    def get_many(self, skus: Sequence[str]) -> dict[str, Product]: ...

    def put(self, product: Product) -> Product:
        """Write under the revision that was read. Raises: StaleRevision."""
        ...

    def put_many(self, products: Sequence[Product]) -> set[str]:
        """As `put`, in bulk; the skus must differ. Those that somebody else wrote since: not written."""
        ...

    def all(self) -> Iterator[Product]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A small, versioned thing of the catalog: segment, template, offer, campaign, flow, shop, import."""

    kind: str
    name: str
    body: Mapping[str, Any]  # plain JSON values
    revision: int = 0


class Catalog(Protocol):
    """Small things by kind and name."""

    def get(self, kind: str, name: str) -> Document | None: ...

    def put(self, document: Document) -> Document:
        """Write under the revision that was read (0: must be new). Raises: StaleRevision."""
        ...

    def list(self, kind: str) -> list[Document]:
        """All of one kind, by name."""
        ...

    def delete(self, kind: str, name: str) -> None:
        """Take it away, whatever its revision; nothing where there is none."""
        ...

    def shop(self) -> Shop:
        """The shop's settings; MissingSetting tells the operator to PUT /v1/shop."""
        ...

    def offer(self, name: str) -> Offer | None: ...


class Messages(Protocol):
    """What was launched: one item per launch of a campaign or occurrence of a flow."""

    def get(self, message_id: str) -> Message | None: ...

    def create(self, message: Message, due_at: datetime) -> bool:
        """Write it if absent, to be planned at `due_at`; False where it was there."""
        ...

    def move(self, message: Message, state: MessageState, reason: str = "", due_at: datetime | None = None) -> Message:
        """Change the state under the revision; due at `due_at` to be planned, or no more. Raises: StaleRevision."""
        ...

    def rename(self, message: Message, person: str, stand_in: str) -> None:
        """Put `stand_in` in the place of `person` among those whom the message names. Raises: StaleRevision."""
        ...

    def of(self, source: str, name: str) -> list[Message]:
        """All of one campaign ("c") or flow ("f"), by id."""
        ...


class Batches(Protocol):
    """Who is due together: the truth about what is to be sent; the queue only wakes a sender up."""

    def get(self, message_id: str, batch_id: str) -> Batch | None: ...

    def of(self, message_id: str) -> Iterator[Batch]: ...

    def create_many(self, batches: Sequence[Batch]) -> None:
        """Write each if absent, 25 a request."""
        ...

    def due(self, now: datetime, limit: int) -> list[tuple[str, str | None]]:
        """(message id, batch id) of what is due, at most `limit`; a message to be planned has no batch id."""
        ...

    def to_plan(self) -> list[str]:
        """Ids of the messages that are still to be planned, due or not. The index may lag by a moment."""
        ...

    def undone(self) -> Iterator[Batch]:
        """All that are not done, due or not, page by page. The index may lag by a moment."""
        ...

    def rename(self, batch: Batch, person: str, stand_in: str, row: Row | None, now: datetime) -> bool:
        """Put `stand_in` in the place of `person`: among the batch's people, in its mark, and in the row.

        One transaction, so that nobody is missing or double at any moment. False, and nothing is changed, while an
        attempt at the batch lives, or where batch or row changed since they were read.

        Args:
            batch: as it was read.
            person: of the batch.
            stand_in: the new name.
            row: as it is to stand under the new name; None: the person has no row yet.
            now: real time, for the lease. A lease that is over is taken away.
        """
        ...

    def postpone(self, message_id: str, batch_id: str | None, now: datetime, until: datetime) -> bool:
        """Make it due again at `until` if it is due now; False where another feeder did so, or it is done."""
        ...

    def lease(self, batch: Batch, attempt: str, now: datetime, until: datetime) -> Batch | None:
        """Take the batch for one attempt; None while a rival's lease lives or when the batch is done."""
        ...

    def mark(self, batch: Batch, people: Sequence[tuple[str, str]]) -> None:
        """Write whose mails go to SES next, as (customer id, mailbox), under our lease. Raises: StaleRevision."""
        ...

    def finish(self, batch: Batch) -> None:
        """All people have rows: done, no longer due. Under our lease. Raises: StaleRevision."""
        ...

    def hand_back(self, batch: Batch, due_at: datetime) -> None:
        """Give the lease up; due again at `due_at`. Under our lease. Raises: StaleRevision."""
        ...

    def count_click(self, message_id: str, batch_id: str) -> None:
        """One more click of somebody who agreed to be counted, not to be known; nothing without such a batch."""
        ...


class Rows(Protocol):
    """Sends: one row per person and message."""

    def of(self, message_id: str, batch_id: str) -> dict[str, Row]:
        """By customer id. Consistent."""
        ...

    def get(self, message_id: str, batch_id: str, customer_id: str) -> Row | None: ...

    def get_many(self, keys: Sequence[RowKey]) -> dict[RowKey, Row]:
        """Those that exist. Consistent, any number; a key may stand twice."""
        ...

    def record(self, rows: Sequence[Row]) -> None:
        """Write each, 25 a request; one that is there only moves forward (`domain.rows.forward`)."""
        ...

    def merge(self, row: Row) -> Row:
        """Add what came later to the row, or write it; the answer is what stands now."""
        ...

    def add(self, row: Row) -> Row | None:
        """Add what came later (delivery, click ...) to the row that is there; None where there is none."""
        ...

    def join(self, row: Row) -> bool:
        """Write it if it is absent and its batch has the person, in one transaction; False: nothing was written."""
        ...

    def delete(self, key: RowKey) -> None:
        """Take it away; nothing where there is none."""
        ...

    def keys_of(self, customer_id: str) -> list[RowKey]:
        """All of one customer, by time. The index may lag by a moment."""
        ...

    def timeline(self, customer_id: str, limit: int) -> list[Row]:
        """Newest first."""
        ...


class Pace(Protocol):
    """The rate that all senders of the account share."""

    def take(self, count: int, rate: float, now: datetime) -> list[datetime]:
        """The slots won, 1 / rate seconds apart, perhaps fewer than `count` (`domain.pace.take`)."""
        ...


class Vouchers(Protocol):
    """Vouchers, redemptions, budgets."""

    def get(self, code: str) -> Voucher | None: ...

    def issue(self, vouchers: Sequence[Voucher]) -> None:
        """Write each if absent: issuing again changes nothing. 25 a request."""
        ...

    def withdraw(self, code: str) -> None:
        """Return to stock a voucher whose mail proved not to be sent; a used one stays."""
        ...

    def of(self, customer_id: str) -> tuple[list[Voucher], list[Redemption]]:
        """All of one customer, by code and by id. The index may lag by a moment."""
        ...

    def move(self, customer_id: str, to: str) -> None:
        """Make all of one customer another's: counters, redemptions, vouchers. Repeating goes on where it ended."""
        ...

    def activate(self, code: str, at: datetime) -> Voucher:
        """First activation wins; repeating changes nothing."""
        ...

    def redemption(self, redemption_id: str) -> Redemption | None: ...

    def redeem(self, voucher: Voucher, offer: Offer, redemption: Redemption) -> Redemption:
        """In one transaction: voucher, budget and count of the offer, count per customer, redemption row.

        The same redemption id again gives the first answer. Raises: OfferExhausted, VoucherRefused,
        IdempotencyMismatch (another body under the same id).
        """
        ...

    def earlier(self, redemption_id: str, key: str | None, fingerprint: str) -> Redemption | None:
        """What this redemption id, or this hash of an idempotency key, already did; None: nothing yet.

        Raises: IdempotencyMismatch (it did something else).
        """
        ...

    def usage(self, offer: str, customer_id: str | None = None) -> Use:
        """How much of the offer has been used so far, in all and by this customer. Consistent."""
        ...


class Mailer(Protocol):
    """SES."""

    def send(self, mail: Mail) -> str:
        """Send once and give SES's message id. Raises: MailRefused (proved not sent), MailUnknown (answer lost)."""
        ...

    def quota(self) -> tuple[float, int, int]:
        """(mails per second, mails per 24 hours, sent in the last 24 hours) of the account."""
        ...


class Queue(Protocol):
    """The work queues, by name: plan, marketing, transactional, import, scan."""

    def send(self, queue: str, bodies: Sequence[Mapping[str, Any]], delay: timedelta = timedelta(0)) -> None:
        """Hand over messages, any number, ten a request; what SQS reports as failed is sent again."""
        ...


class Files(Protocol):
    """The bucket."""

    def get(self, key: str) -> bytes | None: ...

    def stream(self, key: str, start: int = 0) -> Iterator[bytes]:
        """Chunks of about 1 MiB from byte `start`."""
        ...

    def size(self, key: str) -> int | None: ...

    def put(self, key: str, content: bytes, content_type: str = "application/octet-stream") -> None: ...

    def create(self, key: str, content: bytes, content_type: str = "application/octet-stream") -> bool:
        """Write if absent; False where the key exists."""
        ...

    def keys(self, prefix: str) -> list[str]: ...

    def delete(self, keys: Iterable[str]) -> None: ...

    def upload_form(self, key: str, max_bytes: int, expires: timedelta) -> Mapping[str, Any]:
        """A presigned POST: {"url", "fields"}."""
        ...

    def download_url(self, key: str, expires: timedelta) -> str:
        """A presigned address that reads this one object."""
        ...


class Signer(Protocol):
    """Signs what links carry; binds it to its purpose."""

    def sign(self, purpose: str, fields: Sequence[str]) -> str:
        """A URL-safe token. Purposes: c, u, p, v, r."""
        ...

    def read(self, purpose: str, token: str) -> list[str]:
        """The fields. Raises: InvalidToken."""
        ...


class Keyed(Protocol):
    """Keyed hashes whose keys are apart from the link keys and never rotated."""

    def mailbox(self, address: str) -> str:
        """The key of a mailbox: 32 hex digits from the normal form of an address."""
        ...

    def person(self, customer_id: str) -> str:
        """What stands for a customer's id where the id itself must not: 32 hex digits."""
        ...

    def voucher_code(self, offer: str, customer_id: str, message_id: str) -> str:
        """The code of this offer for this send: always the same, not to be guessed."""
        ...

    def place(self, run: str, customer_id: str) -> str:
        """What a customer's place in one walk over all customers is called: 32 hex digits, not to be led back."""
        ...


class Compiler(Protocol):
    """MJML or HTML with Jinja -> an immutable version."""

    def compile(self, name: str, locale: str, source: str, subject: str | None, *, mjml: bool) -> CompiledTemplate:
        """Raises: TemplateInvalid, with line and column in the author's source."""
        ...


class Renderer(Protocol):
    """A compiled version and a person's variables -> subject, html, text."""

    def render(self, template: CompiledTemplate, variables: Mapping[str, Any]) -> tuple[str, str, str]:
        """(subject, html, text). `variables["link"]` makes tracked links. Raises: RenderingFailed."""
        ...


class Library(Protocol):
    """The templates and playbooks that ship with the service."""

    @property
    def fingerprint(self) -> str:
        """Changes with anything that ships."""
        ...

    def sources(self) -> Mapping[tuple[str, str], str]:
        """The MJML source of each template, by name and locale."""
        ...

    def flows(self) -> Mapping[str, Mapping[str, Any]]:
        """The fields of each playbook, by name."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """Every port, bound once per process by the composition root."""

    clock: Clock
    ids: Ids
    customers: Customers
    mailboxes: Mailboxes
    orders: Orders
    events: Events
    products: Products
    catalog: Catalog
    messages: Messages
    batches: Batches
    rows: Rows
    pace: Pace
    vouchers: Vouchers
    mailer: Mailer
    queue: Queue
    files: Files
    signer: Signer
    keyed: Keyed
    compiler: Compiler
    renderer: Renderer
    library: Library
    configuration_set_prefix: str = "habitue-local"
