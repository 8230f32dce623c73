"""How many marketing mails one mailbox gets: caps in all and by topic, and the pause between any two mails."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from chalicelib.domain.durations import span, span_text
from chalicelib.domain.mailboxes import Sent
from chalicelib.domain.reading import slug

MAX_COUNT = 50  # mails: so many times are kept with a mailbox at most
LONGEST = timedelta(days=90)
LONGEST_GAP = timedelta(days=2)
MAX_CAPPED_TOPICS = 10
_SHAPE = 'write {"count": 3, "per": "7d"}'


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """At most `count` mails in any span of `per`. A count of 0 means never."""

    count: int
    per: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """All that the shop set; without anything there is no limit."""

    all: Cap | None = None
    topics: Mapping[str, Cap] = field(default_factory=dict)
    exempt: tuple[str, ...] = ()  # topics that no cap holds back; their mails count for the others
    exempt_dates: bool = False  # whether birthday and anniversary mails are exempt
    over: Literal["skip", "defer"] = "skip"  # what becomes of a mail above a cap
    min_gap: timedelta | None = None  # between any two mails

    def of_topic(self, topic: str) -> Iterator[tuple[str | None, Cap]]:
        """The caps that hold for a topic; None names the cap of all topics."""
        if self.all is not None:
            yield None, self.all
        if topic in self.topics:
            yield topic, self.topics[topic]


def free_at(caps: Caps, topic: str, mails: Sequence[Sent], now: datetime, *, extra: int = 0) -> datetime | None:
    """When one more mail on this topic keeps every cap: `now`, later, or None: never.

    Args:
        caps: of the shop.
        topic: of the mail.
        mails: what the mailbox was sent, newest first.
        now: aware UTC.
        extra: places above each cap, save one of 0: an important message has one.
    """
    free = now
    for name, cap in caps.of_topic(topic):
        if cap.count == 0:
            return None
        taken = [sent.at for sent in mails if name is None or sent.topic == name]
        places = cap.count + extra
        if len(taken) >= places:
            # The place of the mail that is so many back is free again once it leaves the span.
            free = max(free, taken[places - 1] + cap.per)
    return free


def caps_from_fields(value: Any) -> Caps:
    """Read the field `caps` of the shop. Raises: ValueError, TypeError, naming what is wrong."""
    known = ("all", "topics", "exempt", "exempt_dates", "over", "min_gap")
    if not isinstance(value, Mapping):
        raise TypeError(f"must be an object with {', '.join(known)}")
    if unknown := sorted(str(name) for name in value if name not in known):
        raise ValueError(f"has {', '.join(known)}, not {unknown[0][:40]!r}")
    given = {name: part for name, part in value.items() if part is not None}
    if given.get("over", "skip") not in ("skip", "defer"):
        raise ValueError("over must be skip or defer")
    if not isinstance(given.get("exempt_dates", False), bool):
        raise TypeError("exempt_dates must be true or false")
    return Caps(
        all=_cap("all", given["all"]) if "all" in given else None,
        topics=_topics(given.get("topics", {})),
        exempt=_exempt(given.get("exempt", [])),
        exempt_dates=given.get("exempt_dates", False),
        over=given.get("over", "skip"),
        min_gap=_bounded("min_gap", given["min_gap"], LONGEST_GAP) if "min_gap" in given else None,
    )


def caps_to_fields(caps: Caps) -> dict[str, Any]:
    """As the API and the store write them."""
    return {
        "all": _cap_fields(caps.all) if caps.all else None,
        "topics": {name: _cap_fields(cap) for name, cap in caps.topics.items()},
        "exempt": list(caps.exempt),
        "exempt_dates": caps.exempt_dates,
        "over": caps.over,
        "min_gap": span_text(caps.min_gap) if caps.min_gap else None,
    }


def _cap_fields(cap: Cap) -> dict[str, Any]:
    return {"count": cap.count, "per": span_text(cap.per)}


def _cap(name: str, value: Any) -> Cap:
    if not isinstance(value, Mapping) or set(value) != {"count", "per"}:
        raise TypeError(f"{name}: {_SHAPE}; leave the cap out for no limit")
    count = value["count"]
    if not isinstance(count, int) or isinstance(count, bool) or not 0 <= count <= MAX_COUNT:
        raise ValueError(f"{name}.count must be a whole number from 0 (never) to {MAX_COUNT}, got {count!r}")
    return Cap(count=count, per=_bounded(f"{name}.per", value["per"], LONGEST))


def _bounded(name: str, value: Any, longest: timedelta) -> timedelta:
    found = span(value)
    if not timedelta(minutes=1) <= found <= longest:
        raise ValueError(f"{name} must be from 1m to {span_text(longest)}, got {value!r}")
    return found


def _topics(value: Any) -> dict[str, Cap]:
    if not isinstance(value, Mapping) or len(value) > MAX_CAPPED_TOPICS:
        raise TypeError(f"topics must be an object of at most {MAX_CAPPED_TOPICS} topics, each with a cap: {_SHAPE}")
    return {slug(name): _cap(f"topics.{name}", cap) for name, cap in value.items() if cap is not None}


def _exempt(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        raise TypeError("exempt must be a list of topics")
    return tuple(dict.fromkeys(slug(name) for name in value))
