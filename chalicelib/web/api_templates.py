"""Templates over HTTP: the body of a PUT is the author's own source."""

from chalicelib.services.activate_template import activate_template
from chalicelib.services.get_template import get_template
from chalicelib.services.preview_template import preview_template
from chalicelib.services.put_template import put_template
from chalicelib.web.bodies import content_type, optional_text, pick, query_text, read_object, read_text
from chalicelib.web.routing import request, v1
from chalicelib.web.schemas import Json
from chalicelib.wiring import get_app

_MJML_TYPES = ("application/xml", "text/xml")
_MAX_SOURCE = 4 * 1_048_576  # bytes that are read at all; the compiler's own limit is lower, and says so


@v1("GET", "/templates/{name}")
def read_template(name: str) -> Json:
    """A template's versions, locale by locale."""
    return get_template(get_app(), name)


@v1("PUT", "/templates/{name}")
def write_template(name: str) -> Json:
    """Compile a source and keep it as a new version: MJML as application/xml, HTML as text/html."""
    app = get_app()
    source = read_text(request(), (*_MJML_TYPES, "text/html"), max_bytes=_MAX_SOURCE)
    locale = query_text(request(), "locale") or app.catalog.shop().locale
    mjml = content_type(request()) != "text/html"
    return put_template(app, name, locale, query_text(request(), "subject"), source, mjml)


@v1("POST", "/templates/{name}/preview")
def show_preview(name: str) -> Json:
    """The mail that one customer would get. It uses no voucher and sends nothing."""
    body = pick(read_object(request()), "customer_id", "offer")
    return preview_template(get_app(), name, optional_text(body, "customer_id"), optional_text(body, "offer"))


@v1("POST", "/templates/{name}/activate")
def make_active(name: str) -> Json:
    """Approve a version (`version`; left out: the newest of each locale) for the launches to come."""
    body = pick(read_object(request()), "version")
    activate_template(get_app(), name, optional_text(body, "version"))
    return get_template(get_app(), name)
