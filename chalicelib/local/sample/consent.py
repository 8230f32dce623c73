"""What the sample shop's customers agreed to, when, where, and in which words."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from chalicelib.local.sample.chance import Chance

Answer = Literal["granted", "pending", "withdrawn", "never asked"]
ANSWERS: dict[Answer, float] = {"granted": 84, "pending": 6, "withdrawn": 6, "never asked": 4}
_SOURCES = {"checkout": 50, "website form": 25, "till": 18, "tasting event": 7}
_TRACKING = {"full": 70, "aggregate": 20, "none": 10}
_TEXTS = {
    "en": "Yes, e-mail me news and offers from Kettle & Crane. I can leave at any time.",
    "de": "Ja, schickt mir Neuigkeiten und Angebote von Kettle & Crane per E-Mail. Abmelden geht jederzeit.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleConsent:
    """One answer with its proof."""

    status: str  # granted, pending, withdrawn
    basis: str  # opt_in, double
    at: datetime  # aware UTC
    source: str
    text: str
    tracking: str  # none, aggregate, full


def sample_consent(
    chance: Chance, answer: Answer, *, locale: str, joined_on: date, today: date
) -> SampleConsent | None:
    """The consent of someone who joined on that day; None where the shop never asked."""
    if answer == "never asked":
        return None
    given_on = joined_on
    if answer == "withdrawn":  # some time after joining
        given_on += timedelta(days=chance.whole(0, (today - joined_on).days))
    at = datetime.combine(given_on, time(chance.whole(7, 21), chance.whole(0, 59), chance.whole(0, 59)), UTC)
    german = locale.startswith("de")
    double = german or answer == "pending" or chance.yes(0.3)  # German shops ask twice: their courts want the proof
    return SampleConsent(
        status=answer,
        basis="double" if double else "opt_in",
        at=min(at, datetime.combine(today, time(0), UTC) - timedelta(minutes=5)),
        source=chance.weigh(_SOURCES),
        text=_TEXTS["de" if german else "en"],
        tracking=chance.weigh(_TRACKING),
    )
