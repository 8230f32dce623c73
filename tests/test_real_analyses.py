"""The analyses of the public Online Retail data set equal a recomputation by pandas that calls none of our code."""

from typing import Any

import pandas as pd
import pytest

from chalicelib.domain.lifetime import lifetime
from chalicelib.services.show_report import show_report
from tests.analyses_by_pandas import Analyses, analyse, frame
from tests.real_data import FILE, lots_left
from tests.real_shop import NOW, real_shop

pytestmark = [
    pytest.mark.skipif(not FILE.exists(), reason=f"{FILE} is not there; HABITUE_REAL_DATA names its folder"),
    pytest.mark.xdist_group("real data"),
]


@pytest.fixture(scope="module")
def app() -> Any:
    return real_shop().app


@pytest.fixture(scope="module")
def expected() -> Analyses:
    return analyse(frame(lots_left(real_shop().rows)), NOW)


@pytest.fixture(scope="module")
def buyers(app: Any) -> dict[str, Any]:
    return {customer.id: customer for customer in app.customers.scan() if customer.stats.orders}


def test_the_same_buyers_are_there(buyers, expected):
    assert set(buyers) == set(expected.customers.index)
    assert len(buyers) > 3_000


def test_stages(app, buyers, expected):
    found = {id_: customer.stage for id_, customer in buyers.items()}

    assert found == expected.customers["stage"].to_dict()
    counts = {row["stage"]: row["customers"] for row in show_report(app, "stages")["stages"]}
    nobody = counts.pop("prospect")
    assert {name: count for name, count in counts.items() if count} == expected.customers[
        "stage"
    ].value_counts().to_dict()
    assert nobody == sum(1 for customer in app.customers.scan() if not customer.stats.orders)
    assert min(counts[name] for name in ("buyer", "client", "regular", "loyal")) > 20


def test_rfm(app, buyers, expected):
    assert {id_: customer.classes.rfm for id_, customer in buyers.items()} == expected.customers["rfm"].to_dict()
    rows = show_report(app, "rfm")["classes"]
    assert {row["rfm"]: row["customers"] for row in rows} == expected.customers["rfm"].value_counts().to_dict()
    spent = expected.customers.groupby("rfm")["spent"].sum().to_dict()
    assert {row["rfm"]: row["spent"]["amount"] for row in rows} == spent
    assert len(rows) > 60


def test_abcxyz(app, buyers, expected):
    people = expected.customers
    assert {id_: customer.classes.abc for id_, customer in buyers.items()} == people["abc"].to_dict()
    found = {id_: customer.classes.xyz for id_, customer in buyers.items()}
    assert found == {id_: None if pd.isna(xyz) else xyz for id_, xyz in people["xyz"].items()}

    report = show_report(app, "abcxyz")
    assert {name: limit["amount"] for name, limit in report["limits"].items()} == expected.limits
    counts = {(row["abc"], row["xyz"]): row["customers"] for row in report["classes"] if row["customers"]}
    grouped = people["xyz"].fillna("-").groupby([people["abc"], people["xyz"].fillna("-")]).count()
    assert {(abc, xyz or "-"): count for (abc, xyz), count in counts.items()} == grouped.to_dict()
    assert {xyz for _, xyz in counts} == {"X", "Y", "Z", None}


def test_the_parts_of_ltv(app, buyers, expected):
    people = expected.customers
    assert {id_: (c.stats.costed, c.stats.cost) for id_, c in buyers.items()} == {
        row.Index: (row.costed, row.cost) for row in people.itertuples()
    }
    whole = people[["orders", "spent", "costed", "cost", "months"]].sum()
    report = show_report(app, "ltv")

    share = (whole.costed - whole.cost) / whole.costed
    assert report["buyers"] == len(people)
    assert report["mean_receipt"]["amount"] == round(whole.spent / whole.orders)
    assert report["purchases_a_month"] == round(whole.orders / whole.months, 4)
    assert report["profit_share"] == round(share, 4)
    assert report["active_months"] == round(whole.months / len(people), 4)
    factors = (whole.spent / whole.orders) * (whole.orders / whole.months) * share * (whole.months / len(people))
    assert report["ltv"]["amount"] == round(factors)
    assert report["share_of_spent_with_known_cost"] == round(whole.costed / whole.spent, 4) < 1


def test_the_ltv_of_each_customer(buyers, expected):
    people = expected.customers
    each = (people["spent"] / people["orders"]) * (people["orders"] / people["months"])
    each = (
        each * ((people["costed"] - people["cost"]) / people["costed"].where(people["costed"] > 0)) * people["months"]
    )

    found = pd.Series({id_: lifetime(customer.stats).value for id_, customer in buyers.items()}, dtype=float)
    assert found.isna().equals(each.reindex(found.index).isna())
    assert (found - each.reindex(found.index)).abs().max() <= 0.500001
    assert found.isna().sum() > 0


def test_crr_by_month(app, expected):
    months = show_report(app, "retention")["months"]

    assert [row["month"] for row in months] == [f"{m // 12}-{m % 12 + 1:02}" for m in expected.periods.index]
    assert months[0]["month"] == "2010-12"
    assert months[-1]["month"] == "2011-08"
    for row, want in zip(months, expected.periods.itertuples(), strict=True):
        assert (row["start"], row["end"], row["gained"], row["first"]) == (
            want.start,
            want.end,
            want.gained,
            want.first,
        )
        assert row["crr"] is None if pd.isna(want.crr) else row["crr"] == want.crr
    assert all(0 < row["crr"] < 100 for row in months[3:])


def test_crr_by_cohort(app, expected):
    found = show_report(app, "retention")["cohorts"]

    want = [
        (f"{c // 12}-{c % 12 + 1:02}", f"{m // 12}-{m % 12 + 1:02}", size, bought, active)
        for c, m, size, bought, active in expected.cohorts.itertuples(index=False)
    ]
    assert [(r["cohort"], r["month"], r["customers"], r["bought"], r["active"]) for r in found] == want
    assert len(found) == 45


def test_favourite_categories_and_brands(buyers, expected):
    people = expected.customers
    assert {id_: customer.stats.top_categories for id_, customer in buyers.items()} == people["categories"].to_dict()
    assert {id_: customer.stats.top_brands for id_, customer in buyers.items()} == people["brands"].to_dict()


def test_the_kept_reports_of_the_run_equal_those_that_are_counted_at_once(app, monkeypatch):
    now = {name: show_report(app, name) for name in ("stages", "rfm", "abcxyz", "ltv", "retention")}

    monkeypatch.setattr("chalicelib.services.show_report.AT_ONCE", 0)

    assert {name: show_report(app, name) for name in now} == now
