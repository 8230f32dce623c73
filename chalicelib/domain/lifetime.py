"""What LTV is: S x C x P x T, of one customer or of many, from sums that add up over customers."""

from dataclasses import dataclass

from chalicelib.domain.customers import Statistics
from chalicelib.domain.rounding import money_quotient, quotient


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifetime:
    """What the four factors come from. Money in minor units of the shop's currency."""

    customers: int = 0  # with a receipt
    receipts: int = 0
    spent: int = 0
    costed: int = 0  # the part of `spent` whose cost is known
    cost: int = 0
    months: int = 0  # from the month of the first order to that of the last, both included, over all customers

    @property
    def mean_receipt(self) -> int | None:
        """S, minor units."""
        return money_quotient(self.spent, self.receipts)

    @property
    def purchases_a_month(self) -> float | None:
        """C."""
        return quotient(self.receipts, self.months)

    @property
    def profit_share(self) -> float | None:
        """P: the gross profit's share of a receipt, over the goods whose cost is known; None where none is."""
        return quotient(self.costed - self.cost, self.costed)

    @property
    def active_months(self) -> float | None:
        """T, for one customer."""
        return quotient(self.months, self.customers)

    @property
    def value(self) -> int | None:
        """LTV: S x C x P x T of one customer, minor units; None where one of the factors is not known.

        (spent / receipts) x (receipts / months) x P x (months / customers), so that receipts and months cancel out.
        """
        if not self.receipts or not self.months:
            return None
        return money_quotient(self.spent * (self.costed - self.cost), self.costed * self.customers)

    @property
    def gross_profit(self) -> int | None:
        """Of the goods whose cost is known, minor units; None where none is."""
        return self.costed - self.cost if self.costed else None

    @property
    def known_share(self) -> float | None:
        """The part of the money spent whose cost is known: what P stands on."""
        return quotient(self.costed, self.spent)


def lifetime(stats: Statistics) -> Lifetime:
    """Of one customer; empty without a receipt in the shop's currency."""
    if stats.receipts <= 0 or stats.months is None:
        return Lifetime()
    return Lifetime(
        customers=1,
        receipts=stats.receipts,
        spent=stats.spent,
        costed=stats.costed,
        cost=stats.cost,
        months=stats.months.span,
    )
