"""Every port in memory, and `make_app`, which binds them. The renderer, the signer and the keys are the real ones."""

from typing import Any

from chalicelib.email.keys import KeyedHashes
from chalicelib.email.links import LinkSigner
from chalicelib.email.renderer import JinjaRenderer
from chalicelib.ports import App
from tests.fakes.catalog import MemoryCatalog
from tests.fakes.clock import NOON, CountingIds, FixedClock
from tests.fakes.compiler import LIBRARY, OnceCompiler
from tests.fakes.customers import MemoryCustomers
from tests.fakes.events import MemoryEvents
from tests.fakes.files import MemoryFiles
from tests.fakes.mailboxes import MemoryMailboxes
from tests.fakes.mailer import MemoryMailer
from tests.fakes.orders import MemoryOrders
from tests.fakes.products import MemoryProducts
from tests.fakes.queue import MemoryQueue
from tests.fakes.sends import MemoryBatches, MemoryDue, MemoryMessages, MemoryPace, MemoryRows
from tests.fakes.vouchers import MemoryVouchers

__all__ = ["NOON", "CountingIds", "FixedClock", "make_app"]

SHOP = {
    "name": "Kettle & Crane",
    "from": "hello@shop.example.com",
    "postal_address": "Kettle & Crane, 1 Dock Street, Bristol BS1 4XX, United Kingdom",
    "currency": "GBP",
    "time_zone": "Europe/London",
    "locale": "en",
    "links_url": "https://links.shop.example.com",
}


def make_app(**overrides: Any) -> App:
    """An App in memory with a complete shop; any port may be given."""
    due = MemoryDue()
    ports: dict[str, Any] = {
        "clock": FixedClock(),
        "ids": CountingIds(),
        "customers": MemoryCustomers(),
        "mailboxes": MemoryMailboxes(),
        "orders": MemoryOrders(),
        "events": MemoryEvents(),
        "products": MemoryProducts(),
        "catalog": MemoryCatalog(),
        "messages": MemoryMessages(due),
        "batches": MemoryBatches(due),
        "rows": MemoryRows(due),
        "pace": MemoryPace(),
        "vouchers": MemoryVouchers(),
        "mailer": MemoryMailer(),
        "queue": MemoryQueue(),
        "files": MemoryFiles(),
        "signer": LinkSigner([b"a link key of thirty-two bytes!!"]),
        "keyed": KeyedHashes(b"a mailbox key of 32 bytes.......", b"a voucher key of 32 bytes......."),
        "compiler": OnceCompiler(),
        "renderer": JinjaRenderer(),
        "library": LIBRARY,
    }
    app = App(**{**ports, **overrides})
    if app.catalog.get("shop", "shop") is None:
        from chalicelib.services.put_shop import put_shop

        put_shop(app, SHOP)
    return app
