"""Use case: count all that is to be told of one message, from its batches, rows, vouchers and the people's orders."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from zoneinfo import ZoneInfo

from chalicelib.domain.arms import AFTER, HOLDOUT, MAILED, variant_arm
from chalicelib.domain.attribution import Worth, followed, takings_of, worth_of
from chalicelib.domain.clicks import by_people
from chalicelib.domain.counts import Count
from chalicelib.domain.customers import Customer
from chalicelib.domain.messages import Batch, Message, Row
from chalicelib.domain.outcomes import Tally
from chalicelib.domain.rows import clicks_of
from chalicelib.domain.shop import Shop
from chalicelib.domain.vouchers import Redemption
from chalicelib.ports import App
from chalicelib.services.load_history import load_remains

_NEVER = datetime.min.replace(tzinfo=UTC)
AT_ONCE = 400  # batches that are counted while somebody waits: 20,000 rows


def count_mails(app: App, messages: Iterable[Message]) -> Tally:
    """Only what became of the mails: one query a batch, whatever their number."""
    total = Tally()
    for message in messages:
        for batch in app.batches.of(message.id):
            total.add(batch, app.rows.of(message.id, batch.id))
    return total


def count_message(app: App, message: Message) -> Count | None:
    """Everything, counted now; None where it has more batches than can be counted while somebody waits."""
    batches = list(islice(app.batches.of(message.id), AT_ONCE + 1))
    if len(batches) > AT_ONCE:
        return None
    total, shop = Count(), app.catalog.shop()
    for batch in batches:
        count_batch(app, message, batch, shop, total)
    return total


def count_batch(app: App, message: Message, batch: Batch, shop: Shop, total: Count) -> None:
    """Add one batch. Four requests, and a few more for each of its people who may have bought because of the mail."""
    rows = app.rows.of(batch.message_id, batch.id)
    people = app.customers.get_many([person for person in batch.people if person in rows])
    total.tally.add(batch, rows, lambda row: _traits(row, people.get(row.customer_id), shop.zone))
    here = {person: rows[person] for person in batch.people if person in rows and rows[person].status != "deferred"}
    redemptions = _redemptions(app, here.values())
    for person, row in here.items():
        arms = list(_arms(message, row))
        used = redemptions.get(person, [])
        clicks = [click.at for click in by_people(clicks_of(row))]
        worths = _worths(app, people.get(person), row, clicks, bool(arms), used, shop.currency)
        elsewhere = _elsewhere(app, row, clicks, worths.values()) if clicks else {}
        brought = takings_of(used, worths, clicks, elsewhere, shop.currency)
        total.takings.merge(brought)
        after = [worth for worth in worths.values() if row.at <= worth.at < row.at + AFTER]
        for arm in arms:
            total.arm(arm).add(after, brought, clicked=row.clicked_at is not None)


def _traits(row: Row, customer: Customer | None, zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    """The groups of one row. `""`: not known."""
    yield "hour", f"{row.at.astimezone(zone).hour:02}"
    yield "provider", row.provider or ""
    yield "country", customer.country or "" if customer else ""
    for segment in customer.segments if customer else ():
        yield "segment", segment


def _arms(message: Message, row: Row) -> Iterator[str]:
    """Those that the person is in; a message without holdout and variants compares nobody."""
    held = row.status == "skipped" and row.reason == HOLDOUT
    if message.holdout_percent and (held or row.status == "sent"):
        yield HOLDOUT if held else MAILED
    # The rest after a test got the winner hours later: to count them in would compare two times of day.
    if row.variant and row.status == "sent" and len(message.variants) > 1:
        yield variant_arm(row.variant)


def _redemptions(app: App, rows: Collection[Row]) -> dict[str, list[Redemption]]:
    """What the vouchers in these mails were used for, by customer."""
    owners = {row.voucher: row.customer_id for row in rows if row.voucher}
    vouchers = app.vouchers.get_many(list(owners)) if owners else {}
    # A shared code belongs to no send.
    used = [one for one in vouchers.values() if one.status == "redeemed" and one.customer_id and one.redemption_id]
    made = app.vouchers.redemptions_by_id([one.redemption_id or "" for one in used]) if used else {}
    found: dict[str, list[Redemption]] = {}
    for redemption in made.values():
        found.setdefault(owners[redemption.code], []).append(redemption)
    return found


def _worths(
    app: App,
    customer: Customer | None,
    row: Row,
    clicks: Collection[datetime],
    compared: bool,
    used: Sequence[Redemption],
    currency: str,
) -> Mapping[str, Worth]:
    """The person's orders, where any of them may matter: the last one says whether that can be."""
    if used:
        owner = used[0].customer_id  # also of whoever was erased: their orders and redemptions went on together
    elif customer is None or not (clicks or compared) or (customer.stats.last_order_at or _NEVER) < row.at:
        return {}
    else:
        owner = customer.id
    headers = app.orders.headers(owner) if owner else []
    return worth_of(headers, load_remains(app, headers), currency)


def _elsewhere(app: App, row: Row, clicks: Collection[datetime], worths: Iterable[Worth]) -> dict[str, datetime | None]:
    """For the orders that a click here may have brought: what other mails did. Asked only where there are any."""
    orders = [worth for worth in worths if followed(worth, clicks) is not None]
    if not orders:
        return {}
    used = {one.order_id: one for one in app.vouchers.of(row.customer_id)[1]}
    keys = [key for key in app.rows.keys_of(row.customer_id) if key != row.key]
    others = [click.at for other in app.rows.get_many(keys).values() for click in by_people(clicks_of(other))]
    found: dict[str, datetime | None] = {}
    for worth in orders:
        redemption, other = used.get(worth.order_id), followed(worth, others)
        if redemption is not None and redemption.message_id and redemption.message_id != row.message_id:
            found[worth.order_id] = None
        elif other is not None:
            found[worth.order_id] = other
    return found
