"""The preference centre: what it shows, and how its form becomes a choice."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from chalicelib.domain.consent import TRACKING
from chalicelib.ports import App
from chalicelib.web.link_pages import Frame, frame
from chalicelib.web.pages import Page
from chalicelib.web.texts import fill

if TYPE_CHECKING:
    from chalicelib.domain.mailboxes import ConsentStatus, Tracking
    from chalicelib.services.read_preferences import Preferences
    from chalicelib.services.save_preferences import Choice

Form = Mapping[str, list[str]]
Told = Literal["", "saved", "same"]


def preferences(app: App, token: str) -> Page:
    """Which topics this address gets. Changes nothing. Raises: InvalidToken."""
    from chalicelib.services.read_preferences import read_preferences  # noqa: PLC0415

    return _page(app, token, read_preferences(app, token), "")


def changed_preferences(app: App, token: str, form: Form) -> Page:
    """Save the ticked topics: those that are not ticked are withdrawn; none at all withdraws everything.

    Raises: InvalidToken.
    """
    from chalicelib.services.read_preferences import read_preferences  # noqa: PLC0415
    from chalicelib.services.save_preferences import save_preferences  # noqa: PLC0415

    saved = save_preferences(app, token, _choice(form, read_preferences(app, token)))
    return _page(app, token, saved.preferences, "saved" if saved.changed else "same")


def _choice(form: Form, shown: "Preferences") -> "Choice":
    from chalicelib.services.save_preferences import PAUSES, Choice  # noqa: PLC0415

    wanted = set() if "none" in form else set(form.get("topic", ())) & set(shown.topics)
    topics: dict[str, ConsentStatus] = {name: "granted" if name in wanted else "withdrawn" for name in shown.topics}
    days = {str(days): days for days in (0, *PAUSES)}
    return Choice(
        status="granted" if wanted else "withdrawn",
        topics=topics,
        tracking=_tracking(form),
        pause_days=days.get(_last(form, "pause")),
    )


def _tracking(form: Form) -> "Tracking | None":
    chosen = _last(form, "tracking")
    known: dict[str, Tracking] = {"none": "none", "aggregate": "aggregate", "full": "full"}
    return known.get(chosen)


def _last(form: Form, name: str) -> str:
    return form.get(name, [""])[-1]


def _page(app: App, token: str, found: "Preferences", told: Told) -> Page:
    from chalicelib.services.save_preferences import PAUSES  # noqa: PLC0415

    around = frame(app, app.signer.read("p", token)[-1])
    names = found.topics.items()
    topics = [
        {"name": name, "label": topic_label(app, around, name), "wanted": status == "granted"} for name, status in names
    ]
    pauses = [{"days": days, "label": fill(around.texts["pause_days"], days=str(days))} for days in PAUSES]
    tracking = [
        {"name": name, "label": around.texts[f"tracking_{name}"], "chosen": name == found.tracking} for name in TRACKING
    ]
    told_text = around.texts[f"preferences_{told}"] if told else ""
    return around.page(
        "preferences.html",
        topics=topics,
        pauses=pauses,
        paused=_paused(app, around, found),
        tracking=tracking,
        told=told_text,
        any_wanted=any(topic["wanted"] for topic in topics),
    )


def _paused(app: App, around: Frame, found: "Preferences") -> str:
    """Until which day nothing comes; empty without a pause."""
    from chalicelib.web.offer_words import day_words  # noqa: PLC0415

    if found.paused_until is None:
        return ""
    day = day_words(found.paused_until, app.catalog.shop(), around.values["language"])
    return fill(around.texts["pause_until"], day=day)


def topic_label(app: App, around: Frame, name: str) -> str:
    """What a reader calls a topic: as the shop's settings say, in the reader's language where they have it."""
    label = app.catalog.shop().topics.get(name)
    if isinstance(label, str):
        return label
    if label:
        return label.get(around.values["language"]) or next(iter(label.values()))
    return around.texts.get(f"topic_{name}", name.replace("-", " ").replace("_", " ").capitalize())
