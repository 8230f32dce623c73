"""What became of one message, counted from its batches and rows. No counter is kept anywhere, so none can drift."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from chalicelib.domain.clicks import by_people, crowd, link_number
from chalicelib.domain.messages import Batch, Row
from chalicelib.domain.rows import clicks_of

# What came back: the receiver, or SES itself, did not take the mail.
RETURNED = frozenset({"soft_bounced", "rendering_failed", "rejected", "bounced"})

_COUNTERS = ("skipped", "waiting", "links")

# The groups that a row belongs to, as (what they are of, which one): ("provider", "gmail").
Traits = Callable[[Row], Iterable[tuple[str, str]]]


def no_traits(_: Row) -> Iterable[tuple[str, str]]:
    """No groups at all."""
    return ()


@dataclass(slots=True, kw_only=True)
class Tally:
    """How many people each thing happened to, save where a field says that it counts clicks. Tallies add up."""

    planned: int = 0
    sent: int = 0
    failed: int = 0
    unknown: int = 0
    pending: int = 0
    skipped: Counter[str] = field(default_factory=Counter)  # by reason
    waiting: Counter[str] = field(default_factory=Counter)  # of the pending ones, those who were put off, by reason
    delivered: int = 0  # sent, and nothing came back: single deliveries are not written to rows
    bounced: int = 0  # for good
    soft_bounced: int = 0
    rejected: int = 0
    complained: int = 0
    opened_surely: int = 0  # later than in the mail's first minute, or by somebody who then clicked
    opened_early: int = 0  # in that minute, and nothing else speaks for a person
    opened_by_machine: int = 0  # and nothing else speaks for a person
    early: int = 0  # all that were opened in their first minute, whatever followed
    known_clickers: int = 0
    unknown_clickers: int = 0  # of those who are only counted; a second click of the same person counts again
    human_clicks: int = 0  # clicks
    machine_clicks: int = 0  # clicks
    anonymous_clicks: int = 0  # clicks, of people who agreed to be counted, not to be known
    unsubscribed: int = 0
    links: Counter[str] = field(default_factory=Counter)  # people by link (`link_key`)
    groups: defaultdict[str, dict[str, Counter[str]]] = field(default_factory=lambda: defaultdict(dict))

    @property
    def clicked(self) -> int:
        """People who clicked."""
        return self.known_clickers + self.unknown_clickers

    @property
    def _crowd(self) -> bool:
        return crowd(self.early, self.delivered)

    @property
    def opened(self) -> int:
        """People who opened it; whoever opened it in a crowd of machines is none."""
        return self.opened_surely + (0 if self._crowd else self.opened_early)

    @property
    def machine_opened(self) -> int:
        """Mails that only machines opened."""
        return self.opened_by_machine + (self.opened_early if self._crowd else 0)

    def add(self, batch: Batch, rows: Mapping[str, Row], traits: Traits = no_traits) -> None:
        """Count one batch. People that another batch took over are counted there."""
        # An event may name a person whom this batch never had: such a row is kept, and counts for nobody.
        found = [rows[person] for person in batch.people if person in rows]
        here = [row for row in found if row.status != "deferred"]
        self.pending += len(batch.people) - len(found)
        if batch.waits_for and len(batch.people) > len(found):
            self.waiting[batch.waits_for] += len(batch.people) - len(found)
        self.planned += len(batch.people) - len(found) + len(here)
        for row in here:
            self._count(row)
            for kind, which in traits(row):
                self.groups[kind].setdefault(which, Counter()).update(_facts(row))
        # Nobody knows whose these are, so a person may be counted twice; but not more people than got the mail.
        unknown = sum(row.status == "sent" and row.clicked_at is None for row in here)
        self.unknown_clickers += min(batch.clicks, unknown)
        self.anonymous_clicks += batch.clicks
        self.machine_clicks += batch.machine_clicks

    def _count(self, row: Row) -> None:
        if row.status == "skipped":
            self.skipped[row.reason] += 1
        else:
            setattr(self, row.status, getattr(self, row.status) + 1)
        self.delivered += row.status == "sent" and row.delivery not in RETURNED
        self.bounced += row.delivery == "bounced"
        self.soft_bounced += row.delivery == "soft_bounced"
        self.rejected += row.delivery == "rejected"
        self.complained += row.delivery == "complained"
        self.unsubscribed += row.unsubscribed_at is not None
        self._count_opens(row)
        self._count_clicks(row)

    def _count_opens(self, row: Row) -> None:
        self.early += row.early_opened_at is not None
        any_open = row.early_opened_at or row.machine_opened_at
        if row.opened_at is not None or (any_open and row.clicked_at is not None):
            self.opened_surely += 1
        elif row.early_opened_at is not None:
            self.opened_early += 1
        elif row.machine_opened_at is not None:
            self.opened_by_machine += 1

    def _count_clicks(self, row: Row) -> None:
        clicks = clicks_of(row)
        people = by_people(clicks)
        self.known_clickers += row.clicked_at is not None
        self.human_clicks += len(people)
        self.machine_clicks += len(clicks) - len(people)
        self.links.update({link_key(click.link, row.variant) for click in people})

    def merge(self, other: "Tally") -> None:
        """Add what another part counted."""
        for one in fields(self):
            mine, more = getattr(self, one.name), getattr(other, one.name)
            if one.name == "groups":
                for kind, found in more.items():
                    for which, counts in found.items():
                        mine[kind].setdefault(which, Counter()).update(counts)
            elif isinstance(mine, Counter):
                mine.update(more)
            else:
                setattr(self, one.name, mine + more)

    def to_fields(self) -> dict[str, Any]:
        """Plain JSON values."""
        groups = {kind: {which: dict(counts) for which, counts in found.items()} for kind, found in self.groups.items()}
        plain = {one.name: getattr(self, one.name) for one in fields(self)}
        counters = {name: dict(getattr(self, name)) for name in _COUNTERS}
        return {**plain, **counters, "groups": groups}


def tally_from_fields(body: Mapping[str, Any]) -> Tally:
    """The tally that was written so."""
    known = {one.name for one in fields(Tally)}
    total = Tally(**{name: value for name, value in body.items() if name in known - {*_COUNTERS, "groups"}})
    for name in _COUNTERS:
        getattr(total, name).update(body.get(name, {}))
    for kind, found in body.get("groups", {}).items():
        total.groups[kind] = {which: Counter(counts) for which, counts in found.items()}
    return total


def link_key(name: str, variant: str | None) -> str:
    """What a report groups a link by: the variant, whose template it stands in, and its number there.

    Where the number is not known its address's hash stands in its place; nothing does for an older click.
    """
    number = link_number(name)
    return f"{variant or ''}/{name if number is None else number}"


def _facts(row: Row) -> Iterator[str]:
    """What the row says, as the groups count it."""
    yield row.status
    if row.status == "sent" and row.delivery not in RETURNED:
        yield "delivered"
    if row.delivery in {"bounced", "complained"}:
        yield row.delivery
    if row.clicked_at is not None:
        yield "clicked"
    if row.unsubscribed_at is not None:
        yield "unsubscribed"
