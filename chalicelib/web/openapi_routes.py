"""The table of all HTTP routes: what each takes and gives. The OpenAPI document is made from it."""

from dataclasses import dataclass

JSON = "application/json"
YAML = "application/yaml"
HTML = "text/html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One method of one path: what goes in, what comes out."""

    method: str
    path: str
    about: str
    body: str | None = None  # a name in SCHEMAS
    body_types: tuple[str, ...] = (JSON,)
    answer: str | None = None  # a name in SCHEMAS; None: a page
    status: int = 200
    query: tuple[str, ...] = ()
    once: bool = False  # takes an Idempotency-Key
    key: bool = True  # asks for the API key


_PAGE = ("limit", "cursor")
_MJML = ("application/xml", "text/xml", HTML)

ROUTES: tuple[Route, ...] = (
    Route(method="GET", path="/v1/shop", about="The shop's settings", answer="Shop"),
    Route(method="PUT", path="/v1/shop", about="Change settings of the shop", body="Shop", answer="Shop"),
    Route(
        method="GET",
        path="/v1/customers",
        about="The customers with one address",
        answer="CustomerList",
        query=("email",),
    ),
    Route(method="GET", path="/v1/customers/{customer_id}", about="One customer", answer="Customer"),
    Route(
        method="PUT",
        path="/v1/customers/{customer_id}",
        about="Create or change a customer",
        body="CustomerFields",
        answer="Customer",
    ),
    Route(
        method="DELETE",
        path="/v1/customers/{customer_id}",
        about="Erase a customer (200: done, 202: nobody mails them any more, the rest follows within minutes)",
        answer="Erased",
        status=202,
    ),
    Route(
        method="GET",
        path="/v1/customers/{customer_id}/export",
        about="Everything about one customer, or the address of a file with it",
        answer="Export",
    ),
    Route(
        method="GET",
        path="/v1/customers/{customer_id}/timeline",
        about="What happened to a customer, newest first",
        answer="Timeline",
        query=("limit",),
    ),
    Route(
        method="POST",
        path="/v1/orders",
        about="Store an order, idempotent by its id (201: new, 200: known)",
        body="OrderFields",
        answer="Order",
        status=201,
        once=True,
    ),
    Route(method="GET", path="/v1/orders/{order_id}", about="One order", answer="Order"),
    Route(
        method="POST",
        path="/v1/orders/{order_id}/cancel",
        about="Cancel an order: it counts for nothing any more (200; 202: kept for an order still to come)",
        body="OrderCancel",
        answer="OrderChanges",
        status=202,
        once=True,
    ),
    Route(
        method="POST",
        path="/v1/orders/{order_id}/refund",
        about="Refund an order, units of its lines, or an amount, once by `refund_id` (200, or 202 as above)",
        body="OrderRefund",
        answer="OrderChanges",
        status=202,
        once=True,
    ),
    Route(
        method="POST",
        path="/v1/orders/{order_id}/status",
        about="Note how far an order is on its way (200; 202: kept for an order still to come)",
        body="OrderStatus",
        answer="OrderChanges",
        status=202,
        once=True,
    ),
    Route(
        method="POST",
        path="/v1/events",
        about="Take an event, idempotent by its id (201: new, 200: known)",
        body="EventFields",
        answer="Event",
        status=201,
        once=True,
    ),
    Route(method="GET", path="/v1/products/{sku}", about="One product", answer="Product"),
    Route(
        method="PUT",
        path="/v1/products/{sku}",
        about="Create or change a product",
        body="ProductFields",
        answer="Product",
    ),
    Route(
        method="POST",
        path="/v1/imports",
        about="Begin an import of a CSV file",
        body="ImportFields",
        answer="Import",
        status=202,
        once=True,
    ),
    Route(
        method="GET",
        path="/v1/imports/{import_id}",
        about="How far an import is, and what it refused",
        answer="Import",
        query=_PAGE,
    ),
    Route(method="GET", path="/v1/segments", about="All segments", answer="Segments"),
    Route(method="GET", path="/v1/segments/{name}", about="A segment's rule", answer="Segment"),
    Route(
        method="PUT",
        path="/v1/segments/{name}",
        about="Create or change a segment",
        body="SegmentFields",
        body_types=(JSON, YAML),
        answer="Segment",
    ),
    Route(method="GET", path="/v1/segments/{name}/count", about="How many members it has", answer="Count"),
    Route(
        method="GET",
        path="/v1/segments/{name}/members",
        about="Its members, page by page",
        answer="Members",
        query=_PAGE,
    ),
    Route(
        method="GET",
        path="/v1/segments/{name}/overlap",
        about="How many members it shares with others (names separated by commas)",
        answer="Overlap",
        query=("with",),
    ),
    Route(
        method="GET",
        path="/v1/segments/{name}/history",
        about="Its size on each day that was measured",
        answer="Sizes",
    ),
    Route(
        method="GET",
        path="/v1/segments/{name}/export",
        about="Its members as lines of CSV, page by page, formulas neutralised",
        answer="Lines",
        query=_PAGE,
    ),
    Route(
        method="GET",
        path="/v1/segments/{name}/explain",
        about="Why a customer is a member, or not",
        answer="Explanation",
        query=("customer_id",),
    ),
    Route(method="GET", path="/v1/templates/{name}", about="A template's versions", answer="Document"),
    Route(
        method="PUT",
        path="/v1/templates/{name}",
        about="Compile a source and keep it as a new version",
        body="Source",
        body_types=_MJML,
        answer="CompiledTemplate",
        query=("locale", "subject"),
    ),
    Route(
        method="POST",
        path="/v1/templates/{name}/preview",
        about="The mail that one customer would get",
        body="PreviewFields",
        answer="Preview",
    ),
    Route(
        method="POST",
        path="/v1/templates/{name}/activate",
        about="Approve a version",
        body="ActivateFields",
        answer="Document",
    ),
    Route(method="GET", path="/v1/offers/{name}", about="An offer", answer="Offer"),
    Route(
        method="PUT", path="/v1/offers/{name}", about="Create or change an offer", body="OfferFields", answer="Offer"
    ),
    Route(method="POST", path="/v1/offers/{name}/stop", about="Refuse all its codes from now on", answer="Offer"),
    Route(
        method="POST",
        path="/v1/offers/{name}/vouchers",
        about="Issue a voucher to a customer",
        body="IssueFields",
        answer="Vouchers",
        status=201,
        once=True,
    ),
    Route(method="GET", path="/v1/campaigns/{name}", about="A campaign and its state", answer="Campaign"),
    Route(
        method="PUT",
        path="/v1/campaigns/{name}",
        about="Create or change a campaign",
        body="CampaignFields",
        answer="Campaign",
    ),
    Route(
        method="POST", path="/v1/campaigns/{name}/launch", about="Launch it", answer="Campaign", status=202, once=True
    ),
    Route(method="POST", path="/v1/campaigns/{name}/pause", about="Stop sending for now", answer="Campaign"),
    Route(method="POST", path="/v1/campaigns/{name}/resume", about="Go on sending", answer="Campaign"),
    Route(method="POST", path="/v1/campaigns/{name}/cancel", about="End it for good", answer="Campaign"),
    Route(method="GET", path="/v1/campaigns/{name}/report", about="What became of it", answer="Report"),
    Route(method="GET", path="/v1/flows", about="All flows and whether they are on", answer="FlowList"),
    Route(
        method="PUT",
        path="/v1/flows/{name}",
        about="Create or replace a flow",
        body="FlowFields",
        body_types=(YAML,),
        answer="Flow",
    ),
    Route(method="POST", path="/v1/flows/{name}/enable", about="Switch a flow on", answer="Flow"),
    Route(method="POST", path="/v1/flows/{name}/disable", about="Switch a flow off", answer="Flow"),
    Route(method="GET", path="/v1/flows/{name}/report", about="What became of its mails", answer="Report"),
    *(
        Route(method="GET", path=f"/v1/reports/{name}", about=about, answer=answer, query=("segment",))
        for name, about, answer in (
            ("stages", "How many customers stand on each stage", "StagesReport"),
            ("rfm", "How many buyers each RFM class has", "RfmReport"),
            ("abcxyz", "How many buyers each class of volume and regularity has", "AbcxyzReport"),
            ("ltv", "The lifetime value and its factors", "LtvReport"),
            ("retention", "The customer retention rate by month and cohort", "RetentionReport"),
        )
    ),
    Route(
        method="POST",
        path="/v1/vouchers/{code}/validate",
        about="What an order would get for a code",
        body="VoucherUse",
        answer="Validation",
    ),
    Route(
        method="POST",
        path="/v1/vouchers/{code}/redeem",
        about="Use a code for an order, once",
        body="VoucherUse",
        answer="Redemption",
        once=True,
    ),
    Route(
        method="GET",
        path="/v1/suppressions",
        about="Whether an address must not be mailed, and why",
        answer="Suppression",
        query=("email",),
    ),
    Route(
        method="PUT",
        path="/v1/suppressions",
        about="Suppress an address",
        body="SuppressionFields",
        answer="Suppression",
        query=("email",),
    ),
    Route(
        method="DELETE",
        path="/v1/suppressions",
        about="Lift a suppression; no consent comes back by it",
        answer="Suppression",
        query=("email",),
    ),
    Route(
        method="POST",
        path="/v1/withdrawals/replay",
        about="After a restore: withdraw again what was withdrawn since the backup",
        body="ReplayFields",
        answer="Replay",
    ),
    Route(
        method="POST",
        path="/v1/subscribe",
        about="Sign an address up: its owner is asked by mail (double opt-in)",
        body="SignUpFields",
        body_types=(JSON, "application/x-www-form-urlencoded"),
        answer="Accepted",
        status=202,
        key=False,
    ),
    Route(
        method="POST",
        path="/v1/webhooks/shopify",
        about="A webhook of Shopify, signed with its secret",
        body="Delivery",
        answer="Taken",
        key=False,
    ),
    Route(
        method="POST",
        path="/v1/webhooks/woocommerce",
        about="A webhook of WooCommerce, signed with its secret",
        body="Delivery",
        answer="Taken",
        key=False,
    ),
    Route(method="GET", path="/v1/openapi.json", about="This document", answer="Document", key=False),
    Route(method="GET", path="/c/{token}", about="A click: redirects", status=302, key=False),
    Route(method="GET", path="/u/{token}", about="Ask whether to unsubscribe", key=False),
    Route(method="POST", path="/u/{token}", about="Unsubscribe (RFC 8058)", key=False),
    Route(method="GET", path="/p/{token}", about="Preferences", key=False),
    Route(method="POST", path="/p/{token}", about="Save preferences", key=False),
    Route(method="GET", path="/confirm/{token}", about="Ask whether a sign-up was meant", key=False),
    Route(method="POST", path="/confirm/{token}", about="Confirm a sign-up", key=False),
    Route(method="GET", path="/v/{token}", about="A mail in the browser", key=False),
    Route(method="GET", path="/r/{token}", about="An offer with its code", key=False),
    Route(method="POST", path="/r/{token}", about="Activate a voucher", key=False),
    Route(method="GET", path="/console", about="The console's first page; only where it is open", key=False),
)
