"""Use case: a mail in the browser, exactly as it was sent."""

from chalicelib.errors import InvalidToken
from chalicelib.ports import App
from chalicelib.services.kept_mails import kept_mails


def view_mail(app: App, token: str) -> str:
    """The HTML that was sent. Raises: InvalidToken, also where the mail is kept no longer."""
    message_id, batch_id, customer_id = app.signer.read("v", token)
    mail = kept_mails(app, message_id, batch_id).get(customer_id)
    if mail is None:
        raise InvalidToken
    return mail.html
