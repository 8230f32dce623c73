"""Reading and writing offers, and when their vouchers end."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.benefits import Benefit
from chalicelib.domain.offers import (
    CodeRule,
    Conditions,
    Limits,
    Offer,
    Validity,
    end_of_day,
    offer_from_fields,
    offer_to_fields,
)
from chalicelib.errors import InvalidInput, MalformedRequest

LONDON = ZoneInfo("Europe/London")
FULL = {
    "benefit": {"kind": "percent", "percent": 15, "ceiling": 2_000},
    "conditions": {"min_basket": 5_000, "categories": ["tea", "coffee"], "segments": ["regulars"]},
    "limits": {"total": 20, "per_customer": 1, "budget": 100_000},
    "validity": {"starts_at": "2026-06-01T09:00:00+01:00", "ends_at": "2026-06-30T18:00:00Z"},
    "code": {"kind": "shared", "value": "SUMMER 15"},
    "stacking": {"exclusive": True},
}


def read(fields, name="summer", currency="GBP", zone=LONDON):
    return offer_from_fields(name, fields, currency, zone)


def faults(fields, name="summer"):
    with pytest.raises((InvalidInput, MalformedRequest)) as caught:
        read(fields, name)
    return caught.value.http_status, [(detail.where, detail.message) for detail in caught.value.details]


def test_an_offer_is_read_with_everything_that_it_says():
    assert read(FULL) == Offer(
        name="summer",
        benefit=Benefit(kind="percent", percent=15, ceiling=2_000),
        currency="GBP",
        conditions=Conditions(min_basket=5_000, categories=("tea", "coffee"), segments=("regulars",)),
        limits=Limits(total=20, per_customer=1, budget=100_000),
        validity=Validity(starts_at=datetime(2026, 6, 1, 8, tzinfo=UTC), ends_at=datetime(2026, 6, 30, 18, tzinfo=UTC)),
        code=CodeRule(kind="shared", value="SUMMER 15"),
        exclusive=True,
    )


def test_a_benefit_is_all_that_an_offer_needs():
    assert read({"benefit": {"kind": "free_delivery"}}) == Offer(
        name="summer", benefit=Benefit(kind="free_delivery"), currency="GBP"
    )


@pytest.mark.parametrize(
    "fields",
    [
        FULL,
        {"benefit": {"kind": "amount", "amount": 500}, "validity": {"days_from_issue": 14}},
        {"benefit": {"kind": "gift", "sku": "mug", "name": "a mug"}, "stopped": True, "currency": "EUR"},
        {"benefit": {"kind": "free_delivery"}, "code": {"kind": "none"}, "conditions": {}},
    ],
)
def test_what_is_stored_reads_back_whatever_the_shop_says_by_then(fields):
    offer = read(fields)

    assert read(offer_to_fields(offer), currency="JPY", zone=ZoneInfo("Pacific/Apia")) == offer


@pytest.mark.parametrize("kind", ["fixed_price", "service", "partner", "points", "buy_x_get_y", "tiered"])
def test_a_kind_that_comes_later_is_refused_and_says_so(kind):
    assert faults({"benefit": {"kind": kind}}) == (
        422,
        [
            (
                "benefit.kind",
                f"'{kind}' is not available in this version; use one of percent, amount, free_delivery, gift",
            )
        ],
    )


def test_an_unknown_kind_is_refused_with_the_known_ones():
    status, [(where, message)] = faults({"benefit": {"kind": "discount"}})

    assert (status, where) == (422, "benefit.kind")
    assert message == "must be one of percent, amount, free_delivery, gift, got 'discount'"


def test_every_wrong_field_is_named_at_once():
    status, details = faults(
        {
            "benefit": {"kind": "percent", "percent": 101, "amount": 5},
            "conditions": {"hours": ["22:00", "06:00"], "basket": 1},
            "limits": {"total": 0},
            "validity": {"starts_at": "2026-06-02", "ends_at": "2026-06-01", "days_from_issue": 4_000},
            "code": {"kind": "many"},
            "price": 3,
        },
        name="Sommer Aktion",
    )

    assert status == 422
    assert [where for where, _ in details] == [
        "name",
        "benefit.percent",
        "benefit.amount",
        "conditions.hours",
        "conditions.basket",
        "limits.total",
        "validity.days_from_issue",
        "validity.ends_at",
        "code.kind",
        "price",
    ]


@pytest.mark.parametrize("amount", [-1, 0, float("nan"), float("-inf"), 10**38, 12.5, "1250", True, [1]])
@pytest.mark.parametrize(
    ("group", "field"),
    [("benefit", "amount"), ("benefit", "ceiling"), ("conditions", "min_basket"), ("limits", "budget")],
)
def test_an_amount_that_is_none_is_malformed(group, field, amount):
    """E4: negative, zero, NaN, 39 digits."""
    kind = {"kind": "percent", "percent": 5} if field == "ceiling" else {"kind": "amount", "amount": 5}
    fields = {"benefit": kind}
    fields[group] = fields.get(group, {}) | {field: amount}

    assert faults(fields) == (
        400,
        [(f"{group}.{field}", "must be a whole number of minor units from 1 to 1000000000000")],
    )


@pytest.mark.parametrize(
    ("fields", "where", "status"),
    [
        ({}, "benefit.kind", 422),
        ({"benefit": "15%"}, "benefit", 400),
        ({"benefit": {"kind": "percent"}}, "benefit.percent", 422),
        ({"benefit": {"kind": "percent", "percent": 0}}, "benefit.percent", 422),
        ({"benefit": {"kind": "percent", "percent": 14.5}}, "benefit.percent", 400),
        ({"benefit": {"kind": "amount"}}, "benefit.amount", 422),
        ({"benefit": {"kind": "gift"}}, "benefit.sku", 422),
        ({"benefit": {"kind": 7}}, "benefit.kind", 400),
        ({"conditions": {"categories": "tea"}}, "conditions.categories", 400),
        ({"conditions": {"categories": [""]}}, "conditions.categories", 400),
        ({"conditions": {"segments": [str(n) for n in range(101)]}}, "conditions.segments", 422),
        ({"limits": {"per_customer": "1"}}, "limits.per_customer", 400),
        ({"validity": {"ends_at": "2026-06-30T18:00:00"}}, "validity.ends_at", 422),
        ({"validity": {"ends_at": "30.6.2026"}}, "validity.ends_at", 422),
        ({"validity": {"ends_at": "2026-W01-1"}}, "validity.ends_at", 422),
        ({"validity": {"ends_at": "2026-02-30"}}, "validity.ends_at", 422),
        ({"validity": {"ends_at": "1970-01-01"}}, "validity.ends_at", 422),
        ({"validity": {"ends_at": 1_800_000_000}}, "validity.ends_at", 400),
        ({"validity": {"days_from_issue": -1}}, "validity.days_from_issue", 422),
        ({"validity": {"days_from_issue": 5, "ends_at": "2026-06-30"}}, "validity.days_from_issue", 422),
        ({"code": {"kind": "shared"}}, "code.value", 422),
        ({"code": {"kind": "shared", "value": "A-1"}}, "code.value", 422),
        ({"code": {"kind": "shared", "value": "ÄPFEL"}}, "code.value", 422),
        ({"code": {"kind": "unique", "value": "SUMMER"}}, "code.value", 422),
        ({"stacking": {"exclusive": "yes"}}, "stacking.exclusive", 400),
        ({"stopped": 1}, "stopped", 400),
        ({"currency": "pounds"}, "currency", 422),
    ],
)
def test_a_wrong_field_is_named(fields, where, status):
    fields = {"benefit": {"kind": "free_delivery"}, **fields} if fields else fields

    found, details = faults(fields)

    assert (found, [place for place, _ in details]) == (status, [where])


def test_the_error_itself_names_the_first_faults():
    with pytest.raises(InvalidInput) as caught:
        read({"benefit": {"kind": "percent", "percent": 101}, "a": 1, "b": 2, "c": 3})

    assert caught.value.message.startswith(
        "Offer 'summer' was not saved: benefit.percent must be a whole number from 1 to 100; a is not a field here;"
    )
    assert caught.value.message.endswith("; and 1 more, see details.")


@pytest.mark.parametrize(
    ("zone", "last"),
    [
        ("Asia/Kolkata", datetime(2026, 12, 31, 18, 30, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2026, 12, 31, 23, 0, tzinfo=UTC)),
        ("Pacific/Apia", datetime(2026, 12, 31, 11, 0, tzinfo=UTC)),
    ],
)
def test_until_a_day_means_to_the_end_of_that_local_day(zone, last):
    """E5: "until 31 December"."""
    offer = read({"benefit": {"kind": "free_delivery"}, "validity": {"ends_at": "2026-12-31"}}, zone=ZoneInfo(zone))

    assert offer.validity.ends_at == last - timedelta(microseconds=1)
    assert str(offer.validity.ends_at.astimezone(ZoneInfo(zone)).date()) == "2026-12-31"


def test_from_a_day_means_from_its_first_instant():
    offer = read({"benefit": {"kind": "free_delivery"}, "validity": {"starts_at": "2026-07-01"}})

    assert offer.validity.starts_at == datetime(2026, 6, 30, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("issued_at", "days", "last"),
    [
        (datetime(2026, 3, 1, 9, tzinfo=UTC), 14, datetime(2026, 3, 16, tzinfo=UTC)),
        (datetime(2026, 3, 20, 9, tzinfo=UTC), 14, datetime(2026, 4, 3, 23, tzinfo=UTC)),  # over the change of clocks
        (datetime(2026, 6, 1, 23, 30, tzinfo=UTC), 0, datetime(2026, 6, 2, 23, tzinfo=UTC)),  # already the 2nd
    ],
)
def test_days_from_issue_count_to_the_end_of_the_last_local_day(issued_at, days, last):
    offer = read({"benefit": {"kind": "free_delivery"}, "validity": {"days_from_issue": days}})

    assert offer.expires_at(issued_at, LONDON) == last - timedelta(microseconds=1)


def test_an_offer_without_an_end_gives_vouchers_without_an_end():
    assert read({"benefit": {"kind": "free_delivery"}}).expires_at(datetime(2026, 3, 1, tzinfo=UTC), LONDON) is None


def test_a_day_on_which_the_clock_is_put_back_at_midnight_ends_at_the_second_midnight():
    """Havana, 1 November 2026: 01:00 becomes 00:00, so the day before ends once, and this one starts twice."""
    havana = ZoneInfo("America/Havana")
    day = datetime(2026, 10, 31).date()  # noqa: DTZ001 - only its date

    assert end_of_day(day, havana) == datetime(2026, 11, 1, 4, tzinfo=UTC) - timedelta(microseconds=1)


anything = st.none() | st.integers() | st.text() | st.lists(st.integers())
groups = st.sampled_from(["benefit", "limits", "validity", "code", "x"])


@given(st.dictionaries(groups, anything | st.dictionaries(st.text(), anything)))
def test_whatever_comes_is_refused_by_name(fields):
    """None of these has a benefit of a known kind, so each is refused, and none breaks the reader."""
    status, details = faults(fields)

    assert status in (400, 422)
    assert details
