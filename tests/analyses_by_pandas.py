"""The analyses once more, by pandas, from what docs/analyses says: none of the service's code is called here.

Everything begins with *lots* (tests/real_data.py): the units that orders still hold after returns, with customer, time,
invoice, sku, units and price.
"""

from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np
import pandas as pd

MONTH = pd.offsets.MonthBegin
HALF_LIFE_DAYS = 180


# The public data set names neither categories nor brands nor costs: these are derived by written, repeatable rules.
def category_of(sku: str) -> str:
    """By the first sign of the stock code."""
    return f"Range {sku[0].upper()}"


def brand_of(sku: str) -> str:
    """One of seven, by a checksum."""
    return f"Brand {crc32(sku.encode()) % 7}"


def cost_of(sku: str) -> int | None:
    """Pence; not known for every fifth."""
    number = crc32(sku.encode())
    return None if number % 5 == 0 else number % 250


def wallet_of(customer: str) -> int | None:
    """Per cent; every third was asked."""
    number = crc32(customer.encode())
    return None if number % 3 else 60 + number % 41


@dataclass(frozen=True, kw_only=True)
class Analyses:
    """What the shop and each customer come to."""

    customers: pd.DataFrame  # one row for each buyer
    periods: pd.DataFrame  # start, end, gained, crr by month
    cohorts: pd.DataFrame  # size, bought, active by (cohort, month)
    limits: dict[str, int]


def frame(lots: dict[str, list[dict[str, Any]]]) -> pd.DataFrame:
    """The lots of all customers as a table; times as they stand in the file, local times of London."""
    rows = [{"customer": customer, **lot} for customer, held in lots.items() for lot in held]
    table = pd.DataFrame(rows, columns=["customer", "at", "invoice", "sku", "units", "price"])
    table["local"] = pd.to_datetime(table["at"]).dt.tz_localize("Europe/London")
    table["utc"] = table["local"].dt.tz_convert("UTC")
    table["month"] = table["local"].dt.year * 12 + table["local"].dt.month - 1
    table["worth"] = table["units"] * table["price"]
    return table


def analyse(lots: pd.DataFrame, now: pd.Timestamp, *, active_months: int = 3) -> Analyses:
    """All of it, as of `now` (UTC)."""
    local = now.tz_convert("Europe/London")
    until = local.year * 12 + local.month - 2  # the last complete month
    lots = lots.assign(
        category=lots["sku"].map(category_of),
        brand=lots["sku"].map(brand_of),
        unit_cost=lots["sku"].map(cost_of).astype("Float64"),
    )
    people = _sums(lots)
    people = people.join(_gaps(lots)).join(_variation(lots, until))
    people["share"] = pd.Series([wallet_of(customer) for customer in people.index], people.index, dtype=float)
    people["stage"] = [_stage(row, now) for row in people.itertuples()]
    people["rfm"] = _rfm(people)
    people["abc"], limits = _abc(people)
    people["xyz"] = people["variation"].map(_xyz)
    for kind, column in (("category", "categories"), ("brand", "brands")):
        people[column] = _favourites(lots, kind).reindex(people.index)
    return Analyses(
        customers=people,
        periods=_periods(lots, until, active_months),
        cohorts=_cohorts(lots, until, active_months),
        limits=limits,
    )


def _sums(lots: pd.DataFrame) -> pd.DataFrame:
    known = lots[lots["unit_cost"].notna()]
    grouped = lots.groupby("customer")
    people = pd.DataFrame(
        {
            "orders": grouped["invoice"].nunique(),
            "spent": grouped["worth"].sum(),
            "last": grouped["utc"].max(),
            "first_month": grouped["month"].min(),
            "last_month": grouped["month"].max(),
        }
    )
    people["costed"] = known.groupby("customer")["worth"].sum().reindex(people.index).fillna(0).astype(int)
    cost = (known["units"] * known["unit_cost"]).groupby(known["customer"]).sum()
    people["cost"] = cost.reindex(people.index).fillna(0).astype(int)
    people["months"] = people["last_month"] - people["first_month"] + 1
    return people


def _gaps(lots: pd.DataFrame) -> pd.DataFrame:
    times = lots[["customer", "utc"]].drop_duplicates().sort_values(["customer", "utc"])
    days = times.groupby("customer")["utc"].diff().dt.total_seconds() / 86_400
    grouped = days.groupby(times["customer"])
    return pd.DataFrame({"gap": grouped.mean(), "deviation": grouped.std(ddof=0), "gaps": grouped.count()})


def _stage(row: Any, now: pd.Timestamp) -> str:
    if row.orders == 1:
        return "buyer"
    if row.orders < 4 or row.gaps < 2 or row.deviation / row.gap > 1:
        return "client"
    if (now - row.last).total_seconds() / 86_400 > 2 * row.gap:
        return "client"
    return "loyal" if row.share >= 90 else "regular"


def three_digits(values: pd.Series) -> pd.Series:
    """Rounded down to three significant digits."""
    return values.map(lambda value: int(str(value)[:3].ljust(len(str(value)), "0")))


def _rfm(people: pd.DataFrame) -> pd.Series:
    days = people["last"].dt.normalize().map(lambda day: day.toordinal())
    scores = []
    for values in (days, three_digits(people["orders"]), three_digits(people["spent"])):
        cuts = np.quantile(values, [0.2, 0.4, 0.6, 0.8], method="inverted_cdf") if len(values) else []
        scores.append(1 + sum((values > cut).astype(int) for cut in cuts))
    return scores[0].astype(str) + scores[1].astype(str) + scores[2].astype(str)


def _abc(people: pd.DataFrame) -> tuple[pd.Series, dict[str, int]]:
    coarse = three_digits(people["spent"])
    sums = people["spent"].groupby(coarse).sum().sort_index(ascending=False)
    above = sums.cumsum() - sums  # what those who spent more have spent
    whole = sums.sum()
    names = pd.Series(np.select([above < 0.8 * whole, above < 0.95 * whole], ["A", "B"], "C"), index=sums.index)
    limits = {"a": names[names == "A"].index.min(), "b": names[names != "C"].index.min()} if whole else {}
    return (coarse.map(names) if whole else pd.Series(None, index=people.index, dtype=object)), limits


def _variation(lots: pd.DataFrame, until: int) -> pd.DataFrame:
    spent = lots.pivot_table(index="customer", columns="month", values="worth", aggfunc="sum")
    found = {}
    for customer, row in spent.iterrows():
        first = max(int(row.first_valid_index()), until - 11)
        months = row.reindex(range(first, until + 1)).fillna(0)
        enough = len(months) >= 3 and months.sum() > 0
        found[customer] = months.std(ddof=0) / months.mean() if enough else np.nan
    return pd.DataFrame({"variation": pd.Series(found, dtype=float)})


def _xyz(variation: float) -> str | None:
    if np.isnan(variation):
        return None
    variation = round(variation, 6)
    return "X" if variation <= 0.5 else "Y" if variation <= 1 else "Z"


def _favourites(lots: pd.DataFrame, kind: str) -> pd.Series:
    latest = lots.groupby("customer")["utc"].transform("max")
    days = (latest - lots["utc"]).dt.total_seconds() / 86_400
    weight = (lots["worth"] * 0.5 ** (days / HALF_LIFE_DAYS)).groupby([lots["customer"], lots[kind]]).sum()
    weights = weight.rename("weight").reset_index()
    weights["weight"] = weights["weight"].round()
    weights = weights[weights["weight"] > 0].sort_values(["weight", kind], ascending=[False, True])
    return weights.groupby("customer")[kind].apply(lambda names: tuple(names.head(3)))


def _activity(lots: pd.DataFrame, until: int, active_months: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Whether each customer bought in each month, and whether they were a customer when it ended."""
    months = range(int(min(lots["month"].min(), until)), until + 1) if len(lots) else range(0)
    bought = pd.crosstab(lots["customer"], lots["month"]).reindex(columns=months, fill_value=0) > 0
    active = bought.astype(int).T.rolling(active_months, min_periods=1).sum().T > 0
    return bought, active


def _periods(lots: pd.DataFrame, until: int, active_months: int) -> pd.DataFrame:
    bought, active = _activity(lots, until, active_months)
    before = active.shift(1, axis=1, fill_value=False)
    found = pd.DataFrame(
        {"start": before.sum(), "end": active.sum(), "gained": (active & ~before).sum()}, index=active.columns
    )
    first = lots.groupby("customer")["month"].min()
    found["first"] = first.value_counts().reindex(found.index, fill_value=0)
    found["crr"] = (100 * (found["end"] - found["gained"]) / found["start"].where(found["start"] > 0)).round(2)
    return found.loc[lots["month"].min() :]


def _cohorts(lots: pd.DataFrame, until: int, active_months: int) -> pd.DataFrame:
    bought, active = _activity(lots, until, active_months)
    first = lots.groupby("customer")["month"].min()
    rows = [
        {"cohort": cohort, "month": month, "size": len(ids), "bought": bought.loc[ids, month].sum(),
         "active": active.loc[ids, month].sum()}
        for cohort, ids in first.groupby(first).groups.items()
        for month in range(int(cohort), until + 1)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["cohort", "month", "size", "bought", "active"])
