"""Use case: everything about one person, and nothing of another, as one JSON document."""

import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.dates import instant_text
from chalicelib.domain.messages import Row
from chalicelib.errors import NotFound
from chalicelib.ports import App
from chalicelib.services.consent_history import consent_history
from chalicelib.services.keep_consent import consent_fields, sign_up_fields
from chalicelib.services.kept_mails import kept_mails

LARGEST = 3 << 20  # bytes that are answered at once; API Gateway and Lambda together let 6 MB of JSON through
LIFE = timedelta(hours=1)  # of the address of a larger one

Described = Mapping[str, Callable[[Any], Mapping[str, Any]]]


def export_customer(app: App, customer_id: str, describe: Described) -> dict[str, Any]:
    """The document, or {"url", "expires_at", "bytes"} of the file that holds it where it is too large to answer.

    Args:
        app: the ports.
        customer_id: whose.
        describe: how the API writes a `customer`, an `order`, an `event`, a `voucher`, a `redemption`.

    Raises:
        NotFound: nobody knows this customer.
    """
    if app.customers.get(customer_id) is None:
        raise NotFound("customer", customer_id)
    text = json.dumps(_document(app, customer_id, describe), ensure_ascii=False, separators=(",", ":")).encode()
    if len(text) <= LARGEST:
        found: dict[str, Any] = json.loads(text)
        return found
    key = f"{exports_of(app, customer_id)}{app.ids.new()}.json.gz"
    app.files.put(key, gzip.compress(text, compresslevel=6, mtime=0), "application/gzip")
    expires = app.clock.real() + LIFE
    return {"url": app.files.download_url(key, LIFE), "expires_at": instant_text(expires), "bytes": len(text)}


def exports_of(app: App, customer_id: str) -> str:
    """Below it lie the exports of one customer, for a day."""
    return f"exports/{app.keyed.person(customer_id)}/"


def _document(app: App, customer_id: str, describe: Described) -> dict[str, Any]:
    customer = app.customers.get(customer_id)
    vouchers, redemptions = app.vouchers.of(customer_id)
    orders = app.orders.get_many([header.order_id for header in app.orders.headers(customer_id)])
    return {
        "exported_at": instant_text(app.clock.now()),
        "customer": describe["customer"](customer),
        "mailbox": _mailbox(app, customer.mailbox if customer else None),
        "moves": [{**asdict(move), "at": instant_text(move.at)} for move in (customer.moves if customer else ())],
        "orders": [describe["order"](orders[order_id]) for order_id in sorted(orders)],
        "events": [describe["event"](event) for event in app.events.of(customer_id)],
        "sends": list(_sends(app, customer_id)),
        "vouchers": [describe["voucher"](voucher) for voucher in vouchers],
        "redemptions": [describe["redemption"](redemption) for redemption in redemptions],
    }


def _mailbox(app: App, hash_: str | None) -> dict[str, Any] | None:
    """What decides on mail to the address, which another customer may share: every proof that is kept of it."""
    mailbox = app.mailboxes.get(hash_) if hash_ else None
    if mailbox is None:
        return None
    stopped, history = mailbox.suppression, consent_history(app, mailbox.hash)
    return {
        "suppression": stopped and {"reason": stopped.reason, "scope": stopped.scope, "at": instant_text(stopped.at)},
        "soft_bounces": [instant_text(at) for at in mailbox.soft_bounces],
        "paused_until": mailbox.paused_until and instant_text(mailbox.paused_until),
        "last_click_at": mailbox.last_click_at and instant_text(mailbox.last_click_at),
        "consents": [consent_fields(consent) for consent in history.consents],
        "sign_ups": [{"at": instant_text(at), **sign_up_fields(wish)} for at, wish in history.sign_ups],
        "changes": [{**asdict(change), "at": instant_text(change.at)} for change in history.suppressions],
    }


def _sends(app: App, customer_id: str) -> Iterator[dict[str, Any]]:
    keys = app.rows.keys_of(customer_id)
    rows = app.rows.get_many(keys)
    for key in keys:
        if key in rows:
            yield {**_row_fields(rows[key]), "mail": _mail(app, rows[key])}


def _row_fields(row: Row) -> dict[str, Any]:
    values = {name: value for name, value in asdict(row).items() if name not in {"mailbox", "customer_id", "clicks"}}
    clicks = [{"at": instant_text(one.at), "link": one.link, "sign": one.sign} for one in row.clicks]
    return {**{name: _plain(value) for name, value in values.items()}, "clicks": clicks}


def _plain(value: Any) -> Any:
    return instant_text(value) if isinstance(value, datetime) else value


def _mail(app: App, row: Row) -> dict[str, Any] | None:
    """The mail exactly as it was sent; None where none was made, or it is kept no longer."""
    mail = kept_mails(app, row.message_id, row.batch_id).get(row.customer_id)
    if mail is None:
        return None
    return {"html" if name == "body" else name: value for name, value in asdict(mail).items()} | {"html": mail.html}
