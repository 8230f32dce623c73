"""How it is told who belongs to a segment now, without a query for each customer where that can be avoided."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import partial

from chalicelib.domain.customers import Customer
from chalicelib.domain.derive import Basis
from chalicelib.domain.segments import Rule
from chalicelib.errors import NotFound
from chalicelib.ports import App
from chalicelib.services.load_basis import load_basis
from chalicelib.services.load_history import load_history
from chalicelib.services.scan_runs import ended
from chalicelib.services.start_refresh import JOB

Member = Callable[[Customer], bool]


class Membership:
    """The segments as they are at one moment.

    A rule that a customer's record answers is asked of the record: right at any moment, for a rule that was saved just
    now as well. A rule that needs the history is answered by the names kept with the customer, which are right between
    two moments of change; by the history itself only where the names cannot be: while the rebuild after a change of
    the rules is under way, and for those whose next change is due and waits for the tick. docs/decisions/0009.
    """

    def __init__(self, app: App, basis: Basis, now: datetime, *, kept: bool) -> None:
        self._app = app
        self._basis = basis
        self._now = now
        self._kept = kept

    def __contains__(self, name: str) -> bool:
        """Whether there is such a segment."""
        return name in self._basis.rules

    def members(self, name: str, customers: Iterable[Customer]) -> Iterator[Customer]:
        """Those of the customers who belong to the segment, in the order given. Raises: NotFound."""
        rule = self._rule(name)
        if not rule.needs_history:
            return rule.select(customers, self._now)
        return filter(self.member(name), customers)

    def _rule(self, name: str) -> Rule:
        rule = self._basis.rules.get(name)
        if rule is None:
            raise NotFound("segment", name)
        return rule

    def member(self, name: str) -> Member:
        """The question whether one customer belongs to the segment. Raises: NotFound."""
        rule = self._rule(name)
        if not rule.needs_history:
            return lambda customer: rule.holds(customer, self._now)
        return partial(self._by_history, name)

    def _by_history(self, name: str, customer: Customer) -> bool:
        due = customer.next_flip_at is not None and customer.next_flip_at <= self._now
        if self._kept and not due:
            return name in customer.segments
        return self._basis.rules[name].holds(customer, self._now, load_history(self._app, customer.id))


def load_membership(app: App) -> Membership:
    """The rules, the time, and whether the names kept with the customers follow from these rules."""
    basis = load_basis(app)
    needed = any(rule.needs_history for rule in basis.rules.values())
    return Membership(app, basis, app.clock.now(), kept=needed and ended(app, JOB, basis.fingerprint))
