"""What the pages of the double opt-in show and do: the answer to a form, the question of the mail, its answer."""

from typing import TYPE_CHECKING

from chalicelib.ports import App
from chalicelib.web.link_pages import Frame, frame
from chalicelib.web.pages import Page
from chalicelib.web.preference_pages import topic_label
from chalicelib.web.texts import fill

if TYPE_CHECKING:
    from chalicelib.services.confirm_sign_up import Confirmation


def signed_up(app: App, locale: str | None) -> Page:
    """What everybody is told who sent the form, whoever is known or not."""
    return frame(app, locale=locale).notice("signed_up_title", "signed_up_text", status=202)


def refused_sign_up(app: App, locale: str | None) -> Page:
    """The form cannot be taken as it is, whoever's address it names."""
    return frame(app, locale=locale).notice("sign_up_refused_title", "sign_up_refused_text", status=422)


def ask_to_confirm(app: App, token: str) -> Page:
    """The question; whoever has confirmed already is told so. Changes nothing. Raises: InvalidToken."""
    from chalicelib.services.confirm_sign_up import read_sign_up  # noqa: PLC0415

    return _page(app, read_sign_up(app, token))


def confirmed(app: App, token: str, origin: str) -> Page:
    """Grant what the sign-up asked for, then say so; a second time says that it was done. Raises: InvalidToken."""
    from chalicelib.services.confirm_sign_up import confirm_sign_up, read_sign_up  # noqa: PLC0415

    asked = read_sign_up(app, token)
    words = _words(app, frame(app, asked.customer_id), asked)
    return _page(app, confirm_sign_up(app, token, origin=origin, words=words))


def _page(app: App, found: "Confirmation") -> Page:
    around = frame(app, found.customer_id)
    if found.state == "open":
        return around.page("confirm.html", words=_words(app, around, found))
    if found.state == "over":
        return around.notice("confirm_over_title", "confirm_over_text", status=410)
    return around.page(
        "confirmed.html",
        title=around.texts[f"{found.state}_sign_up_title"],
        text=_granted(app, around, found),
        preferences_token=app.signer.sign("p", (found.hash, "sign-up", "", found.customer_id)),
    )


def _words(app: App, around: Frame, found: "Confirmation") -> str:
    """What the button agrees to: our own words, for those of the form could be anybody's."""
    return fill(around.texts["confirm_words"], topics=_topics(app, around, found))


def _granted(app: App, around: Frame, found: "Confirmation") -> str:
    return fill(around.texts["confirmed_text"], topics=_topics(app, around, found))


def _topics(app: App, around: Frame, found: "Confirmation") -> str:
    if not found.topics:
        return around.texts["topic_offers"]
    return ", ".join(topic_label(app, around, name) for name in found.topics)
