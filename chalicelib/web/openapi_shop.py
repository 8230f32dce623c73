"""The JSON Schema of the shop's settings, its limits of mail among them."""

from collections.abc import Mapping

from chalicelib.domain.caps import MAX_COUNT
from chalicelib.web.json_schemas import COUNT, FLAG, TEXT, TEXT_OR_NULL, TEXTS, Schema, listed, maybe, record

_CLOCK_TIME: Schema = {"type": "string", "pattern": "^[0-2][0-9]:[0-5][0-9]$"}
_OVER: Schema = {"enum": ["skip", "defer"]}
_CAP = record("count per", count={"type": "integer", "minimum": 0, "maximum": MAX_COUNT}, per=TEXT)

SHOP_SCHEMAS: Mapping[str, Schema] = {
    "Shop": record(
        name=TEXT,
        from_=TEXT,
        reply_to=TEXT_OR_NULL,
        postal_address=TEXT,
        currency=TEXT,
        time_zone=TEXT,
        locale=TEXT,
        links_url={"type": "string", "format": "uri"},
        brand={"type": "object", "additionalProperties": TEXT},
        default_topic=TEXT,
        topics={"type": ["object", "null"], "additionalProperties": {"type": ["string", "object"]}},
        undo_seconds=COUNT,
        template_approval=FLAG,
        bulk=FLAG,
        quiet_hours=maybe(record("from to", {"from": _CLOCK_TIME, "to": _CLOCK_TIME})),
        holidays=maybe(record(days=listed(TEXT), over=_OVER)),
        caps=maybe(
            record(
                all=maybe(_CAP),
                topics={"type": "object", "additionalProperties": _CAP},
                exempt=listed(TEXT),
                exempt_dates=FLAG,
                over=_OVER,
                min_gap=TEXT_OR_NULL,
            )
        ),
        utm=maybe(record(source=TEXT, medium=TEXT, campaign=TEXT, hosts=TEXTS)),
        approval_above={"type": ["integer", "null"], "minimum": 0},
        ramp=maybe(record(start=COUNT, growth={"type": "number"}, until=COUNT)),
        analyses={"type": ["object", "null"], "additionalProperties": {"type": ["number", "null"]}},
    ),
}
