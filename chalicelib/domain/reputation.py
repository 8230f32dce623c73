"""When a mailing does harm to the sender's name, and how sure that is: the limits, and what is said about them."""

from dataclasses import dataclass
from typing import Literal

from chalicelib.domain.intervals import Share, wilson

# Gmail asks for less than 0.1 % spam reports and acts from 0.3 % on: https://support.google.com/a/answer/81126
# SES reviews an account at 5 % hard bounces: https://docs.aws.amazon.com/ses/latest/dg/faqs-enforcement.html
WARN_COMPLAINTS = 0.001
MOST_COMPLAINTS = 0.003
WARN_BOUNCES = 0.02
MOST_BOUNCES = 0.05
LEAST = 2  # events; one alone is a person, not a rate
_Z = 1.6448536269514722  # normal quantile of 95 % on one side: that the true rate is lower is a chance of one in twenty

State = Literal["good", "warn", "bad"]
_ORDER: tuple[State, ...] = ("good", "warn", "bad")


@dataclass(frozen=True, slots=True)
class Standing:
    """What the rates say, by their lower bound, and in words; "" where all is good."""

    state: State
    words: str


def standing(sent: int, bounced: int, complained: int) -> Standing:
    """How a mailing stands: the worse of its two rates.

    Args:
        sent: mails that SES accepted.
        bounced: of these, for good.
        complained: of these, marked as spam.
    """
    found = (
        _one(Share(complained, sent), WARN_COMPLAINTS, MOST_COMPLAINTS, "marked the mail as spam"),
        _one(Share(bounced, sent), WARN_BOUNCES, MOST_BOUNCES, "have an address that does not exist"),
    )
    return max(found, key=lambda one: _ORDER.index(one.state))


def _one(share: Share, warn: float, most: float, did: str) -> Standing:
    surely = wilson(share, _Z)[0] if share.did >= LEAST else 0.0
    if surely < warn:
        return Standing("good", "")
    limit = most if surely >= most else warn
    words = f"{share.did} of {share.of} people {did}: {share.rate:.2%}, surely over {limit:.1%}"
    return Standing("bad" if surely >= most else "warn", words)
