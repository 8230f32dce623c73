"""What the use cases need from the outside world, named as Protocols, and `App`, the bundle of them."""

from chalicelib.ports.app import App
from chalicelib.ports.people import FLIP_PARTS, Customers, Mailboxes
from chalicelib.ports.sending import Batches, Mailer, Messages, Pace, Rows
from chalicelib.ports.shop import Catalog, Document, Events, Orders, Products
from chalicelib.ports.system import Clock, Ids, Keyed, Signer
from chalicelib.ports.templates import Compiler, Library, Renderer
from chalicelib.ports.vouchers import Vouchers
from chalicelib.ports.work import Files, Queue

__all__ = [
    "FLIP_PARTS",
    "App",
    "Batches",
    "Catalog",
    "Clock",
    "Compiler",
    "Customers",
    "Document",
    "Events",
    "Files",
    "Ids",
    "Keyed",
    "Library",
    "Mailboxes",
    "Mailer",
    "Messages",
    "Orders",
    "Pace",
    "Products",
    "Queue",
    "Renderer",
    "Rows",
    "Signer",
    "Vouchers",
]
