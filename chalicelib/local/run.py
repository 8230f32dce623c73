"""`habitue local`: a stack, its shop, today's lifecycle, the addresses, and then serving until it is told to end."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from chalicelib.client.api import Client
from chalicelib.deploy.places import LOCAL
from chalicelib.local.checks import LocalModeError
from chalicelib.local.first_shop import (
    complete_shop,
    is_loaded,
    load_sample_shop,
    sample_evening,
    sample_start,
    switch_on,
)
from chalicelib.local.serving import Stopped, stoppable
from chalicelib.local.session import LocalOptions, LocalStack, start_local_stack
from chalicelib.system import SystemClock

Say = Callable[[str], None]
Addresses = Mapping[str, str]  # url, console, mailbox, api, api_key
_IDLE_ROUNDS = 20  # of 50 s each


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """What the operator asked for."""

    port: int = 8000
    empty: bool = False
    customers: int = 600
    data_dir: Path | None = None
    now: datetime | None = None  # aware
    rate: float = 200.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopStack:
    """A running stack with its shop."""

    stack: LocalStack
    client: Client
    imports: Mapping[str, Any]  # the report of each import of the sample shop, by kind; empty where none was loaded


@contextmanager
def shop_stack(options: RunOptions, say: Say) -> Iterator[ShopStack]:
    """A stack with its shop: complete and empty, or the sample shop with today's lifecycle run."""
    start = options.now or (None if options.empty or options.data_dir else sample_start(SystemClock().now()))
    local = LocalOptions(port=options.port, data_dir=options.data_dir, now=start, rate=options.rate)
    say("Starting the local stack ...")
    with start_local_stack(local) as stack:
        client = Client(url=stack.url, key=stack.api_key)
        complete_shop(client, stack.url)
        stack.tick()  # brings the shipped templates, segments, offers and flows
        imports: Mapping[str, Any] = {}
        if not options.empty and not is_loaded(client):
            imports = _live_the_day(stack, client, options, (start or SystemClock().now()).astimezone(UTC), say)
        yield ShopStack(stack=stack, client=client, imports=imports)


def _live_the_day(
    stack: LocalStack, client: Client, options: RunOptions, start: datetime, say: Say
) -> Mapping[str, Any]:
    say(f"Loading the sample shop: {options.customers} customers, two years of orders ...")
    imports = load_sample_shop(client, start.date(), options.customers, f"{stack.url}/local/images")
    drain(stack)
    say("Running today's lifecycle: birthdays, anniversaries, new products, exclusive offers ...")
    switch_on(client)
    stack.tick()
    drain(stack)
    evening = sample_evening(start)
    if evening > start:
        stack.move_clock(evening)
        drain(stack)
    return imports


def drain(stack: LocalStack) -> None:
    """Wait until nothing is left to do. Raises LocalModeError naming what is left."""
    for _ in range(_IDLE_ROUNDS):
        found = stack.idle()
        if found.idle:
            return
    raise LocalModeError(f"The local stack is still busy: {found.pending}. See {LOCAL.name}/ministack.log.")


def serve(options: RunOptions, say: Say, show: Callable[[Addresses], None]) -> None:
    """Run until Ctrl-C, SIGTERM or SIGHUP, which also end it while it starts; `show` is called once all is ready."""
    try:
        with stoppable(), shop_stack(options, say) as running:
            url = running.stack.url
            ready = {"url": url, "console": f"{url}/console", "mailbox": f"{url}/local/mailbox", "api": f"{url}/v1"}
            show(ready | {"api_key": running.stack.api_key})
            threading.Event().wait()
    except Stopped:
        say("Stopped.")
