"""Who made a click or an open, a person or a machine, by signs that are public knowledge; and what a row keeps of it.

A scanner that looks into a mail follows its links before the reader does, often all of them at once; a proxy fetches
its pictures whether or not anybody looks. None of that is a person, and none of it is thrown away: it is kept and
labelled. A click is a person's until a sign says otherwise, so a fast person is never dropped; a sign that comes later
corrects the label, and nothing turns a machine's click into a person's.

What scanners do: https://www.m3aawg.org/documents (Nonhuman Interactions), and, of their links and names,
https://support.arternal.com/en/articles/15216436-smart-mail-clickthroughs-triggered-by-email-security-scanners
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

# (different links, at most so long one after the other): nobody reads two pages in two seconds, or three in ten.
_BURSTS = ((2, timedelta(seconds=2)), (3, timedelta(seconds=5)))
BURST = "burst"  # the sign of a click that was seen among others of a burst which are not kept any more
_EACH_END = 4  # clicks of people, and of machines, that a row keeps from the beginning, and as many from the end
KEPT = 4 * _EACH_END

# Programs that look into mails on behalf of the receiver, by the name that they give themselves; and previews and
# robots in general, which say so too. "Cubot" is a telephone.
_SCANNER = re.compile(
    r"barracuda|mimecast|proofpoint|safelinks|microsoft office existence|bingpreview|ironport|ciscosecure|talos"
    r"|trend ?micro|sophos|forti(guard|mail|net)|forcepoint|symantec|messagelabs|mcafee|cloudmark|\bvade\b|avanan"
    r"|hornetsecurity|kaspersky|zscaler|urldefense|virustotal|google-safety",
    re.IGNORECASE,
)
_ROBOT = re.compile(
    r"(?<!cu)bot\b|crawler|spider|facebookexternalhit|whatsapp/|preview|google-?imageproxy|yahoomailproxy|\+https?://",
    re.IGNORECASE,
)
# https://www.suped.com/knowledge/email-deliverability/technical/what-methods-do-esps-and-smtp-providers-use-to-identify-apple-mpp-and-googleproxyimages
_PROXY = re.compile(r"google-?imageproxy|ggpht\.com|yahoomailproxy|duckduckgo", re.IGNORECASE)
# Apple's proxies say no more than this: https://help.socketlabs.com/docs/identifying-apple-mpp-opens-in-notification-api-events
_APPLE = "mozilla/5.0"
# A browser says so when it fetches a page that nobody has asked for yet:
# https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Sec-Purpose
_PREFETCH = ("sec-purpose", "purpose", "x-purpose", "x-moz")

EARLY = timedelta(minutes=1)  # an open so soon after the send may be a machine's: see `crowd`
_CROWD_LEAST = 4  # mails; below, one fast reader would be a crowd


@dataclass(frozen=True, slots=True, order=True)
class Click:
    """One request for one link of a mail."""

    at: datetime  # aware UTC
    link: str = ""  # which one of the mail (`link_name`); "": not known
    sign: str = ""  # by what the request showed that a machine made it; "": by nothing


def request_sign(method: str, headers: Mapping[str, str]) -> str:
    """What a request for a link shows of a machine: `head`, `prefetch`, `bare`, `scanner`, `robot`; "": nothing.

    An unusual program's name, or one header that is missing, proves nothing: privacy tools take headers away. Where the
    request came from is not asked at all: offices and mobile networks, too, come out of data centres.

    Args:
        method: of the request.
        headers: by name in small letters.
    """
    agent = headers.get("user-agent", "").strip()
    if method == "HEAD":
        return "head"
    if any("prefetch" in headers.get(name, "").lower() or headers.get(name) == "preview" for name in _PREFETCH):
        return "prefetch"
    if not agent and "accept" not in headers:
        return "bare"  # every browser sends both
    return _name_sign(agent)


def open_sign(agent: str) -> str:
    """What the program that fetched the picture of an open shows of a machine; "": nothing.

    A proxy hides whether a person looked: Apple's fetches at delivery, Google's and Yahoo's when they like.
    """
    if not agent.strip():
        return "bare"
    if agent.strip().lower() == _APPLE:
        return "apple_privacy"
    return "proxy" if _PROXY.search(agent) else _name_sign(agent)


def _name_sign(agent: str) -> str:
    if _SCANNER.search(agent):
        return "scanner"
    return "robot" if _ROBOT.search(agent) else ""


def link_name(url: str, number: int | None = None) -> str:
    """How a row calls a link: its number in the template, if it is known, and 8 hex digits of its address's hash.

    The number alone does not tell two links of one loop apart, nor the address two places that lead to one page.
    """
    return f"{'' if number is None else number}:{sha256(url.encode()).hexdigest()[:8]}"


def link_number(name: str) -> int | None:
    """The number in such a name; None: it is not known."""
    number = name.partition(":")[0]
    return int(number) if number else None


def by_machines(clicks: Iterable[Click]) -> frozenset[Click]:
    """Those of one mail's clicks that a machine made: by their own sign, or as part of a burst.

    More clicks never make this set smaller.
    """
    known = sorted(clicks)
    signed = {click for click in known if click.sign}
    unsigned = [click for click in known if click.sign in {"", BURST}]
    bursts = (
        run
        for links, gap in _BURSTS
        for run in _runs(unsigned, gap)
        if len({click.link for click in run if click.link}) >= links
    )
    return frozenset(signed.union(*bursts))


def by_people(clicks: Iterable[Click]) -> tuple[Click, ...]:
    """The others, first one first."""
    known = sorted(clicks)
    machines = by_machines(known)
    return tuple(click for click in known if click not in machines)


def merged(one: Iterable[Click], other: Iterable[Click]) -> tuple[Click, ...]:
    """What a row keeps of both, first one first, `KEPT` at most: the same in whatever sequence they come.

    Of more it keeps the first and the last ones of people and of machines, so that a scanner that comes again and again
    never pushes a person's click out.
    """
    both = {*one, *other}
    # What came again after it was marked as part of a burst is that same click.
    known = tuple(sorted(click for click in both if click.sign or replace(click, sign=BURST) not in both))
    if len(known) <= KEPT:
        return known
    machines = by_machines(known)
    people = [click for click in known if click not in machines]
    # Their neighbours may go, so these say themselves what they were.
    others = [replace(click, sign=click.sign or BURST) for click in known if click in machines]
    return tuple(sorted({*_ends(people), *_ends(others)}))


def crowd(early: int, delivered: int) -> bool:
    """Whether opens within the first minute are a machine's: half of all mails opened that fast is no readership.

    Args:
        early: mails that were opened in their first minute, by a program without a sign of its own.
        delivered: mails of the same message.
    """
    return delivered >= _CROWD_LEAST and 2 * early >= delivered


def _ends(clicks: Sequence[Click]) -> Sequence[Click]:
    return [*clicks[:_EACH_END], *clicks[-_EACH_END:]]


def _runs(clicks: Sequence[Click], gap: timedelta) -> Iterator[list[Click]]:
    """Clicks that follow one another within `gap`."""
    run: list[Click] = []
    for click in clicks:
        if run and click.at - run[-1].at > gap:
            yield run
            run = []
        run.append(click)
    if run:
        yield run
