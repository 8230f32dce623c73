"""The JSON Schemas of what goes in and comes out of `/v1`."""

from chalicelib.web.json_schemas import (
    ANY_OBJECT,
    COUNT,
    COUNTS,
    DAY,
    DAY_OR_NULL,
    FLAG,
    TEXT,
    TEXT_OR_NULL,
    TEXTS,
    TIME,
    TIME_OR_NULL,
    WHOLE,
    Schema,
    listed,
    maybe,
    record,
    ref,
)
from chalicelib.web.openapi_analyses import ANALYSES_SCHEMAS
from chalicelib.web.openapi_campaigns import CAMPAIGN_SCHEMAS
from chalicelib.web.openapi_keys import KEY_SCHEMAS
from chalicelib.web.openapi_offers import OFFER_SCHEMAS
from chalicelib.web.openapi_orders import EVENT, ORDER_SCHEMAS
from chalicelib.web.openapi_reports import REPORT_SCHEMAS
from chalicelib.web.openapi_shop import SHOP_SCHEMAS
from chalicelib.web.openapi_templates import TEMPLATE_SCHEMAS

_TOPIC: Schema = {"enum": ["granted", "pending", "withdrawn"]}
_CONSENT = {
    "status": _TOPIC,
    "basis": {"enum": ["opt_in", "double", "soft", "implied"]},
    "at": TIME,
    "source": TEXT,
    "text": TEXT,
    "origin": TEXT,
    "expires_at": TIME_OR_NULL,
    "paused_until": TIME_OR_NULL,
    "topics": {"type": "object", "additionalProperties": _TOPIC},
    "tracking": {"enum": ["none", "aggregate", "full"]},
}
_ATTRIBUTES: Schema = {
    "type": "object",
    "additionalProperties": {"type": ["string", "number", "boolean", "null"]},
}
_PERSON = {
    "email": TEXT_OR_NULL,
    "first_name": TEXT_OR_NULL,
    "last_name": TEXT_OR_NULL,
    "locale": TEXT_OR_NULL,
    "time_zone": TEXT_OR_NULL,
    "country": TEXT_OR_NULL,
    "region": TEXT_OR_NULL,
    "home_store": TEXT_OR_NULL,
    "birthday": DAY_OR_NULL,
    "joined_on": DAY_OR_NULL,
    "interests": {"type": ["array", "null"], "items": TEXT},
    "attributes": {**_ATTRIBUTES, "type": ["object", "null"]},
    "consent": maybe(ref("Consent")),
}
_PRICE: Schema = {"anyOf": [COUNT, ref("Money"), {"type": "null"}]}
_PRODUCT = {
    "category": TEXT_OR_NULL,
    "brand": TEXT_OR_NULL,
    "price": _PRICE,
    "cost": _PRICE,
    "compare_at_price": _PRICE,
    "stock": {"type": ["integer", "null"]},
    "image_url": TEXT_OR_NULL,
    "url": TEXT_OR_NULL,
    "launched_at": TIME_OR_NULL,
    "attributes": {**_ATTRIBUTES, "type": ["object", "null"]},
}


SCHEMAS: dict[str, Schema] = {
    **ANALYSES_SCHEMAS,
    **CAMPAIGN_SCHEMAS,
    **KEY_SCHEMAS,
    **OFFER_SCHEMAS,
    **ORDER_SCHEMAS,
    **REPORT_SCHEMAS,
    **SHOP_SCHEMAS,
    **TEMPLATE_SCHEMAS,
    "Error": record(
        "error",
        error=record(
            "code message details",
            code=TEXT,
            message=TEXT,
            reason=TEXT,
            details=listed(record("where message", where=TEXT, message=TEXT)),
        ),
    ),
    "Document": ANY_OBJECT,
    "SignUpFields": record(
        "email",
        closed=True,
        email=TEXT,
        first_name=TEXT_OR_NULL,
        topics=TEXTS,
        locale=TEXT_OR_NULL,
        source=TEXT_OR_NULL,
        text=TEXT_OR_NULL,
        tracking={"enum": ["none", "aggregate", "full", None]},
    ),
    "SuppressionFields": record(closed=True, scope={"enum": ["all", "marketing", None]}, note=TEXT_OR_NULL),
    "Suppression": record(
        "email suppressed suppression changes",
        email=TEXT,
        suppressed=FLAG,
        suppression=maybe(record("reason scope at", reason=TEXT, scope=TEXT, at=TIME)),
        changes=listed(record("at action reason scope by", at=TIME, action=TEXT, reason=TEXT, scope=TEXT, by=TEXT)),
    ),
    "ReplayFields": record("since", closed=True, since=TIME, cursor=TEXT_OR_NULL),
    "Replay": record("read changed next", read=COUNT, changed=COUNT, next=TEXT_OR_NULL),
    "Accepted": record("status message", status=TEXT, message=TEXT),
    "Source": TEXT,
    "Money": record("amount", amount=WHOLE, currency={"type": "string", "pattern": "^[A-Z]{3}$"}),
    "Consent": record("status", _CONSENT),
    "CustomerFields": record("", _PERSON),
    "Statistics": record(
        "orders spent first_order_at last_order_at mean_gap_days top_categories other_currencies",
        orders=COUNT,
        spent=ref("Money"),
        first_order_at=TIME_OR_NULL,
        last_order_at=TIME_OR_NULL,
        mean_gap_days={"type": ["number", "null"]},
        top_categories=TEXTS,
        other_currencies={"type": "object", "additionalProperties": ref("Money")},
    ),
    "Customer": record(
        "id email consent stats stage tier points segments analyses",
        _PERSON,
        id=TEXT,
        stats=ref("Statistics"),
        stage={"enum": ["prospect", "buyer", "client", "regular", "loyal", "advocate"]},
        tier=TEXT_OR_NULL,
        points=WHOLE,
        segments=TEXTS,
        analyses=ref("Analyses"),
    ),
    "Erased": record("status", closed=True, status={"enum": ["erased", "erasing"]}),
    "Export": {
        "anyOf": [
            record(
                "exported_at customer mailbox moves orders events sends vouchers redemptions",
                closed=True,
                exported_at=TIME,
                customer=ref("Customer"),
                mailbox=maybe(ANY_OBJECT),
                moves=listed(record("at segment entered", at=TIME, segment=TEXT, entered=FLAG)),
                orders=listed(ref("Order")),
                events=listed(record("event_id customer_id name at properties", EVENT, closed=True)),
                sends=listed(record("message_id status at mail", message_id=TEXT, status=TEXT, at=TIME, mail={})),
                vouchers=listed(ref("Voucher")),
                redemptions=listed(ref("Redemption")),
            ),
            record("url expires_at bytes", closed=True, url=TEXT, expires_at=TIME, bytes=COUNT),
        ]
    },
    "CustomerList": record("customers", customers=listed(ref("Customer"))),
    "Timeline": record(
        "items next",
        items=listed(
            record("at kind what because words ref", at=TIME, kind=TEXT, what=TEXT, because=TEXT, words=TEXT, ref=TEXT)
        ),
        next=TEXT_OR_NULL,
    ),
    "ProductFields": record("", _PRODUCT, name=TEXT),
    "Product": record("sku name", _PRODUCT, sku=TEXT, name=TEXT),
    "ImportFields": record(
        "kind",
        closed=True,
        kind={"enum": ["customers", "orders", "products"]},
        mapping={"type": "object", "additionalProperties": TEXT},
        dry_run=FLAG,
        csv=TEXT,
    ),
    "Import": record(
        "status",
        id=TEXT,
        status=TEXT,
        created=COUNT,
        updated=COUNT,
        unchanged=COUNT,
        refused=COUNT,
        read=COUNT,
        without_time_zone=COUNT,
        rows=listed(record("line reason", line=WHOLE, column=TEXT_OR_NULL, reason=TEXT)),
        next=TEXT_OR_NULL,
        upload=maybe(ANY_OBJECT),
    ),
    "SegmentFields": record("rule", closed=True, rule=ref("Rule")),
    "Segment": record("name rule", name=TEXT, rule=ref("Rule")),
    "Segments": record("segments", segments=listed(ref("Segment"))),
    "Rule": {
        "anyOf": [
            record("all", all=listed(ref("Rule"))),
            record("any", any=listed(ref("Rule"))),
            {"type": "object", "properties": {"not": ref("Rule")}, "required": ["not"]},
            record("field op", field=TEXT, op=TEXT, value={}, within=TEXT),
        ]
    },
    "Count": record("count", count=COUNT),
    "Members": record("members next", members=TEXTS, next=TEXT_OR_NULL),
    "Overlap": record("counts all any", counts=COUNTS, all=COUNT, any=COUNT),
    "Sizes": record("sizes", sizes=listed(record("day count", day=DAY, count=COUNT))),
    "Lines": record("csv next", csv={"type": "string"}, next=TEXT_OR_NULL),
    "Explanation": record(
        "member because",
        member=FLAG,
        because=listed(record("condition holds found", condition={}, holds=FLAG, found={})),
    ),
    "FlowFields": record("trigger template", trigger=ANY_OBJECT, template=TEXT, about=TEXT),
    "Flow": record("name trigger template enabled", name=TEXT, trigger=ANY_OBJECT, template=TEXT, enabled=FLAG),
    "FlowList": record("flows", flows=listed(ref("Flow"))),
    "Delivery": record(""),
    "Taken": record(
        "result topic", closed=True, result={"enum": ["created", "updated", "unchanged", "ignored"]}, topic=TEXT
    ),
}
