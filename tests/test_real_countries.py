"""A campaign to the real data's customers: at 09:00 wherever each of them lives, on days of clock change, too."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.real_data import FILE, read_rows
from tests.services.sending import open_shop

pytestmark = [
    pytest.mark.skipif(not FILE.exists(), reason=f"{FILE} is not there; HABITUE_REAL_DATA names its folder"),
    pytest.mark.xdist_group("real data"),
]
# The zone of each country's largest city. Two labels of the data are no country, so they have none.
ZONES = {
    "Australia": "Australia/Sydney",
    "Austria": "Europe/Vienna",
    "Bahrain": "Asia/Bahrain",
    "Belgium": "Europe/Brussels",
    "Brazil": "America/Sao_Paulo",
    "Canada": "America/Toronto",
    "Channel Islands": "Europe/Jersey",
    "Cyprus": "Asia/Nicosia",
    "Czech Republic": "Europe/Prague",
    "Denmark": "Europe/Copenhagen",
    "EIRE": "Europe/Dublin",
    "European Community": None,
    "Finland": "Europe/Helsinki",
    "France": "Europe/Paris",
    "Germany": "Europe/Berlin",
    "Greece": "Europe/Athens",
    "Hong Kong": "Asia/Hong_Kong",
    "Iceland": "Atlantic/Reykjavik",
    "Israel": "Asia/Jerusalem",
    "Italy": "Europe/Rome",
    "Japan": "Asia/Tokyo",
    "Lebanon": "Asia/Beirut",
    "Lithuania": "Europe/Vilnius",
    "Malta": "Europe/Malta",
    "Netherlands": "Europe/Amsterdam",
    "Norway": "Europe/Oslo",
    "Poland": "Europe/Warsaw",
    "Portugal": "Europe/Lisbon",
    "RSA": "Africa/Johannesburg",
    "Saudi Arabia": "Asia/Riyadh",
    "Singapore": "Asia/Singapore",
    "Spain": "Europe/Madrid",
    "Sweden": "Europe/Stockholm",
    "Switzerland": "Europe/Zurich",
    "USA": "America/New_York",
    "United Arab Emirates": "Asia/Dubai",
    "United Kingdom": "Europe/London",
    "Unspecified": None,
}
NINE, MINUTE = time(9), timedelta(minutes=1)


def countries():
    """The first country of each customer."""
    found: dict[str, str] = {}
    for row in read_rows():
        if row["CustomerID"]:
            found.setdefault(row["CustomerID"], row["Country"])
    return found


# An ordinary day; the change of Europe, in spring and autumn; that of the United States; that of Sydney.
@pytest.mark.parametrize(
    "day",
    [
        date(2026, 3, 29),
        pytest.param(date(2026, 6, 10), marks=pytest.mark.slow),
        pytest.param(date(2026, 10, 25), marks=pytest.mark.slow),
        pytest.param(date(2026, 3, 8), marks=pytest.mark.slow),
        pytest.param(date(2026, 10, 4), marks=pytest.mark.slow),
    ],
)
def test_each_batch_leaves_at_nine_where_its_people_live(day):
    """B1, B6, B8: the plan, the batches, the senders and a simulated clock; nobody is left out."""
    homes = countries()
    shop = open_shop(datetime.combine(day, time(), UTC) - timedelta(days=1))
    for customer, country in homes.items():
        shop.person(customer, country=country, time_zone=ZONES[country])
    shop.launch(send_at=f"{day}T00:00:00", local_time="09:00")
    zones = {customer: ZoneInfo(ZONES[country] or "Europe/London") for customer, country in homes.items()}

    shop.run(step=5 * MINUTE, most=12 * 60)

    assert set(homes.values()) <= set(ZONES)
    assert Counter(shop.mailer.recipients) == Counter(f"{customer}@example.com".lower() for customer in homes)
    for batch in shop.batches.items.values():
        due = {batch.due_at.astimezone(zones[person]) for person in batch.people}
        assert {(one.date(), one.time()) for one in due} == {(day, NINE)}
    for (_, _, person), row in shop.rows.items.items():
        at = row.at.astimezone(zones[person])
        assert row.status == "sent"
        # Three thousand mails at 200 a second take a quarter of a minute, and the tick comes every five.
        assert timedelta(0) <= at - datetime.combine(day, NINE, zones[person]) <= 6 * MINUTE
