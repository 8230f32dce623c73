"""The JSON Schemas of the reports of campaigns and flows. What each figure means stands in docs/reports.md."""

from collections.abc import Mapping

from chalicelib.web.json_schemas import (
    COUNT,
    COUNTS,
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

_MONEY = ref("Money")
_MONEY_OR_NULL = maybe(_MONEY)
_SHARE: Schema = {"type": "number"}
_RATE: Schema = {"type": ["number", "null"]}
_VERDICT: Schema = {"enum": ["better", "worse", "cannot_tell"]}
_LIFT = record("lift low high verdict", lift=_RATE, low=_RATE, high=_RATE, verdict=_VERDICT)
_GAIN = record(
    "amount low high verdict because",
    amount=_MONEY_OR_NULL,
    low=_MONEY_OR_NULL,
    high=_MONEY_OR_NULL,
    verdict=_VERDICT,
    because={"enum": ["", "too_few_people", "costs_not_known"]},
)
_ARM = {
    "people": COUNT,
    "clicked": COUNT,
    "redeemed": COUNT,
    "buyers": COUNT,
    "orders": COUNT,
    "spent": _MONEY,
    "spent_a_person": _MONEY_OR_NULL,
}
_GROUP = record(
    "name",
    name=TEXT,
    sent=COUNT,
    delivered=COUNT,
    bounced=COUNT,
    complained=COUNT,
    clicked=COUNT,
    unsubscribed=COUNT,
    failed=COUNT,
    skipped=COUNT,
)
_GROUPS = listed(_GROUP)

_LIMIT = record("warn pause", closed=True, warn=_SHARE, pause=_SHARE)
_STANDING = {
    "sent": COUNT,
    "bounced": COUNT,
    "complained": COUNT,
    "bounce_rate": _RATE,
    "complaint_rate": _RATE,
    "state": {"enum": ["good", "warn", "bad"]},
    "words": TEXT,
}
_STANDINGS = listed(record(f"name {' '.join(_STANDING)}", _STANDING, closed=True, name=TEXT))

REPORT_SCHEMAS: Mapping[str, Schema] = {
    "Report": record(
        "planned sent skipped failed unknown pending",
        counted_at=TIME_OR_NULL,
        planned=COUNT,
        sent=COUNT,
        skipped=COUNTS,
        failed=COUNT,
        unknown=COUNT,
        pending=COUNT,
        waiting=COUNTS,
        delivered=COUNT,
        bounced=COUNT,
        soft_bounced=COUNT,
        rejected=COUNT,
        complained=COUNT,
        opened=COUNT,
        machine_opens=COUNT,
        clicked=COUNT,
        human_clicks=COUNT,
        machine_clicks=COUNT,
        anonymous_clicks=COUNT,
        unsubscribed=COUNT,
        redeemed=COUNT,
        orders=COUNT,
        revenue=_MONEY,
        revenue_by_voucher=_MONEY,
        goal=maybe(record("metric target reached", metric=TEXT, target=COUNT, reached=COUNT)),
        budget=maybe(record("budget used", budget=_MONEY, used=_MONEY)),
        discount=_MONEY,
        profit=_MONEY_OR_NULL,
        share_of_revenue_with_known_cost=_RATE,
        holdout=maybe(
            record(
                "mailed holdout days buyers would_have_bought_anyway incremental_revenue incremental_profit",
                mailed=record("people", _ARM),
                holdout=record("people", _ARM),
                days=COUNT,
                buyers=_LIFT,
                would_have_bought_anyway=record("people low high", people=COUNT, low=COUNT, high=COUNT),
                incremental_revenue=_GAIN,
                incremental_profit=_GAIN,
            )
        ),
        variants=listed(
            record(
                "variant people",
                _ARM,
                variant=TEXT,
                against=TEXT,
                clicked_lift=_LIFT,
                redeemed_lift=_LIFT,
                buyers_lift=_LIFT,
            )
        ),
        warnings=TEXTS,
        links=listed(
            record(
                "variant number link clicked",
                variant=TEXT_OR_NULL,
                number=maybe(COUNT),
                link=TEXT_OR_NULL,
                clicked=COUNT,
            )
        ),
        by={"enum": ["country", "hour", "provider", "segment"]},
        groups=_GROUPS,
    ),
    "Reputation": record(
        f"report counted_at since limits by {' '.join(_STANDING)}",
        _STANDING,
        closed=True,
        report=TEXT,
        counted_at=TIME,
        since=TIME,
        limits=record("bounces complaints", closed=True, bounces=_LIMIT, complaints=_LIMIT),
        by=record(
            "day provider topic mailing",
            closed=True,
            day=_STANDINGS,
            provider=_STANDINGS,
            topic=_STANDINGS,
            mailing=_STANDINGS,
        ),
    ),
}
