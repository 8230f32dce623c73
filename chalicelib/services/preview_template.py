"""Use case: the mail that one customer would get of a template. It uses no voucher, sends nothing, stores nothing."""

from chalicelib.ports import App
from chalicelib.services.sample_mail import Wanted, sample_mail


def preview_template(app: App, name: str, wanted: Wanted) -> dict[str, str]:
    """{"name", "locale", "version", "subject", "html", "text"} for this customer, a made-up or an empty one.

    Raises:
        NotFound: no such template, version, locale, customer or offer.
        RenderingFailed: this customer lacks a value that the template prints.
    """
    mail = sample_mail(app, name, wanted, follow=False)
    return {
        "name": name,
        "locale": mail.template.locale,
        "version": mail.template.version,
        "subject": mail.subject,
        "html": str(mail.body),
        "text": mail.text,
    }
