"""What follows from the rest of a customer: classes, stage, segments; set by each write that changes their inputs."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.customers import Classes, Customer
from chalicelib.domain.norms import Norms, classes
from chalicelib.domain.segments import Rule
from chalicelib.domain.stages import stage
from chalicelib.domain.wallet import share_of_wallet

DERIVATION = 2  # one more with each change of this code that gives the same customer other fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What derived fields follow from, beside the customer: read once for many."""

    rules: Mapping[str, Rule]
    norms: Norms | None = None  # None: nothing has been measured yet, and nobody has a class
    fingerprint: str = ""  # another one: every customer has to be derived anew


def derive(customer: Customer, basis: Basis, now: datetime) -> Customer:
    """The customer with the classes, the stage and the segments that hold now. Deriving again changes nothing.

    Some rules flip by time alone (a silence grows); so whoever decides on segments evaluates the rule, and the names
    kept with the customer are for reading.
    """
    placed = stage(customer.stats, now, share_of_wallet(customer))
    found = classes(customer, basis.norms) if basis.norms else Classes()
    if (found, placed) != (customer.classes, customer.stage):
        customer = replace(customer, classes=found, stage=placed)
    names = tuple(sorted(name for name, rule in basis.rules.items() if rule.holds(customer, now)))
    return customer if names == customer.segments else replace(customer, segments=names)
