"""Use case: take one event that the shop's systems tell, idempotent by its id."""

from typing import Any, Literal

from chalicelib.domain.customers import Customer
from chalicelib.domain.events import Event, event_from_fields
from chalicelib.errors import IdempotencyMismatch
from chalicelib.ports import App


def take_event(app: App, fields: Any) -> tuple[Event, Literal["created", "unchanged"]]:
    """The event, and whether it is new. A customer whom nobody knew is created without an address, as by an order.

    An event's id counts within its customer: the same id for another customer is another event.

    Raises:
        MalformedRequest, InvalidInput: naming each wrong field.
        IdempotencyMismatch: this customer's event of that id says something else.
    """
    event = event_from_fields(fields, app.clock.now())
    if app.customers.get(event.customer_id) is None:
        app.customers.create_many([Customer(id=event.customer_id)])
    if not app.events.create_many([event]):
        return event, "created"
    stored = app.events.get(event.customer_id, event.event_id)
    if stored != event:
        raise IdempotencyMismatch(
            f"Event {event.event_id!r} of this customer is known with another name, time or other properties. "
            "Nothing was changed; give each event an id of its own."
        )
    return event, "unchanged"
