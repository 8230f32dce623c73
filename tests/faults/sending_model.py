"""The stories of the sending model: anything may happen at any time, in any order, twice, or die half way."""

from datetime import timedelta
from typing import Any, Literal, cast

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from chalicelib.domain.mail_events import EventKind
from chalicelib.errors import HabitueError
from chalicelib.services.move_campaign import move_campaign
from chalicelib.services.run_tick import run_tick
from tests.faults.ports import Interruption, behind
from tests.faults.world import World

PEOPLE = [f"p{number}" for number in range(8)]
TWINS = {"p6": "p0", "p7": "p1"}  # they share an address
CAMPAIGNS = ["spring", "summer", "autumn"]
ZONES = [None, "Asia/Tokyo", "America/New_York"]

people, places = st.sampled_from(PEOPLE), st.integers(0, 30)
moments = st.integers(1, 40)  # port calls of a worker
deaths = st.none() | moments
changes = st.sampled_from(["leave", "erase", "move", "pause"])
faults = st.sampled_from(["", "", "refused", "throttled", "paused", "never arrived", "answer lost"])
kinds = st.sampled_from(["sent", "delivered", "bounced", "soft_bounced", "complained", "delayed", "opened"])
campaigns = st.fixed_dictionaries(
    {
        "max_lateness": st.sampled_from(["1h", "24h"]),
        "holdout_percent": st.sampled_from([0, 0, 40]),
    },
    optional={
        "local_time": st.sampled_from(["09:00", "12:30", "23:00"]),
        "offer": st.just("ten-off"),
        "variants": st.just([{"name": "a", "share": 50}, {"name": "b", "share": 50}]),
    },
) | st.sampled_from(
    [
        {
            "variants": [{"name": "a", "share": 50}, {"name": "b", "share": 50, "offer": "ten-off"}],
            "winner": {"by": "clicks", "after": "2h", "test_percent": 40},
        },
        {"stages": [{"share": 50}], "go_on": "after 3h", "offer": "ten-off"},
    ]
)


class SendingModel(RuleBasedStateMachine):
    """A2 and all that it names; the invariants hold after each step, and at the end all comes to rest."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()

    @initialize(count=st.integers(3, 8), fields=campaigns, bulk=st.booleans())
    def a_campaign_runs(self, count: int, fields: dict[str, Any], bulk: bool) -> None:
        """A story begins with people and a launch, or nothing could go wrong for long."""
        self.world.choose_road(bulk=bulk)
        for name in PEOPLE[:count]:
            self.enrol(name, None, True)
        self.launch("spring", fields)

    @rule(name=people, zone=st.sampled_from(ZONES), consents=st.booleans())
    def enrol(self, name: str, zone: str | None, consents: bool) -> None:
        """Somebody joins, or joins again."""
        shop = self.world.shop
        if name not in shop.customers.items:
            shop.person(name, f"{TWINS.get(name, name)}@example.com", consent=consents, time_zone=zone)

    @rule(name=st.sampled_from(CAMPAIGNS), fields=campaigns)
    def launch(self, name: str, fields: dict[str, Any]) -> None:
        """A campaign starts, or is put and launched again while it runs."""
        self.world.launch(name, fields)

    @rule(at=deaths, after=st.booleans())
    def tick(self, at: int | None, after: bool) -> None:
        """A minute is over; the tick may die."""
        self.world.dying(run_tick, at, after=after)

    @precondition(lambda self: self.world.waiting())
    @rule(place=places, at=deaths, after=st.booleans(), twice=st.booleans(), some=st.lists(faults, max_size=4))
    def deliver(self, place: int, at: int | None, after: bool, twice: bool, some: list[str]) -> None:
        """A worker gets a message; it may die, and then the queue delivers it again, or it does so for no reason."""
        queue, body = cast("tuple[str, dict[str, Any]]", self.world.take(place))
        self.world.faults[:] = some
        died = self.world.dying(lambda app: self.world.handle(app, queue, body), at, after=after)
        if died or twice:
            self.world.shop.queue.send(queue, [body])
        self.world.faults.clear()

    @precondition(lambda self: self.world.waiting())
    @rule(place=places, other=places, at=moments)
    def deliver_two_at_once(self, place: int, other: int, at: int) -> None:
        """While one worker is in the middle of its message, another one does all of another, or of the same."""
        queue, body = cast("tuple[str, dict[str, Any]]", self.world.take(place))
        rival = self.world.take(other) or (queue, body)
        interrupt = Interruption(at, lambda: self.world.handle(self.world.app, *rival))
        self.world.handle(behind(interrupt, self.world.app), queue, body)
        if not interrupt.done:
            self.world.handle(self.world.app, *rival)

    @precondition(lambda self: self.world.handled)
    @rule(place=places)
    def deliver_again(self, place: int) -> None:
        """The queue delivers what was done long ago."""
        handled = self.world.handled
        self.world.handle(self.world.app, *handled[place % len(handled)])

    @precondition(lambda self: self.world.waiting())
    @rule(place=places, name=people, at=moments, what=changes)
    def change_in_the_middle(self, place: int, name: str, at: int, what: str) -> None:
        """While a worker is at it, somebody leaves, is erased or gets another address, or the campaign is paused."""
        queue, body = cast("tuple[str, dict[str, Any]]", self.world.take(place))
        interrupt = Interruption(at, lambda: self._change(name, what))
        self.world.handle(behind(interrupt, self.world.app), queue, body)

    @rule(kind=kinds, place=places, minutes=st.sampled_from([0, 5, 1500]), times=st.integers(1, 2))
    def ses_reports(self, kind: str, place: int, minutes: int, times: int) -> None:
        """An event, early, late, doubled."""
        for _ in range(times):
            self.world.report(cast("EventKind", kind), place, timedelta(minutes=minutes))

    @rule(name=people, what=changes)
    def somebody_changes(self, name: str, what: str) -> None:
        """Somebody leaves, is forgotten, or gets another address."""
        self._change(name, what)

    def _change(self, name: str, what: str) -> None:
        if what == "pause":
            self._move("spring", "paused")
        elif name in self.world.shop.customers.items:
            {"leave": self.world.leave, "erase": self.world.erase, "move": self._new_address}[what](name)

    def _new_address(self, name: str) -> None:
        self.world.shop.change(name, email=f"new-{name}@example.com")

    @rule(name=st.sampled_from(CAMPAIGNS), to=st.sampled_from(["paused", "sending", "sending", "cancelled"]))
    def move(self, name: str, to: str) -> None:
        """Somebody pauses, resumes or cancels."""
        self._move(name, to)

    def _move(self, name: str, to: str) -> None:
        try:
            move_campaign(self.world.app, name, cast("Literal['paused', 'sending', 'cancelled']", to))
        except HabitueError:
            return  # not launched, or its state does not allow it

    @rule(text=st.sampled_from(["Hello", "Good day"]))
    def edit(self, text: str) -> None:
        """A marketer activates another version of the template."""
        self.world.shop.template(subject=text)

    @rule(seconds=st.sampled_from([1, 30, 200, 600, 3600, 40_000, 90_000]), jump=st.booleans())
    def time_passes(self, seconds: int, jump: bool) -> None:
        """Leases run out, quiet ends, days begin; or only the service's clock is moved on, and leases live."""
        by, clock = timedelta(seconds=seconds), self.world.shop.clock
        if jump:
            clock.business += by
        else:
            clock.advance(by)

    @invariant()
    def nothing_is_broken(self) -> None:
        """After each step."""
        self.world.check()

    def teardown(self) -> None:
        """All comes to rest."""
        self.world.settle()
