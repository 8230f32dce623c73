"""Pages in the table of routes: those behind the links of a mail, and the console."""

from chalicelib.web.openapi_route import Route

PAGE_ROUTES = (
    Route(method="GET", path="/c/{token}", about="A click: redirects", status=302, key=False),
    Route(method="GET", path="/u/{token}", about="Ask whether to unsubscribe", key=False),
    Route(method="POST", path="/u/{token}", about="Unsubscribe (RFC 8058)", key=False),
    Route(method="GET", path="/p/{token}", about="Preferences", key=False),
    Route(method="POST", path="/p/{token}", about="Save preferences", key=False),
    Route(method="GET", path="/confirm/{token}", about="Ask whether a sign-up was meant", key=False),
    Route(method="POST", path="/confirm/{token}", about="Confirm a sign-up", key=False),
    Route(method="GET", path="/s/{token}", about="A question of a survey", key=False),
    Route(method="POST", path="/s/{token}", about="Answer it", key=False),
    Route(method="GET", path="/v/{token}", about="A mail in the browser", key=False),
    Route(
        method="GET",
        path="/t/{token}",
        about="A link of a test mail: leads on, or says what the real one does",
        key=False,
    ),
    Route(method="POST", path="/t/{token}", about="The button of a test mail: changes nothing", key=False),
    Route(method="GET", path="/r/{token}", about="An offer with its code", key=False),
    Route(method="POST", path="/r/{token}", about="Activate a voucher", key=False),
    Route(method="GET", path="/console", about="The console's first page; only where it is open", key=False),
    Route(method="GET", path="/console/reputation", about="The console: bounces and complaints", key=False),
    *(
        Route(method=method, path=f"/console/templates{path}", about=about, key=False)
        for method, path, about in (
            ("GET", "", "The console: all templates"),
            ("POST", "", "The console: keep a source as a draft"),
            ("GET", "/{name}", "The console: one template, its versions and history"),
            ("POST", "/{name}", "The console: make a version active"),
            ("GET", "/{name}/diff", "The console: what changed between two versions"),
            ("GET", "/{name}/preview", "The console: the mail as it arrives"),
            ("GET", "/{name}/mail", "The console: the mail itself, for the frame of the preview"),
            ("POST", "/{name}/preview", "The console: send a test of it"),
        )
    ),
)
