"""How the values of the domain are written as JSON: the names, times, days and money of the public interface."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from chalicelib.domain.campaigns import campaign_to_fields
from chalicelib.domain.customers import Customer, Statistics
from chalicelib.domain.dates import instant_text
from chalicelib.domain.events import Event
from chalicelib.domain.mailboxes import Consent, Mailbox
from chalicelib.domain.offers import Offer, offer_to_fields
from chalicelib.domain.order_changes import OrderChanges
from chalicelib.domain.orders import Order
from chalicelib.domain.products import Product
from chalicelib.domain.refunds import Refund
from chalicelib.domain.vouchers import Redemption, Voucher
from chalicelib.services.dry_run import DryRun
from chalicelib.services.show_campaign import CampaignView, Part

Json = dict[str, Any]


def money_json(amount: int, currency: str) -> Json:
    """Minor units with their currency."""
    return {"amount": amount, "currency": currency}


def time_json(at: datetime | None) -> str | None:
    """RFC 3339 with the offset; None stays None."""
    return None if at is None else instant_text(at)


def day_json(day: date | None) -> str | None:
    """`YYYY-MM-DD`; None stays None."""
    return None if day is None else day.isoformat()


def customer_json(customer: Customer, mailbox: Mailbox | None, currency: str) -> Json:
    """A customer with what the orders add up to; `currency` is the shop's. The consent is the mailbox's."""
    return {
        "id": customer.id,
        "email": customer.email,
        "first_name": customer.first_name,
        "last_name": customer.last_name,
        "locale": customer.locale,
        "time_zone": customer.time_zone,
        "country": customer.country,
        "region": customer.region,
        "home_store": customer.home_store,
        "birthday": day_json(customer.birthday),
        "joined_on": day_json(customer.joined_on),
        "interests": list(customer.interests),
        "attributes": dict(customer.attributes),
        "consent": None if mailbox is None or mailbox.consent is None else consent_json(mailbox.consent, mailbox),
        "stats": statistics_json(customer.stats, currency),
        "stage": customer.stage,
        "tier": customer.tier,
        "points": customer.points,
        "segments": list(customer.segments),
    }


def consent_json(consent: Consent, mailbox: Mailbox) -> Json:
    """What the person allowed, with its proof."""
    return {
        "status": consent.status,
        "basis": consent.basis,
        "at": time_json(consent.at),
        "source": consent.source,
        "text": consent.text,
        **({"origin": consent.origin} if consent.origin else {}),
        "expires_at": time_json(consent.expires_at),
        "topics": dict(consent.topics),
        "tracking": consent.tracking,
        **({"paused_until": time_json(mailbox.paused_until)} if mailbox.paused_until else {}),
    }


def statistics_json(stats: Statistics, currency: str) -> Json:
    """What a customer's orders add up to. `mean_gap_days` is null below two orders: not enough data."""
    return {
        "orders": stats.orders,
        "spent": money_json(stats.spent, currency),
        "first_order_at": time_json(stats.first_order_at),
        "last_order_at": time_json(stats.last_order_at),
        "mean_gap_days": stats.mean_gap_days,
        "top_categories": list(stats.top_categories),
        "other_currencies": {name: money_json(spent, name) for name, spent in stats.other_currencies.items()},
    }


def order_json(order: Order) -> Json:
    """An order as it stands."""
    return {
        "order_id": order.order_id,
        "customer_id": order.customer_id,
        "placed_at": time_json(order.placed_at),
        "currency": order.currency,
        "lines": [{"sku": line.sku, "quantity": line.quantity, "unit_price": line.unit_price} for line in order.lines],
        "total": money_json(order.total, order.currency),
        "status": order.shown_status,
        "refunds": [refund_json(refund) for refund in order.refunds],
        "voucher_code": order.voucher_code,
        "store": order.store,
        "channel": order.channel,
        "served_by": order.served_by,
        "shipping": order.shipping,
        "tax": order.tax,
        "discounts": [{"code": code, "amount": amount} for code, amount in order.discounts],
    }


def refund_json(refund: Refund) -> Json:
    """One refund; neither lines nor an amount: the whole order."""
    return {
        "refund_id": refund.refund_id,
        "at": time_json(refund.at),
        "lines": [{"sku": sku, "quantity": units} for sku, units in refund.units.items()],
        "amount": refund.amount,
    }


def changes_json(changes: OrderChanges, order: Order | None, result: str) -> Json:
    """What was told of an order by its id, placed or not; its customer is not named."""
    return {
        "result": result,
        "order_id": changes.order_id,
        "status": order.shown_status if order else changes.status or None,
        "cancelled_at": time_json(changes.cancelled_at),
        "statuses": {status: time_json(at) for status, at in changes.statuses.items()},
        "refunds": [refund_json(changes.refunds[name]) for name in sorted(changes.refunds)],
    }


def event_json(event: Event) -> Json:
    """An event as it was taken."""
    return {
        "event_id": event.event_id,
        "customer_id": event.customer_id,
        "name": event.name,
        "at": time_json(event.at),
        "properties": dict(event.properties),
    }


def product_json(product: Product, currency: str) -> Json:
    """A product; its prices are in the shop's currency."""
    prices = {"price": product.price, "cost": product.cost, "compare_at_price": product.compare_at_price}
    return {
        "sku": product.sku,
        "name": product.name,
        "category": product.category,
        "brand": product.brand,
        **{name: None if price is None else money_json(price, currency) for name, price in prices.items()},
        "stock": product.stock,
        "image_url": product.image_url,
        "url": product.url,
        "launched_at": time_json(product.launched_at),
        "attributes": dict(product.attributes),
    }


def offer_json(offer: Offer) -> Json:
    """An offer: what is set of it."""
    return {"name": offer.name, **offer_to_fields(offer)}


def voucher_json(voucher: Voucher, code: str) -> Json:
    """A voucher as the shop's systems see it; `code` in the form that people read."""
    return {
        "code": code,
        "customer_id": voucher.customer_id,
        "offer": voucher.offer,
        "issued_at": time_json(voucher.issued_at),
        "expires_at": time_json(voucher.expires_at),
        "activated_at": time_json(voucher.activated_at),
        "status": voucher.status,
    }


def redemption_json(redemption: Redemption, code: str) -> Json:
    """One use of a voucher, the same at every repeat."""
    remaining: Mapping[str, int | None] = {
        "total": redemption.remaining.total,
        "per_customer": redemption.remaining.per_customer,
        "budget": redemption.remaining.budget,
    }
    return {
        "redemption_id": redemption.id,
        "code": code,
        "order_id": redemption.order_id,
        "customer_id": redemption.customer_id,
        "offer": redemption.offer,
        "discount": money_json(redemption.discount, redemption.currency),
        "lines": [
            {"sku": line.sku, "discount": money_json(line.discount, redemption.currency)} for line in redemption.lines
        ],
        "remaining": {name: left for name, left in remaining.items() if left is not None},
        "at": time_json(redemption.at),
    }


def campaign_json(view: CampaignView) -> Json:
    """A campaign with where it stands; `draft` before its launch."""
    first, step = view.first, view.next
    return {
        "name": view.campaign.name,
        **campaign_to_fields(view.campaign),
        "state": view.stands.state,
        "state_reason": view.stands.reason,
        "state_since": time_json(view.stands.since),
        "launched_at": time_json(first.created_at if first else None),
        "snapshot_at": time_json(first.frozen_at if first else None),
        "undo_until": time_json(first.not_before if first else None),
        "parts": [_part_json(part) for part in view.parts],
        "next": {"what": step.what, "name": step.name, "at": time_json(step.at)} if step else None,
    }


def _part_json(part: Part) -> Json:
    return {
        "name": part.name,
        "state": part.state,
        "state_reason": part.reason,
        "because": part.because,
        "state_since": time_json(part.since),
        "waiting": part.waiting,
    }


def dry_run_json(run: DryRun) -> Json:
    """What a launch would do."""
    forecast = run.forecast
    return {
        "audience": forecast.audience,
        "will_send": forecast.will_send,
        "will_skip": dict(sorted(forecast.skipped.items())),
        "cost": run.cost.to_fields(),
        "worst_offer_cost": run.worst_offer_cost.to_fields() if run.worst_offer_cost else None,
        "minutes": run.minutes,
        "warnings": list(run.warnings),
        "samples": list(run.samples),
        "next": run.next,
    }
