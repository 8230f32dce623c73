"""How often one source may ask for what does not exist before it has to wait."""

from hashlib import sha256

from chalicelib.errors import StaleRevision, TooManyRequests
from chalicelib.ports import App, Document

MISSES_A_MINUTE = 20  # a busy till mistypes less; 60 bits of code stay out of reach at this pace
_TRIES = 5


def refuse_prober(app: App, source: str) -> None:
    """Refuse a source whose misses of this minute reached the limit, whatever it asks for now.

    Raises:
        TooManyRequests: wait for the next minute.
    """
    if _misses(_read(app, source), _minute(app)) >= MISSES_A_MINUTE:
        raise TooManyRequests(
            f"More than {MISSES_A_MINUTE} unknown codes in a minute from this address. Wait a minute, then try again."
        )


def count_miss(app: App, source: str) -> None:
    """Add one miss. One small item a source, under its revision, so the count holds over all processes.

    Where every try meets a rival, the rivals are misses of the same source and count for it.
    """
    for _ in range(_TRIES):
        document, minute = _read(app, source), _minute(app)
        body = {"minute": minute, "misses": _misses(document, minute) + 1}
        try:
            app.catalog.put(Document(kind=document.kind, name=document.name, body=body, revision=document.revision))
        except StaleRevision:
            continue
        return


def _read(app: App, source: str) -> Document:
    name = sha256(source.encode()).hexdigest()[:32]
    return app.catalog.get("throttle", name) or Document(kind="throttle", name=name, body={})


def _misses(document: Document, minute: str) -> int:
    """The misses of this minute: those of an earlier one are forgotten."""
    return int(document.body.get("misses", 0)) if document.body.get("minute") == minute else 0


def _minute(app: App) -> str:
    # Real time: moving a local stack's clock must not open the door.
    return app.clock.real().strftime("%Y-%m-%dT%H:%M")
