"""When so many mails of a campaign cannot be made that it waits until a person has looked at it."""

from chalicelib.domain.intervals import Share, wilson

LEAST = 5  # mails; fewer may be chance
LIMIT = 0.05  # of the mails
RENDERING = "rendering: "  # begins the reason of a row whose mail could not be made
ACCEPTED = "resumed although mails cannot be made"
_COULD_NOT = "mails could not be made"


def too_many_failed(failed: int, tried: int) -> bool:
    """Whether surely more than 5 % of the mails fail: of 50 it takes 6, and never fewer than 5.

    The lower bound counts, not the plain share: a few customers who lack a value often stand side by side.
    """
    return failed >= LEAST and wilson(Share(failed, tried))[0] > LIMIT


def why_paused(failed: int, tried: int, last: str) -> str:
    """What the campaign's people read."""
    return (
        f"{failed} of {tried} {_COULD_NOT}, the last because: {last} "
        "Cancel, mend the template and launch anew; or resume to send to everybody else."
    )


def paused_for_failures(reason: str) -> bool:
    """Whether this is why a campaign paused; whoever resumes it has read it."""
    return _COULD_NOT in reason
