"""Use case: launch a message once, whoever launches it and however often."""

from datetime import datetime

from chalicelib.domain.messages import Message
from chalicelib.errors import Detail, InvalidInput
from chalicelib.ports import App


def launch_message(app: App, message: Message, due_at: datetime | None) -> bool:
    """Write the message, to be planned at `due_at`; False where the same launch was there already.

    Without `due_at` there is nothing to plan: it has no people of its own.
    """
    return app.messages.create(message, due_at)


def pin_versions(app: App, template: str) -> dict[str, str]:
    """The active version of each locale of a template.

    Raises:
        InvalidInput: it has none, or one of them may not be launched (no subject, unsubscribe link or address).
    """
    document = app.catalog.get("template", template)
    locales = document.body.get("locales", {}) if document else {}
    active = {locale: entry for locale, entry in locales.items() if entry.get("active")}
    if not active:
        raise InvalidInput(f"template {template!r} has no active version: upload it and activate it first")
    refused = [
        Detail(f"template {template} ({locale})", rule)
        for locale, entry in active.items()
        for rule in entry.get("refuses_launch", ())
    ]
    if refused:
        raise InvalidInput(f"template {template!r} cannot be launched as it is.", refused)
    return {locale: entry["active"] for locale, entry in active.items()}
