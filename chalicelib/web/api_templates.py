"""Templates over HTTP: the body of a PUT is the author's own source."""

from chalicelib.services.activate_template import activate_template
from chalicelib.services.diff_template import diff_template
from chalicelib.services.get_template import get_template
from chalicelib.services.get_template_version import get_template_version
from chalicelib.services.list_templates import list_templates
from chalicelib.services.preview_template import preview_template
from chalicelib.services.put_template import put_template
from chalicelib.services.send_test import send_test, with_addresses
from chalicelib.web.answers import Answer
from chalicelib.web.bodies import content_type, optional_text, pick, query_text, read_object, read_text, text_or_texts
from chalicelib.web.idempotency import once
from chalicelib.web.routing import author, request, v1
from chalicelib.web.sample_mails import MAIL_FIELDS, wanted_mail
from chalicelib.web.schemas import Json
from chalicelib.wiring import get_app

_MJML_TYPES = ("application/xml", "text/xml")
_MAX_SOURCE = 4 * 1_048_576  # bytes that are read at all; the compiler's own limit is lower, and says so


@v1("GET", "/templates")
def read_templates() -> Json:
    """All templates, and which of them are active."""
    return {"templates": list_templates(get_app())}


@v1("GET", "/templates/{name}")
def read_template(name: str) -> Json:
    """A template's versions, locale by locale, and its history."""
    return get_template(get_app(), name)


@v1("PUT", "/templates/{name}")
def write_template(name: str) -> Json:
    """Compile a source and keep it as a new version: MJML as application/xml, HTML as text/html."""
    app, asked = get_app(), request()
    source = read_text(asked, (*_MJML_TYPES, "text/html"), max_bytes=_MAX_SOURCE)
    locale = query_text(asked, "locale") or app.catalog.shop().locale
    mjml = content_type(asked) != "text/html"
    subject, note = query_text(asked, "subject"), query_text(asked, "note")
    return put_template(app, name, locale, subject, source, mjml, author=author(), note=note)


@v1("GET", "/templates/{name}/versions/{version}")
def read_version(name: str, version: str) -> Json:
    """One version: the author's source, and what the compiler said of it."""
    return get_template_version(get_app(), name, version)


@v1("GET", "/templates/{name}/diff")
def compare_versions(name: str) -> Json:
    """What changed from one version to another, by lines of the source."""
    before, after, locale = (query_text(request(), field) for field in ("from", "to", "locale"))
    return diff_template(get_app(), name, before=before, after=after, locale=locale)


@v1("POST", "/templates/{name}/preview")
def show_preview(name: str) -> Json:
    """The mail that one customer would get. It uses no voucher and sends nothing."""
    return preview_template(get_app(), name, wanted_mail(pick(read_object(request()), *MAIL_FIELDS)))


@v1("POST", "/templates/{name}/test-send")
def send_a_test(name: str) -> Answer:
    """Send a test to a few addresses. It uses no voucher and counts nowhere."""
    body = pick(read_object(request()), "to", *MAIL_FIELDS)
    wanted, to = wanted_mail(body), text_or_texts(body, "to")
    found = once(body, lambda: send_test(get_app(), name, wanted, to), about=wanted.customer_id)
    return Answer(with_addresses(found, to))


@v1("POST", "/templates/{name}/activate")
def make_active(name: str) -> Json:
    """Approve a version (`version`; left out: the newest of each locale) for the launches to come."""
    body = pick(read_object(request()), "version", "note")
    version, note = optional_text(body, "version"), optional_text(body, "note")
    activate_template(get_app(), name, version, author=author(), note=note)
    return get_template(get_app(), name)
