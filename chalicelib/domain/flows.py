"""What a flow is: a trigger that names the moments, and the message that each moment sends."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import Any, Literal

from chalicelib.domain.addresses import normalise_address
from chalicelib.domain.durations import clock_time, span, span_text
from chalicelib.domain.messages import Audience, Message
from chalicelib.domain.products import Product
from chalicelib.domain.reading import Faults, Fields, slug
from chalicelib.domain.segments import category_segment
from chalicelib.domain.shop import Shop, sender_name

EARLIEST_ZONE = timedelta(hours=14)  # Kiribati: a day begins there first
LATEST_ZONE = timedelta(hours=-12)  # Baker Island: and ends here last
RECENT_LAUNCH = timedelta(days=7)  # a product launched longer ago is not news any more
CATCH_UP_DAYS = 3  # after an outage, dates of so many days back are still looked at

_DATES = ("birthday", "joined_on")
_PERIODS = ("month", "quarter", "year")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """What starts the flow: a yearly date of the customer, a product's launch, or a period for a segment."""

    kind: Literal["date", "product", "segment"]
    date_field: Literal["birthday", "joined_on"] | None = None
    segment: str | None = None
    every: Literal["month", "quarter", "year"] = "quarter"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A trigger plus the one mail that it sends to each person."""

    name: str
    about: str
    trigger: Trigger
    template: str
    exclude: tuple[str, ...] = ()
    offer: Mapping[str, Any] | None = None  # the fields of the offer that carries the flow's own name
    topic: str = "offers"
    from_name: str | None = None  # None: the shop's name
    reply_to: str | None = None  # None: the shop's
    local_time: time = time(9)
    max_lateness: timedelta = timedelta(hours=12)
    include_unengaged: bool = False  # a date is greeted in any case
    enabled: bool = False
    planned_through: date | None = None  # the last local day whose dates have been looked at
    source: Mapping[str, Any] = field(default_factory=dict)  # as it was put

    @property
    def offer_name(self) -> str | None:
        """The name of its offer; None for a mail without one."""
        return self.name if self.offer else None


def _trigger(value: Any) -> Trigger:
    if not isinstance(value, Mapping) or len(set(value) & {"date", "product", "segment"}) != 1:
        raise ValueError(
            'write one of {"date": "birthday"}, {"product": "launched"}, {"segment": NAME, "every": PERIOD}'
        )
    if "date" in value:
        if value["date"] not in _DATES:
            raise ValueError(f"date must be one of {', '.join(_DATES)}, got {value['date']!r}")
        return Trigger(kind="date", date_field=value["date"])
    if "product" in value:
        if value["product"] != "launched":
            raise ValueError(f"product must be `launched`, got {value['product']!r}")
        return Trigger(kind="product")
    every = value.get("every", "quarter")
    if every not in _PERIODS:
        raise ValueError(f"every must be one of {', '.join(_PERIODS)}, got {every!r}")
    return Trigger(kind="segment", segment=slug(value["segment"]), every=every)


def _offer(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise TypeError("must be the fields of an offer")
    return value


def flow_from_fields(name: str, fields: Mapping[str, Any]) -> Flow:
    """Read a playbook. Raises InvalidInput naming every wrong field."""
    faults = Faults()
    body = Fields({**fields, "name": name}, "", faults)
    body.needed("trigger", "template")
    flow = Flow(
        name=body.slug("name") or "",
        about=body.text("about", most=2000) or "",
        trigger=body.parsed("trigger", _trigger, Trigger(kind="date")),
        template=body.slug("template") or "",
        exclude=body.slugs("exclude"),
        offer=body.parsed("offer", _offer, None),
        topic=body.slug("topic") or "offers",
        from_name=body.parsed("from_name", sender_name, None),
        reply_to=body.parsed("reply_to", normalise_address, None),
        local_time=body.parsed("local_time", clock_time, time(9)),
        max_lateness=body.parsed("max_lateness", span, timedelta(hours=12)),
        include_unengaged=body.flag("include_unengaged"),
        source=dict(fields),
    )
    body.done()
    faults.refuse(f"Flow {name[:70]!r}")
    return flow


def flow_to_fields(flow: Flow) -> dict[str, Any]:
    """The flow as the API shows it."""
    return {
        **flow.source,
        "name": flow.name,
        "local_time": flow.local_time.strftime("%H:%M"),
        "max_lateness": span_text(flow.max_lateness),
        "enabled": flow.enabled,
        "planned_through": flow.planned_through.isoformat() if flow.planned_through else None,
    }


def days_to_plan(flow: Flow, now: datetime) -> Iterator[date]:
    """The local days whose dates are to be looked at now, oldest first.

    A day is due as soon as it begins in the earliest zone. A flow that was just switched on begins with the days that
    are not over everywhere; after an outage the last CATCH_UP_DAYS are looked at again, and what is too late by then
    is dropped by its `max_lateness`.
    """
    newest = (now + EARLIEST_ZONE).date()
    first = (now + LATEST_ZONE).date()
    if flow.planned_through is not None:
        first = max(flow.planned_through + timedelta(days=1), newest - timedelta(days=CATCH_UP_DAYS))
    for ordinal in range(first.toordinal(), newest.toordinal() + 1):
        yield date.fromordinal(ordinal)


def days_missed(flow: Flow, first: date) -> tuple[date, date] | None:
    """The first and the last day that a long outage has swallowed, where the next to be looked at is `first`."""
    if flow.planned_through is None:
        return None
    missed = flow.planned_through + timedelta(days=1), first - timedelta(days=1)
    return missed if missed[0] <= missed[1] else None


def _message(flow: Flow, occurrence: str, versions: Mapping[str, str], now: datetime, **more: Any) -> Message:
    return Message(
        id=f"f.{flow.name}.{occurrence}",
        source="flow",
        name=flow.name,
        once_key=f"f.{flow.name}.{occurrence}",
        template=flow.template,
        versions=versions,
        offer=flow.offer_name,
        topic=flow.topic,
        from_name=flow.from_name,
        reply_to=flow.reply_to,
        local_time=flow.local_time,
        max_lateness=flow.max_lateness,
        include_unengaged=flow.include_unengaged or flow.trigger.kind == "date",
        created_at=now,
        **more,
    )


def on_day(flow: Flow, day: date, versions: Mapping[str, str], now: datetime) -> Message:
    """The message for everyone whose date falls on the local day `day`."""
    audience = Audience(date_field=flow.trigger.date_field, day=day, exclude=flow.exclude)
    return _message(flow, day.isoformat(), versions, now, audience=audience, local_day=day)


def is_news(product: Product, now: datetime) -> bool:
    """Whether the product's launch is ahead or not long ago."""
    return product.launched_at is not None and now - product.launched_at <= RECENT_LAUNCH


def on_launch(flow: Flow, product: Product, versions: Mapping[str, str], shop: Shop, now: datetime) -> Message:
    """The message for the fans of a new product's category, on the day of its launch or, if that is over, now."""
    launched = max(product.launched_at or now, now)
    return _message(
        flow,
        sha256(product.sku.encode()).hexdigest()[:16],
        versions,
        now,
        audience=Audience(segments=(category_segment(product.category or ""),), exclude=flow.exclude),
        products=(product.sku,),
        send_at=product.launched_at,
        local_day=launched.astimezone(shop.zone).date(),
    )


def period_name(day: date, every: str) -> str:
    """The period that a day lies in: "2026", "2026-Q4" or "2026-11"."""
    if every == "year":
        return f"{day.year}"
    if every == "quarter":
        return f"{day.year}-Q{(day.month + 2) // 3}"
    return f"{day.year}-{day.month:02d}"


def in_period(flow: Flow, versions: Mapping[str, str], shop: Shop, now: datetime) -> Message:
    """The message for everyone in the flow's segment, once in this period of the shop's calendar."""
    day = now.astimezone(shop.zone).date()
    audience = Audience(segments=(flow.trigger.segment or "",), exclude=flow.exclude)
    return _message(flow, period_name(day, flow.trigger.every), versions, now, audience=audience, local_day=day)


def starts_at(message: Message) -> datetime:
    """When planning may begin, aware UTC: at the launch, or as its local day begins in the earliest zone."""
    if message.local_day is None:
        return message.created_at
    return datetime.combine(message.local_day, time(), UTC) - EARLIEST_ZONE
