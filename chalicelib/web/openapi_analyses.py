"""The JSON Schemas of the analyses: the reports, and what they say of one customer."""

from chalicelib.web.json_schemas import (
    COUNT,
    TEXT,
    TEXT_OR_NULL,
    TEXTS,
    TIME,
    TIME_OR_NULL,
    Schema,
    listed,
    maybe,
    record,
    ref,
)

_RATE: Schema = {"type": ["number", "null"]}
_MONEY = maybe(ref("Money"))
_MONTH: Schema = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$"}
_HEAD = {"report": TEXT, "segment": TEXT_OR_NULL, "measured_at": TIME, "customers": COUNT}


def _report(required: str, **fields: Schema) -> Schema:
    return record(f"report segment measured_at customers {required}", _HEAD, closed=True, **fields)


ANALYSES_SCHEMAS: dict[str, Schema] = {
    "Analyses": record(
        "rfm abc xyz ltv gross_profit expected_next_order_at lapsing_score opportunity opportunity_because"
        " share_of_wallet top_brands",
        closed=True,
        rfm={"type": ["string", "null"], "pattern": "^[1-5]{3}$"},
        abc={"enum": ["A", "B", "C", None]},
        xyz={"enum": ["X", "Y", "Z", None]},
        ltv=_MONEY,
        gross_profit=_MONEY,
        expected_next_order_at=TIME_OR_NULL,
        lapsing_score=_RATE,
        opportunity={"enum": ["low", "medium", "high", None]},
        opportunity_because=TEXTS,
        share_of_wallet=_RATE,
        top_brands=TEXTS,
    ),
    "StagesReport": _report(
        "stages",
        stages=listed(
            record(
                "stage customers percent spent",
                closed=True,
                stage=TEXT,
                customers=COUNT,
                percent=_RATE,
                spent=ref("Money"),
            )
        ),
    ),
    "RfmReport": _report(
        "buyers classes",
        buyers=COUNT,
        classes=listed(record("rfm customers spent", closed=True, rfm=TEXT, customers=COUNT, spent=ref("Money"))),
    ),
    "AbcxyzReport": _report(
        "buyers thresholds limits classes",
        buyers=COUNT,
        thresholds={"type": "object", "additionalProperties": {"type": "number"}},
        limits={"type": "object", "additionalProperties": _MONEY},
        classes=listed(
            record(
                "abc xyz customers spent percent_of_spent",
                closed=True,
                abc=TEXT,
                xyz=TEXT_OR_NULL,
                customers=COUNT,
                spent=ref("Money"),
                percent_of_spent=_RATE,
            )
        ),
    ),
    "LtvReport": _report(
        "buyers ltv mean_receipt purchases_a_month profit_share active_months spent gross_profit"
        " share_of_spent_with_known_cost",
        buyers=COUNT,
        ltv=_MONEY,
        mean_receipt=_MONEY,
        purchases_a_month=_RATE,
        profit_share=_RATE,
        active_months=_RATE,
        spent=ref("Money"),
        gross_profit=_MONEY,
        share_of_spent_with_known_cost=_RATE,
    ),
    "RetentionReport": _report(
        "active_months months cohorts",
        active_months=COUNT,
        months=listed(
            record(
                "month start end gained first crr",
                closed=True,
                month=_MONTH,
                start=COUNT,
                end=COUNT,
                gained=COUNT,
                first=COUNT,
                crr=_RATE,
            )
        ),
        cohorts=listed(
            record(
                "cohort month customers bought active crr",
                closed=True,
                cohort=_MONTH,
                month=_MONTH,
                customers=COUNT,
                bought=COUNT,
                active=COUNT,
                crr=_RATE,
            )
        ),
    ),
}
