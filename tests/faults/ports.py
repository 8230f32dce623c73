"""Kills a use case before or after any one of its port calls, as a function is killed: nothing of it runs on.

A port call is what leaves the process. What is pure (keys, signatures, rendering, reading the clock) is not counted: to
die there is to die before the next call. Writes of many items, which AWS takes in several requests, are several calls;
what else a port does in more than one request is killed within in tests/storage.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, replace
from typing import Any, TypeVar

from chalicelib.ports import App

Shop = TypeVar("Shop")

# Which argument holds the items. AWS takes 25 of them a request, and 10 messages: here so few that few people meet the
# seam between two requests.
IN_PARTS = {
    "batches.create_many": 0,
    "customers.create_many": 0,
    "customers.put_many": 0,
    "events.create_many": 0,
    "mailboxes.claim": 0,
    "mailboxes.put_many": 0,
    "orders.create_many": 0,
    "products.put_many": 0,
    "queue.send": 1,
    "rows.record": 0,
    "vouchers.issue": 0,
}
A_REQUEST = 6
PURE = frozenset({"clock", "ids", "signer", "keyed", "compiler", "renderer", "library", "configuration_set_prefix"})


class Killed(BaseException):
    """The process is gone. No `except Exception` sees it, and what `finally` does reaches no port."""


@dataclass
class Fuse:
    """Counts the calls; at number `at` the process dies, before the call or after it. None: it lives."""

    at: int | None = None
    after: bool = False
    calls: list[str] = field(default_factory=list)
    dead: bool = False

    def pass_on(self, name: str, call: Callable[..., Any], args: Any, named: Any) -> Any:
        """Let a call through, or die."""
        if not self.dead:
            self.calls.append(name)
            self.dead = len(self.calls) == self.at
            if not self.dead:
                return call(*args, **named)
            if self.after:
                call(*args, **named)
        raise Killed(f"{'after' if self.after else 'before'} call {self.at}: {self.calls[-1]}")


class Watched:
    """One port behind the fuse."""

    def __init__(self, name: str, port: Any, fuse: "Fuse | Fault | Interruption") -> None:
        self._name = name
        self._port = port
        self._fuse = fuse

    def __getattr__(self, method: str) -> Any:
        real, name = getattr(self._port, method), f"{self._name}.{method}"
        if name in IN_PARTS:
            return lambda *args, **named: self._in_parts(name, real, args, named)
        return lambda *args, **named: self._fuse.pass_on(name, real, args, named)

    def _in_parts(self, name: str, real: Callable[..., Any], args: tuple[Any, ...], named: Any) -> Any:
        place = IN_PARTS[name]
        items = list(args[place])
        answer = None
        for start in range(0, max(1, len(items)), A_REQUEST):
            part = (*args[:place], items[start : start + A_REQUEST], *args[place + 1 :])
            found = self._fuse.pass_on(name, real, part, named)
            answer = found if answer is None else answer | found
        return answer


def behind(fuse: "Fuse | Fault | Interruption", app: App) -> App:
    """The same App with each port behind the fuse, or whatever passes its calls on."""
    names = [one.name for one in fields(app) if one.name not in PURE]
    watched: dict[str, Any] = {name: Watched(name, getattr(app, name), fuse) for name in names}
    return replace(app, **watched)


def count_calls(app: App, use_case: Callable[[App], object]) -> list[str]:
    """Run the use case to its end; the calls that it made."""
    fuse = Fuse()
    use_case(behind(fuse, app))
    return fuse.calls


def each_death(
    make: Callable[[], Shop], app_of: Callable[[Shop], App], use_case: Callable[[App], object]
) -> Iterator[tuple[str, Shop]]:
    """A fresh shop for each way to die, N of N calls, before and after: (what happened, the shop as it was left)."""
    count_calls(app_of(make()), use_case)  # a warm process keeps what it has loaded: each run is to make the same calls
    calls = count_calls(app_of(make()), use_case)
    for at in range(1, len(calls) + 1):
        for after in (False, True):
            shop, fuse = make(), Fuse(at, after)
            try:
                use_case(behind(fuse, app_of(shop)))
            except Killed as death:
                yield str(death), shop
            else:
                raise AssertionError(f"call {at} of {len(calls)} was never reached")


@dataclass
class Fault:
    """Call number `at` fails; the process lives on, sees the error, and its other calls work."""

    at: int
    error: Exception
    calls: list[str] = field(default_factory=list)

    def pass_on(self, name: str, call: Callable[..., Any], args: Any, named: Any) -> Any:
        """Let a call through, or fail instead of it."""
        self.calls.append(name)
        if len(self.calls) == self.at:
            raise self.error
        return call(*args, **named)


def each_fault(
    make: Callable[[], Shop], app_of: Callable[[Shop], App], use_case: Callable[[App], object], error: Exception
) -> Iterator[tuple[str, Shop, bool]]:
    """A fresh shop for each call, N of N, that fails by `error`: (which call, the shop, whether the error rose)."""
    count_calls(app_of(make()), use_case)
    calls = count_calls(app_of(make()), use_case)
    for at, name in enumerate(calls, start=1):
        shop, fault, rose = make(), Fault(at, error), False
        try:
            use_case(behind(fault, app_of(shop)))
        except type(error):
            rose = True
        assert fault.calls[at - 1] == name
        yield f"call {at}: {name}", shop, rose


@dataclass
class Interruption:
    """Something else happens just before call number `at`, as if another process were quicker."""

    at: int
    what: Callable[[], object]
    count: int = 0
    done: bool = False

    def pass_on(self, name: str, call: Callable[..., Any], args: Any, named: Any) -> Any:
        """Let a call through, after the interruption where it is its turn."""
        self.count += 1
        if self.count == self.at:
            self.done = True
            self.what()
        return call(*args, **named)
