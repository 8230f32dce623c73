"""How the counts of a group of customers are told: one report for each analysis, "not enough data" as null."""

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.domain.money import Money
from chalicelib.domain.months import month_text
from chalicelib.domain.norms import Norms
from chalicelib.domain.retention import CohortMonth, Period, cohorts, periods
from chalicelib.domain.rounding import percent
from chalicelib.domain.segment_fields import STAGES
from chalicelib.domain.tallies import below, lifetime_in

Tally = Mapping[str, int]
Report = dict[str, Any]


def stages_report(tally: Tally, norms: Norms, currency: str) -> Report:
    """How many customers stand on each stage of the ladder, the empty ones too."""
    customers, counts, spent = tally.get("customers", 0), below(tally, "stage"), below(tally, "stage_spent")
    return {
        "customers": customers,
        "stages": [
            {
                "stage": name,
                "customers": counts[name],
                "percent": percent(counts[name], customers),
                "spent": _money(spent[name], currency),
            }
            for name in STAGES
        ],
    }


def rfm_report(tally: Tally, norms: Norms, currency: str) -> Report:
    """How many buyers each RFM class has, and what they spent; the best first. Empty classes are left out."""
    counts, spent = below(tally, "rfm"), below(tally, "rfm_spent")
    return {
        "customers": tally.get("customers", 0),
        "buyers": tally.get("buyers", 0),
        "classes": [
            {"rfm": name, "customers": counts[name], "spent": _money(spent[name], currency)}
            for name in sorted(counts, reverse=True)
            if name != "None"
        ],
    }


def abcxyz_report(tally: Tally, norms: Norms, currency: str) -> Report:
    """How many buyers each of the classes has and what they spent; `xyz` is null where there is not enough data."""
    counts, spent, lines = below(tally, "abcxyz"), below(tally, "abcxyz_spent"), norms.thresholds
    whole = sum(spent.values())
    keys = [f"{volume}/{steady}" for volume in "ABC" for steady in ("X", "Y", "Z", None)]
    return {
        "customers": tally.get("customers", 0),
        "buyers": tally.get("buyers", 0),
        "thresholds": {"a": lines.a, "b": lines.b, "x": lines.x, "y": lines.y},
        "limits": {
            name: _money(limit, currency) for name, limit in zip(("a", "b"), norms.limits or (None, None), strict=True)
        },
        "classes": [
            {
                "abc": key[0],
                "xyz": None if key.endswith("None") else key[-1],
                "customers": counts[key],
                "spent": _money(spent[key], currency),
                "percent_of_spent": percent(spent[key], whole),
            }
            for key in keys
        ],
    }


def ltv_report(tally: Tally, norms: Norms, currency: str) -> Report:
    """The four factors and their product, for one customer of the group on average."""
    sums = lifetime_in(tally)
    return {
        "customers": tally.get("customers", 0),
        "buyers": sums.customers,
        "ltv": _money(sums.value, currency),
        "mean_receipt": _money(sums.mean_receipt, currency),
        "purchases_a_month": sums.purchases_a_month,
        "profit_share": sums.profit_share,
        "active_months": sums.active_months,
        "spent": _money(sums.spent, currency),
        "gross_profit": _money(sums.gross_profit, currency),
        "share_of_spent_with_known_cost": sums.known_share,
    }


def retention_report(tally: Tally, norms: Norms, currency: str) -> Report:
    """CRR of each complete month, and of each cohort of first buyers."""
    return {
        "customers": tally.get("customers", 0),
        "active_months": norms.thresholds.active_months,
        "months": [_period(period) for period in periods(tally, norms.month)],
        "cohorts": [_cohort(month) for month in cohorts(tally, norms.month)],
    }


def _period(period: Period) -> Report:
    return {
        "month": month_text(period.month),
        "start": period.start,
        "end": period.end,
        "gained": period.gained,
        "first": period.first,
        "crr": period.crr,
    }


def _cohort(month: CohortMonth) -> Report:
    return {
        "cohort": month_text(month.cohort),
        "month": month_text(month.month),
        "customers": month.size,
        "bought": month.bought,
        "active": month.active,
        "crr": month.crr,
    }


def _money(amount: int | None, currency: str) -> Report | None:
    return None if amount is None else Money(amount=amount, currency=currency).to_fields()


REPORTS: Mapping[str, Callable[[Tally, Norms, str], Report]] = {
    "stages": stages_report,
    "rfm": rfm_report,
    "abcxyz": abcxyz_report,
    "ltv": ltv_report,
    "retention": retention_report,
}
