"""`App`, the bundle of all ports: what every use case is given."""

from dataclasses import dataclass

from chalicelib.ports.people import Customers, Mailboxes
from chalicelib.ports.sending import Batches, Mailer, Messages, Pace, Rows
from chalicelib.ports.shop import Catalog, Events, Orders, Products
from chalicelib.ports.system import Clock, Ids, Keyed, Signer
from chalicelib.ports.templates import Compiler, Library, Renderer
from chalicelib.ports.vouchers import Vouchers
from chalicelib.ports.work import Files, Queue


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
