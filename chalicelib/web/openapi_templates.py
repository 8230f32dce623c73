"""Templates in the OpenAPI document: their routes and schemas."""

from chalicelib.web.json_schemas import (
    ANY_OBJECT,
    COUNT,
    FLAG,
    TEXT,
    TEXT_OR_NULL,
    TEXTS,
    TIME,
    TIME_OR_NULL,
    Schema,
    listed,
    record,
    ref,
)
from chalicelib.web.openapi_route import HTML, Route

_NAMED = "/v1/templates/{name}"

TEMPLATE_ROUTES = (
    Route(method="GET", path="/v1/templates", about="All templates, and which are active", answer="TemplateList"),
    Route(method="GET", path=_NAMED, about="A template's versions and its history", answer="Template"),
    Route(
        method="PUT",
        path=_NAMED,
        about="Compile a source and keep it as a new version",
        body="Source",
        body_types=("application/xml", "text/xml", HTML),
        answer="CompiledTemplate",
        query=("locale", "subject", "note"),
    ),
    Route(
        method="GET",
        path=f"{_NAMED}/versions/{{version}}",
        about="One version: its source, and what the compiler said",
        answer="TemplateVersion",
    ),
    Route(
        method="GET",
        path=f"{_NAMED}/diff",
        about="What changed between two versions (by default from the active to the newest)",
        answer="TemplateDiff",
        query=("from", "to", "locale"),
    ),
    Route(
        method="POST",
        path=f"{_NAMED}/preview",
        about="The mail that one customer would get",
        body="PreviewFields",
        answer="Preview",
    ),
    Route(
        method="POST",
        path=f"{_NAMED}/test-send",
        about="Send a test to a few addresses; it uses no voucher and counts nowhere",
        body="TestFields",
        answer="TestSent",
        once=True,
    ),
    Route(
        method="POST",
        path=f"{_NAMED}/activate",
        about="Approve a version, or go back to an earlier one",
        body="ActivateFields",
        answer="Template",
    ),
)

_WARNINGS = listed(
    record(
        "rule where message severity",
        rule=TEXT,
        where=TEXT,
        message=TEXT,
        severity={"enum": ["stops", "warning", "hint"]},
    )
)
_VIA: Schema = {"enum": ["api", "cli", "console", "bucket", "library", None]}
_MAIL = {
    "customer_id": TEXT_OR_NULL,
    "customer": {"enum": ["sample", "empty", None]},
    "offer": TEXT_OR_NULL,
    "version": TEXT_OR_NULL,
    "locale": TEXT_OR_NULL,
}
_TO: Schema = {"anyOf": [TEXT, {"type": "array", "items": TEXT, "minItems": 1, "maxItems": 10}]}
_LINE_NUMBER: Schema = {"type": ["integer", "null"], "minimum": 1}

TEMPLATE_SCHEMAS: dict[str, Schema] = {
    "CompiledTemplate": record(
        "version state errors warnings variables links size_bytes",
        version=TEXT,
        state={"enum": ["active", "draft", "earlier"]},
        errors=listed(ANY_OBJECT),
        warnings=_WARNINGS,
        variables=TEXTS,
        links=TEXTS,
        size_bytes=COUNT,
    ),
    "TemplateList": record(
        "templates",
        closed=True,
        templates=listed(
            record(
                "name locales changed_at",
                closed=True,
                name=TEXT,
                locales={
                    "type": "object",
                    "additionalProperties": record(
                        "draft active launchable", closed=True, draft=TEXT, active=TEXT_OR_NULL, launchable=FLAG
                    ),
                },
                changed_at=TIME_OR_NULL,
            )
        ),
    ),
    "Template": record(
        "name active locales history",
        closed=True,
        name=TEXT,
        active={"type": "object", "additionalProperties": TEXT},
        locales={
            "type": "object",
            "additionalProperties": record(
                "draft active versions refuses_launch shipped",
                closed=True,
                draft=TEXT,
                active=TEXT_OR_NULL,
                versions=TEXTS,
                refuses_launch=TEXTS,
                shipped=FLAG,
            ),
        },
        history=listed(ref("TemplateChange")),
    ),
    "TemplateChange": record(
        "what locale version at by via note",
        closed=True,
        what={"enum": ["uploaded", "activated"]},
        locale=TEXT,
        version=TEXT,
        at=TIME,
        by=TEXT_OR_NULL,
        via=_VIA,
        note=TEXT_OR_NULL,
    ),
    "TemplateVersion": record(
        "name locale version active source content_type subject uploaded_at by via note warnings variables links "
        "size_bytes",
        closed=True,
        name=TEXT,
        locale=TEXT,
        version=TEXT,
        active=FLAG,
        source=TEXT_OR_NULL,
        content_type=TEXT_OR_NULL,
        subject=TEXT_OR_NULL,
        uploaded_at=TIME_OR_NULL,
        by=TEXT_OR_NULL,
        via=_VIA,
        note=TEXT_OR_NULL,
        warnings=_WARNINGS,
        variables=TEXTS,
        links=TEXTS,
        size_bytes=COUNT,
    ),
    "TemplateDiff": record(
        "name locale from to added removed lines",
        closed=True,
        name=TEXT,
        locale=TEXT,
        from_=TEXT,
        to=TEXT,
        added=COUNT,
        removed=COUNT,
        lines=listed(
            record(
                "kind before after text",
                closed=True,
                kind={"enum": ["same", "added", "removed", "gap"]},
                before=_LINE_NUMBER,
                after=_LINE_NUMBER,
                text=TEXT,
            )
        ),
    ),
    "PreviewFields": record("", _MAIL, closed=True),
    "Preview": record(
        "name locale version subject html text",
        closed=True,
        name=TEXT,
        locale=TEXT,
        version=TEXT,
        subject=TEXT,
        html=TEXT,
        text=TEXT,
    ),
    "TestFields": record("to", _MAIL, closed=True, to=_TO),
    "CampaignTestFields": record(
        "to",
        closed=True,
        to=_TO,
        variant=TEXT_OR_NULL,
        customer_id=TEXT_OR_NULL,
        customer=_MAIL["customer"],
        locale=TEXT_OR_NULL,
    ),
    "TestSent": record(
        "name locale version subject results",
        closed=True,
        name=TEXT,
        locale=TEXT,
        version=TEXT,
        subject=TEXT,
        variant=TEXT_OR_NULL,
        results=listed(
            record(
                "to status reason",
                closed=True,
                to=TEXT,
                status={"enum": ["sent", "failed", "unknown", "not_sent"]},
                reason=TEXT_OR_NULL,
            )
        ),
    ),
    "ActivateFields": record(closed=True, version=TEXT_OR_NULL, note=TEXT_OR_NULL),
}
