"""What follows from the rest of a customer: stage and segments, set by each write that changes their inputs."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.customers import Customer
from chalicelib.domain.segments import Rule
from chalicelib.domain.stages import stage

DERIVATION = 1  # one more with each change of this code that gives the same customer other fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What derived fields follow from, beside the customer: read once for many."""

    rules: Mapping[str, Rule]
    fingerprint: str = ""  # another one: every customer has to be derived anew


def derive(customer: Customer, basis: Basis, now: datetime) -> Customer:
    """The customer with the stage and the segments that hold now. Deriving again changes nothing.

    Some rules flip by time alone (a silence grows); so whoever decides on segments evaluates the rule, and the names
    kept with the customer are for reading.
    """
    placed = stage(customer.stats, now)
    names = tuple(sorted(name for name, rule in basis.rules.items() if rule.holds(customer, now)))
    if placed == customer.stage and names == customer.segments:
        return customer
    return replace(customer, stage=placed, segments=names)
