"""Use case: send a test of a mail to a few addresses of the shop's own people. It claims, uses up and counts nothing.

No message, batch or row knows of it, its links are good for nothing but a look, and its code is no voucher's. It goes
by the transactional stream, never follows opens, and takes its place in the pace that all senders share.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.addresses import normalise_address
from chalicelib.domain.pace import LONGEST_WAIT
from chalicelib.domain.shop import Shop
from chalicelib.domain.templates import Mail
from chalicelib.errors import Detail, InvalidInput, MailRefused, MailUnknown
from chalicelib.ports import App
from chalicelib.services.sample_mail import SampleMail, Wanted, sample_mail, sample_url
from chalicelib.services.share_pace import mails_a_call
from chalicelib.services.slots import Slots

MOST = 10  # addresses of one test
MARK = "[Test] "  # before the subject
_LONGEST_SUBJECT = 200
# API Gateway waits 29 s, the client of SES 15: what has not begun by then waits for another request.
_BEGIN_WITHIN = timedelta(seconds=10)


def send_test(
    app: App,
    name: str,
    wanted: Wanted,
    to: Sequence[str],
    *,
    from_name: str | None = None,
    reply_to: str | None = None,
) -> dict[str, Any]:
    """{"name", "locale", "version", "subject", "results": [{"to", "status", "reason"}]}, one result per address.

    `to` is the place in the list, "to[0]", and no address: an answer may be kept for a day, where no erasure finds it.
    `with_addresses` puts them in.

    `status` is "sent", "failed" (SES refused it), "unknown" (the answer of SES was lost: look into the mailbox, it is
    not tried again) or "not_sent" (not tried: ask again).

    Args:
        app: the ports.
        name: of the template.
        wanted: for whom, and which version.
        to: 1 to 10 addresses.
        from_name: instead of the shop's name.
        reply_to: instead of the shop's reply address.

    Raises:
        InvalidInput: no address, too many, one that is none, or one that must not be mailed. Nothing was sent.
        NotFound, RenderingFailed: as a preview. Nothing was sent.
    """
    addresses = _addresses(app, to)
    mail, shop = sample_mail(app, name, wanted, follow=True), app.catalog.shop()
    sender = (from_name or shop.name, reply_to or shop.reply_to)
    made = {where: _mail(app, shop, mail, address, sender) for address, where in addresses.items()}
    return {
        "name": name,
        "locale": mail.template.locale,
        "version": mail.template.version,
        "subject": _subject(mail),
        "results": _send_all(app, made, bulk=shop.bulk),
    }


def with_addresses(answer: Mapping[str, Any], to: Sequence[str]) -> dict[str, Any]:
    """The answer to a test to these addresses, with each in the place of its number."""
    places = {f"to[{place}]": address for place, address in enumerate(to)}
    return {**answer, "results": [{**one, "to": places[one["to"]]} for one in answer["results"]]}


def _addresses(app: App, to: Sequence[str]) -> dict[str, str]:
    """Each address once, in its normal form, with the place where it stands."""
    if not 1 <= len(to) <= MOST:
        raise InvalidInput(f"to must hold 1 to {MOST} addresses, got {len(to)}.")
    found: dict[str, str] = {}
    details = []
    for place, text in enumerate(to):
        try:
            found.setdefault(normalise_address(text), f"to[{place}]")
        except InvalidInput as error:
            details.append(Detail(f"to[{place}]", error.message))
    details += _suppressed(app, found)
    if details:
        listed = "; ".join(f"{detail.where}: {detail.message}" for detail in details)
        raise InvalidInput(f"The test was not sent: {listed}.", details)
    return found


def _suppressed(app: App, places: Mapping[str, str]) -> list[Detail]:
    """Consent is not asked: a test is no marketing. A suppression holds for it too."""
    hashes = {app.keyed.mailbox(address): where for address, where in places.items()}
    boxes = app.mailboxes.get_many(sorted(hashes))
    return [
        Detail(where, f"the address is suppressed ({boxes[hash_].suppression.reason}) and must not be mailed")  # type: ignore[union-attr]
        for hash_, where in hashes.items()
        if hash_ in boxes and boxes[hash_].suppression is not None
    ]


def _mail(app: App, shop: Shop, mail: SampleMail, to: str, sender: tuple[str, str | None]) -> Mail:
    unsubscribe = sample_url(app, shop, "u")
    return Mail(
        to=to,
        sender=shop.sender,
        sender_name=sender[0],
        reply_to=sender[1],
        subject=_subject(mail),
        body=mail.body,
        text=mail.text,
        # As in the real mail, so that a mail program shows its button; whoever presses it changes nothing.
        headers={"List-Unsubscribe": f"<{unsubscribe}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
        tags={"kind": "test"},  # names no send: what SES reports of it is nobody's
        configuration_set=f"{app.configuration_set_prefix}-transactional",
    )


def _subject(mail: SampleMail) -> str:
    return f"{MARK}{mail.subject}"[:_LONGEST_SUBJECT]


def _send_all(app: App, mails: Mapping[str, Mail], *, bulk: bool) -> list[dict[str, Any]]:
    slots = Slots(app, "transactional", mails_a_call(bulk=bulk))
    until = app.clock.real() + _BEGIN_WITHIN
    results: list[dict[str, Any]] = []
    stopped = ""
    for where, mail in mails.items():
        stopped = stopped or _wait(app, slots, until)
        status, reason = ("not_sent", stopped) if stopped else _send(app, mail)
        if status in {"unknown", "not_sent"}:  # while SES is down, or refuses them all, each try costs a wait
            stopped = stopped or reason
        results.append({"to": where, "status": status, "reason": reason or None})
    return results


def _wait(app: App, slots: Slots, until: datetime) -> str:
    """Until our place in the pace; why there is none, else empty."""
    if app.clock.real() + LONGEST_WAIT <= until and slots.wait_for_one(1):
        return ""
    if slots.why_waiting():
        return "the account may not send; see its sending quota in SES"
    return "other mails use up the rate of the account at this moment; try again in a minute"


def _send(app: App, mail: Mail) -> tuple[str, str]:
    try:
        app.mailer.send(mail)
    except MailUnknown:
        return (
            "unknown",
            "the answer of SES was lost: it may have sent the mail; look into the mailbox before you try again",
        )
    except MailRefused as error:
        return ("not_sent" if error.retry else "failed"), f"{error.reason}: {error.message}"
    return "sent", ""
