"""What an opportunity is: how much more a customer could buy, rated low, medium or high, with the reasons."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from chalicelib.domain.customers import Customer
from chalicelib.domain.stages import LOYAL_SHARE, days_since_last_order
from chalicelib.domain.wallet import share_of_wallet

LEVELS = ("low", "medium", "high")
FEW = 2  # orders or categories: "one or two things"
MUCH_LEFT = 50  # per cent: who buys less than this here could buy as much again
DORMANT_DAYS = 365  # one order, and then nothing for so long
Level = Literal["low", "medium", "high"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opportunity:
    """How much more could be sold, and why we think so."""

    level: Level
    reasons: tuple[str, ...]  # sentences


def opportunity(customer: Customer, categories: int, at: datetime) -> Opportunity | None:
    """Rate one customer as of `at`; None for who never bought.

    `categories` is how many the shop's customers buy from. Low speaks first: who can buy no more cannot buy more.
    """
    if customer.stats.orders <= 0:
        return None
    for level, reasons in (("low", _low(customer, categories, at)), ("high", _high(customer, categories))):
        if reasons:
            return Opportunity(level="low" if level == "low" else "high", reasons=tuple(reasons))
    return Opportunity(level="medium", reasons=(_breadth(customer, categories),))


def _low(customer: Customer, categories: int, at: datetime) -> list[str]:
    share, silent = share_of_wallet(customer), days_since_last_order(customer.stats, at)
    found = []
    if share is not None and share >= LOYAL_SHARE:
        found.append(f"says that {share:g} % of such purchases are made here already")
    if categories > FEW and len(customer.stats.categories) >= categories:
        found.append(f"has bought from all {categories} categories")
    if customer.stats.orders == 1 and silent is not None and silent > DORMANT_DAYS:
        found.append(f"one order, and nothing for more than {DORMANT_DAYS} days")
    return found


def _high(customer: Customer, categories: int) -> list[str]:
    share, known = share_of_wallet(customer), len(customer.stats.categories)
    found = []
    if share is not None and share < MUCH_LEFT:
        found.append(f"says that only {share:g} % of such purchases are made here")
    if 0 < known <= FEW < categories:
        found.append(_breadth(customer, categories))
    if not known and customer.stats.orders <= FEW:
        found.append(_orders(customer.stats.orders))
    return found


def _breadth(customer: Customer, categories: int) -> str:
    known = len(customer.stats.categories)
    return f"has bought from {known} of {categories} categories" if known else _orders(customer.stats.orders)


def _orders(count: int) -> str:
    return "has ordered once" if count == 1 else f"has ordered {count} times"
