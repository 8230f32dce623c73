from collections import Counter, defaultdict
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import fmean, median, pstdev
from zoneinfo import ZoneInfo

import pytest

from chalicelib.local.sample.catalogue import CATEGORIES
from chalicelib.local.sample_shop import write_sample_shop
from tests.local.sample.reading import TODAY, Read, read

EDGE_DAYS = [date(2028, 2, 29), date(2027, 2, 28), date(2026, 2, 28), date(2027, 1, 1), date(2026, 12, 31)]
MIDNIGHT = datetime.combine(TODAY, time(0), UTC)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Read:
    """The shop of 600."""
    return read(write_sample_shop(tmp_path_factory.mktemp("sample"), today=TODAY))


@pytest.mark.parametrize("today", EDGE_DAYS)
def test_on_the_edges_of_the_calendar_the_orders_still_end_before_today(tmp_path: Path, today: date) -> None:
    found = read(write_sample_shop(tmp_path, today=today, customers=300))
    times = [time for customer in found.order_times().values() for time in customer]

    assert max(times) < datetime.combine(today, time(0), UTC)
    assert min(times).date() >= today - timedelta(days=731)
    assert 2500 <= found.shop.orders <= 4500


def test_orders_refer_to_customers_and_products_that_exist_and_were_on_sale(sample: Read) -> None:
    launched = {p["sku"]: datetime.fromisoformat(p["launched_at"]) for p in sample.products}
    customers = {customer["id"] for customer in sample.customers}

    assert {line["customer_id"] for line in sample.lines} < customers
    assert {line["sku"] for line in sample.lines} <= set(launched)
    assert all(datetime.fromisoformat(line["placed_at"]) >= launched[line["sku"]] for line in sample.lines)
    assert {line["currency"] for line in sample.lines} == {"GBP"}
    assert all(int(line["quantity"]) >= 1 for line in sample.lines)


def test_order_numbers_follow_the_time_and_an_order_has_one_customer_and_one_time(sample: Read) -> None:
    heads = {line["order_id"]: (line["customer_id"], line["placed_at"]) for line in sample.lines}
    assert all(heads[line["order_id"]] == (line["customer_id"], line["placed_at"]) for line in sample.lines)

    numbers = list(heads)
    assert numbers == [f"K-{100_001 + number}" for number in range(sample.shop.orders)]
    times = [placed_at for _, placed_at in heads.values()]
    assert times == sorted(times)
    assert times[-1][:10] == "2026-03-01"
    assert times[0] < "2024-04"


def test_an_order_names_each_product_once_at_its_price_of_that_day(sample: Read) -> None:
    assert len({(line["order_id"], line["sku"]) for line in sample.lines}) == len(sample.lines)

    today = {product["sku"]: Decimal(product["price"]) for product in sample.products}
    rise = (TODAY - timedelta(days=400)).isoformat()
    for line in sample.lines:
        share = Decimal(line["unit_price"]) / today[line["sku"]]
        assert share == 1 if line["placed_at"][:10] > rise else Decimal("0.94") < share < Decimal("0.96")


def test_some_never_buy_many_once_and_a_good_part_often(sample: Read) -> None:
    counts = Counter(len(times) for times in sample.order_times().values())
    buyers = sum(counts.values())

    assert 4 <= 600 - buyers <= 40
    assert 0.33 <= counts[1] / buyers <= 0.48
    assert sum(n for count, n in counts.items() if count >= 5) >= 220


def gaps(times: list[datetime]) -> list[float]:
    return [(after - before).total_seconds() / 86400 for before, after in zip(times, times[1:], strict=False)]


def test_regulars_keep_a_rhythm_of_two_to_six_weeks(sample: Read) -> None:
    often = [gaps(times) for times in sample.order_times().values() if len(times) >= 8]
    variation = [pstdev(found) / fmean(found) for found in often]

    assert len(often) >= 150
    assert median(variation) < 0.25
    assert sum(found < 0.35 for found in variation) / len(variation) > 0.9
    rhythms = [fmean(found) for found in often]
    assert sum(13 <= found <= 46 for found in rhythms) / len(rhythms) > 0.9
    assert max(rhythms) / min(rhythms) > 2.5


def test_some_regulars_have_fallen_silent_and_most_have_not(sample: Read) -> None:
    often = [times for times in sample.order_times().values() if len(times) >= 5]
    silent = [times for times in often if (MIDNIGHT - times[-1]).days > 2.5 * fmean(gaps(times))]

    assert 0.08 <= len(silent) / len(often) <= 0.3


def test_several_hundred_are_fans_of_a_category_with_a_new_product(sample: Read) -> None:
    fans: dict[str, set[str]] = defaultdict(set)
    for customer, spent in sample.spent().items():
        for category, _ in spent.most_common(3):
            fans[category].add(customer)

    assert len(fans["Coffee beans"] | fans["Black tea"] | fans["Green tea"]) >= 400
    assert min(len(fans[category]) for category in CATEGORIES) >= 80


def test_frequent_buyers_spend_most_of_their_money_on_their_tastes(sample: Read) -> None:
    times = sample.order_times()
    shares = [
        sum(pence for _, pence in spent.most_common(2)) / spent.total()
        for customer, spent in sample.spent().items()
        if len(times[customer]) >= 8
    ]

    assert median(shares) > 0.7


def test_the_shop_grows_sells_most_before_christmas_and_more_tea_in_the_dark_months(sample: Read) -> None:
    category = {product["sku"]: product["category"] for product in sample.products}
    revenue: Counter[str] = Counter()
    teas: Counter[str] = Counter()
    for line in sample.lines:
        month, pence = line["placed_at"][:7], int(Decimal(line["unit_price"]) * 100) * int(line["quantity"])
        revenue[month] += pence
        teas[month] += pence if category[line["sku"]] in ("Black tea", "Herbal tea") else 0

    assert revenue["2025-12"] == max(revenue.values())
    assert revenue["2024-12"] > 1.3 * revenue["2024-10"]
    assert revenue["2025-06"] > 1.2 * revenue["2024-06"]
    dark, light = (
        sum(teas[month] for month in months) / sum(revenue[month] for month in months)
        for months in (("2025-10", "2026-01", "2026-02"), ("2025-06", "2025-07", "2025-08"))
    )
    assert dark > 1.15 * light


def test_people_order_by_day_in_their_own_zone_and_more_at_the_weekend(sample: Read) -> None:
    zone = {customer["id"]: ZoneInfo(customer["time_zone"]) for customer in sample.customers}
    heads = {line["order_id"]: (line["customer_id"], line["placed_at"]) for line in sample.lines}
    local = [datetime.fromisoformat(at).astimezone(zone[customer]) for customer, at in heads.values()]

    assert [at for at in local if at.hour < 4] == []  # an hour of daylight saving may move a few
    weekdays = Counter(at.weekday() for at in local)
    assert weekdays[5] > 1.1 * weekdays[1]
    hours = Counter(at.hour for at in local)
    assert hours[20] > 3 * hours[6]
