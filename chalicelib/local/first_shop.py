"""What a fresh local stack is given through its own API: a complete shop, and the sample shop's life up to today."""

from datetime import date, datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from chalicelib.client.api import Client, Refused
from chalicelib.client.imports import import_csv
from chalicelib.local.sample_shop import write_sample_shop

LIFECYCLE = ("birthday", "anniversary", "new-product", "exclusive-offer")
DAY_BEGINS = time(6)  # UTC: the sample shop opens, before 09:00 in the west of Europe
DAY_ENDS = time(19)  # UTC: 10:00 has come in the last of the sample's time zones


def sample_start(machine_now: datetime) -> datetime:
    """The service's time at which the sample shop's day starts: early today, so that its mails are due in order."""
    return datetime.combine(machine_now.date(), DAY_BEGINS, machine_now.tzinfo)


def sample_evening(start: datetime) -> datetime:
    """When all of that day's mails are due."""
    return start.replace(hour=DAY_ENDS.hour)


def complete_shop(client: Client, links_url: str) -> None:
    """Give the shop all that a launch needs. A shop that has settings already keeps them, save the stack's address."""
    settings: dict[str, Any] = {"links_url": links_url}
    try:
        client.call("GET", "/shop")
    except Refused:  # it has none yet
        settings |= {
            "name": "Kettle & Crane",
            "from": "hello@kettle-and-crane.example.com",
            "reply_to": "service@kettle-and-crane.example.com",
            "postal_address": "Kettle & Crane, 12 Wharf Street, Bristol BS1 4RW, United Kingdom",
            "currency": "GBP",
            "time_zone": "Europe/London",
            "locale": "en",
            "brand": {"colour": "#1f5c4d"},
        }
    client.call("PUT", "/shop", settings)


def load_sample_shop(client: Client, today: date, customers: int, image_base: str) -> dict[str, Any]:
    """Import customers, products and orders of the sample shop; the report of each import, by kind.

    Loading it again changes nothing, as imports are repeatable.
    """
    with TemporaryDirectory() as folder:
        sample = write_sample_shop(Path(folder), today=today, customers=customers, image_base=image_base)
        return {
            "products": import_csv(client, "products", sample.products_csv),
            "customers": import_csv(client, "customers", sample.customers_csv),
            "orders": import_csv(client, "orders", sample.orders_csv),
        }


def switch_on(client: Client) -> None:
    """Switch on the four flows of the lifecycle."""
    for name in LIFECYCLE:
        client.call("POST", f"/flows/{name}/enable", {})


def is_loaded(client: Client) -> bool:
    """Whether the stack holds the sample shop from an earlier run."""
    return any(flow["enabled"] for flow in client.call("GET", "/flows")["flows"])
