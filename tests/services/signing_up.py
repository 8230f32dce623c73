"""A shop whose form is open: what people enter, the mails that ask them, and the links in those."""

from datetime import timedelta
from typing import Any

from chalicelib.domain.consent import may_mail
from chalicelib.domain.mailboxes import Consent, Mailbox
from chalicelib.services.subscribe import subscribe
from tests.services.sending import SendingShop, open_shop

ADDRESS = "ann@example.com"
ORIGIN = "198.51.100.7"
TEXT = "{% if confirmation %}{{ confirmation.url }}{% endif %} {{ unsubscribe_url }} {{ postal_address }}"
MINUTE = timedelta(minutes=1)


def open_form(**ports: Any) -> SendingShop:
    """A shop in memory with the template that asks."""
    shop = open_shop(**ports)
    shop.template("confirm", subject="Is this your address?", html=f"<p>{TEXT}</p>", text=TEXT)
    return shop


def sign_up(shop: SendingShop, email: str = ADDRESS, **fields: Any) -> None:
    """Enter an address into the form."""
    subscribe(shop.app, {"email": email, **fields}, ORIGIN)


def tokens(shop: SendingShop) -> list[str]:
    """Of the links in the mails that were sent so far, in order."""
    return [mail.text.split("/confirm/")[1].split()[0] for mail in shop.mailer.accepted if "/confirm/" in mail.text]


def asked(shop: SendingShop, email: str = ADDRESS, **fields: Any) -> str:
    """Sign up, let the mail go; the token of its link."""
    sign_up(shop, email, **fields)
    shop.run()
    return tokens(shop)[-1]


def consent(shop: SendingShop, email: str = ADDRESS) -> Consent:
    """What stands about its consent."""
    found = mailbox(shop, email).consent
    assert found is not None
    return found


def mailbox(shop: SendingShop, email: str = ADDRESS) -> Mailbox:
    """What stands about the address."""
    return shop.mailboxes.items[shop.app.keyed.mailbox(email)]


def refusal(shop: SendingShop, topic: str = "offers", email: str = ADDRESS) -> str | None:
    """Why the address must not get marketing mail now."""
    return may_mail(mailbox(shop, email), topic=topic, stream="marketing", at=shop.clock.now())
