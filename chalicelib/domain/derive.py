"""What follows from the rest of a customer: classes, stage, segments, and when time alone changes them next."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.customers import Classes, Customer
from chalicelib.domain.history import History
from chalicelib.domain.moves import moved
from chalicelib.domain.norms import Norms, classes
from chalicelib.domain.segments import Rule
from chalicelib.domain.stages import next_stage_at, stage
from chalicelib.domain.wallet import share_of_wallet

DERIVATION = 3  # one more with each change of this code that gives the same customer other fields
_DERIVED = ("classes", "stage", "segments", "moves", "next_flip_at")
_LOOKS = 16  # moments looked at for one that changes anything


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What derived fields follow from, beside the customer: read once for many."""

    rules: Mapping[str, Rule]
    norms: Norms | None = None  # None: nothing has been measured yet, and nobody has a class
    fingerprint: str = ""  # another one: every customer has to be derived anew


def derive(customer: Customer, basis: Basis, now: datetime, history: History) -> Customer:
    """The customer as all rules and the time want it. Deriving again at the same time changes nothing.

    `next_flip_at` is the next moment at which deriving again would give other fields though nothing new happened; who
    derives at each of these moments has the fields right at every time between them.
    """
    fresh = _at(customer, basis, now, history)
    if fresh.segments != customer.segments:
        fresh = replace(fresh, moves=moved(customer.moves, customer.segments, fresh.segments, now))
    fresh = replace(fresh, next_flip_at=_next_flip_at(fresh, basis, now, history))
    return customer if fresh == customer else fresh


def only_derived(before: Customer, after: Customer) -> bool:
    """Whether the two differ in nothing but derived fields."""
    return replace(after, **{name: getattr(before, name) for name in _DERIVED}) == before


def _at(customer: Customer, basis: Basis, now: datetime, history: History) -> Customer:
    """The fields that hold at one moment."""
    placed = stage(customer.stats, now, share_of_wallet(customer))
    found = classes(customer, basis.norms) if basis.norms else Classes()
    if (found, placed) != (customer.classes, customer.stage):
        customer = replace(customer, classes=found, stage=placed)
    names = tuple(sorted(name for name, rule in basis.rules.items() if rule.holds(customer, now, history)))
    return customer if names == customer.segments else replace(customer, segments=names)


def _next_flip_at(customer: Customer, basis: Basis, now: datetime, history: History) -> datetime | None:
    """Conditions name the moments at which they change; most of those change no rule's answer and are passed over."""
    moment = now
    for _ in range(_LOOKS):
        following = _next_change(customer, basis, moment, history)
        if following is None or _at(customer, basis, following, history) != customer:
            return following
        moment = following
    return moment


def _next_change(customer: Customer, basis: Basis, now: datetime, history: History) -> datetime | None:
    """The first moment after now at which the stage, or the answer of any condition of any rule, may change."""
    moments = [next_stage_at(customer.stats, now)]
    moments += [flip(customer, now, history) for rule in basis.rules.values() for flip in rule.flips]
    return min((moment for moment in moments if moment is not None), default=None)
