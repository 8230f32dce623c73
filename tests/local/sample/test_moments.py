from datetime import date, timedelta
from pathlib import Path

import pytest

from chalicelib.local.sample_shop import write_sample_shop
from tests.local.sample.reading import TODAY, age, read

EDGE_DAYS = [date(2028, 2, 29), date(2027, 2, 28), date(2026, 2, 28), date(2027, 1, 1), date(2026, 12, 31)]


def has_day(customers: list[dict[str, str]], column: str, day: date) -> list[dict[str, str]]:
    return [customer for customer in customers if customer[column][4:] == day.isoformat()[4:]]


@pytest.mark.parametrize("today", [TODAY, *EDGE_DAYS])
def test_each_day_has_birthdays_and_joining_days_in_several_zones_with_and_without_consent(
    tmp_path: Path, today: date
) -> None:
    found = read(write_sample_shop(tmp_path, today=today))

    for column in ("birthday", "joined_on"):
        today_is = has_day(found.customers, column, today)
        assert len(today_is) >= 6
        assert len({customer["time_zone"] for customer in today_is}) >= 4
        assert sum(customer["consent.status"] == "granted" for customer in today_is) >= 4
        assert sum(customer["consent.status"] != "granted" for customer in today_is) >= 1
    for customer in has_day(found.customers, "joined_on", today):
        assert 1 <= today.year - int(customer["joined_on"][:4]) <= 4


@pytest.mark.parametrize("today", [TODAY, *EDGE_DAYS])
def test_someone_was_born_on_29_february_and_the_next_days_have_birthdays_too(tmp_path: Path, today: date) -> None:
    """B2: what a leap day means in a common year needs people born on one."""
    found = read(write_sample_shop(tmp_path, today=today))

    assert len(has_day(found.customers, "birthday", date(2000, 2, 29))) >= 2
    for days in range(1, 6):
        assert has_day(found.customers, "birthday", today + timedelta(days=days))
    ages = [
        age(date.fromisoformat(customer["birthday"]), today) for customer in found.customers if customer["birthday"]
    ]
    assert min(ages) >= 18
    assert max(ages) <= 97
