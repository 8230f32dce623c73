"""Customers over HTTP."""

from dataclasses import replace
from datetime import timedelta

from chalicelib.domain.codes import show_code
from chalicelib.domain.customers import Customer
from chalicelib.errors import MalformedRequest
from chalicelib.services.consent_texts import with_full_text
from chalicelib.services.customer_timeline import customer_timeline
from chalicelib.services.erase_customer import erase_customer
from chalicelib.services.export_customer import export_customer
from chalicelib.services.find_customers import find_customers
from chalicelib.services.get_customer import get_customer
from chalicelib.services.load_norms import load_norms
from chalicelib.services.put_customer import put_customer
from chalicelib.web.analyses import analyses_json
from chalicelib.web.answers import Answer
from chalicelib.web.bodies import query_limit, query_text, read_object
from chalicelib.web.routing import request, v1
from chalicelib.web.schemas import Json, customer_json, event_json, order_json, redemption_json, voucher_json
from chalicelib.wiring import get_app

_ERASE_FOR = timedelta(seconds=15)  # API Gateway wants its answer within 29 s; the tick does the rest


@v1("GET", "/customers")
def list_customers() -> Json:
    """The customers with one address: `?email=`."""
    email = query_text(request(), "email")
    if email is None:
        raise MalformedRequest("Name the address: /v1/customers?email=ann@example.com.")
    return {"customers": [_show(customer) for customer in find_customers(get_app(), email)]}


@v1("GET", "/customers/{customer_id}")
def read_customer(customer_id: str) -> Json:
    """One customer, with what their orders add up to."""
    return _show(get_customer(get_app(), customer_id))


@v1("PUT", "/customers/{customer_id}")
def write_customer(customer_id: str) -> Json:
    """Create a customer, or change the named fields."""
    return _show(put_customer(get_app(), customer_id, read_object(request())))


@v1("GET", "/customers/{customer_id}/timeline")
def read_timeline(customer_id: str) -> Json:
    """What happened to a customer, newest first."""
    return customer_timeline(get_app(), customer_id, query_limit(request()), query_text(request(), "cursor"))


@v1("DELETE", "/customers/{customer_id}")
def erase(customer_id: str) -> Answer:
    """Forget a person."""
    app = get_app()
    done = erase_customer(app, customer_id, deadline=app.clock.real() + _ERASE_FOR)
    return Answer({"status": "erased"}) if done else Answer({"status": "erasing"}, 202)


@v1("GET", "/customers/{customer_id}/export")
def export(customer_id: str) -> Json:
    """Everything about a person."""
    return export_customer(
        get_app(),
        customer_id,
        {
            "customer": _show,
            "order": order_json,
            "event": event_json,
            "voucher": lambda voucher: voucher_json(voucher, show_code(voucher.code)),
            "redemption": lambda redemption: redemption_json(redemption, show_code(redemption.code)),
        },
    )


def _show(customer: Customer) -> Json:
    app = get_app()
    # The mailbox is the truth about consent; the customer only mirrors its status.
    mailbox = app.mailboxes.get(customer.mailbox) if customer.mailbox else None
    if mailbox is not None and mailbox.consent is not None:
        mailbox = replace(mailbox, consent=with_full_text(app, mailbox.consent))
    currency = app.catalog.shop().currency
    return {
        **customer_json(customer, mailbox, currency),
        "analyses": analyses_json(customer, load_norms(app), app.clock.now(), currency),
    }
