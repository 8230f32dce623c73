import re
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from statistics import median
from zoneinfo import ZoneInfo

import pytest

from chalicelib.local.sample.names import HOMES, ascii_letters
from chalicelib.local.sample_shop import write_sample_shop
from tests.local.sample.reading import TODAY, Read, age, read

MIDNIGHT = datetime.combine(TODAY, time(0), UTC)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Read:
    """The shop of 600."""
    return read(write_sample_shop(tmp_path_factory.mktemp("sample"), today=TODAY))


def test_ids_are_opaque_and_unique(sample: Read) -> None:
    ids = [customer["id"] for customer in sample.customers]

    assert len(set(ids)) == 600
    assert [found for found in ids if not re.fullmatch(r"c-[2-9a-hj-kmnp-z]{6}", found)] == []


def test_addresses_are_unique_plain_ascii_at_reserved_domains(sample: Read) -> None:
    emails = [customer["email"] for customer in sample.customers]

    assert len(set(emails)) == 600
    assert {email.partition("@")[2] for email in emails} == {"example.com", "example.net", "example.org"}
    assert [email for email in emails if not re.fullmatch(r"[a-z]+(\.[a-z]+)?[0-9]*@[a-z.]+", email)] == []


def test_every_name_can_be_spelled_in_ascii_letters_and_some_names_are_not_ascii() -> None:
    names = [name for home in HOMES for name in (*home.first_names, *home.last_names)]

    assert [name for name in names if not re.fullmatch(r"[a-z]{2,}", ascii_letters(name))] == []
    assert sum(not name.isascii() for name in names) > 60
    assert [ascii_letters(name) for name in ("Zoë", "Weißhaupt", "Yıldız", "Ó Briain", "陽子", "Adébáyọ̀")] == [
        *("zoe", "weisshaupt", "yildiz", "obriain", "yoko", "adebayo"),
    ]


def test_customers_live_in_twelve_time_zones_most_of_them_in_london(sample: Read) -> None:
    zones = Counter(customer["time_zone"] for customer in sample.customers)

    assert len(zones) == 12
    assert min(zones.values()) >= 6
    assert zones.most_common(1)[0][0] == "Europe/London"
    assert all(ZoneInfo(zone) for zone in zones)
    assert sum(home.share for home in HOMES) == 100


def test_the_locales_are_english_and_german(sample: Read) -> None:
    locales = Counter(customer["locale"] for customer in sample.customers)

    assert set(locales) == {"en-GB", "en-US", "de-DE"}
    assert locales["de-DE"] >= 50
    assert {customer["country"] for customer in sample.customers if customer["locale"] == "de-DE"} == {"DE"}


def test_consent_is_granted_by_most_and_complete_with_its_proof(sample: Read) -> None:
    answers = Counter(customer["consent.status"] for customer in sample.customers)
    assert answers["granted"] / 600 == pytest.approx(0.84, abs=0.04)
    assert answers["pending"] / 600 == pytest.approx(0.06, abs=0.03)
    assert answers["withdrawn"] / 600 == pytest.approx(0.06, abs=0.03)
    assert answers[""] / 600 == pytest.approx(0.04, abs=0.03)

    for customer in sample.customers:
        cells = [value for name, value in customer.items() if name.startswith("consent.")]
        assert all(cells) == bool(customer["consent.status"])
        assert any(cells) == bool(customer["consent.status"])


def test_consent_was_given_after_joining_and_before_today(sample: Read) -> None:
    for customer in sample.customers:
        if customer["consent.status"]:
            at = datetime.fromisoformat(customer["consent.at"])
            assert customer["joined_on"] <= at.date().isoformat()
            assert at < MIDNIGHT


def test_tracking_and_basis_are_mixed_and_who_is_pending_was_asked_twice(sample: Read) -> None:
    asked = [customer for customer in sample.customers if customer["consent.status"]]
    tracking = Counter(customer["consent.tracking"] for customer in asked)

    assert set(tracking) == {"none", "aggregate", "full"}
    assert min(tracking.values()) > 40
    assert {customer["consent.basis"] for customer in asked} == {"opt_in", "double"}
    assert {c["consent.basis"] for c in asked if c["consent.status"] == "pending"} == {"double"}
    assert {c["consent.text"].partition(",")[0] for c in asked if c["locale"] == "de-DE"} == {"Ja"}


def test_nine_in_ten_tell_a_birthday_of_a_grown_up(sample: Read) -> None:
    birthdays = [date.fromisoformat(customer["birthday"]) for customer in sample.customers if customer["birthday"]]
    ages = [age(birthday, TODAY) for birthday in birthdays]

    assert len(birthdays) / 600 == pytest.approx(0.9, abs=0.04)
    assert min(ages) >= 18
    assert max(ages) <= 95
    assert 38 <= median(ages) <= 48
    assert max(Counter((found.month, found.day) for found in birthdays).values()) <= 15


def test_joining_days_lie_in_the_last_four_years_and_near_the_first_order_of_newer_customers(sample: Read) -> None:
    times = sample.order_times()
    for customer in sample.customers:
        joined_on = date.fromisoformat(customer["joined_on"])
        assert TODAY - timedelta(days=1462) < joined_on < TODAY
        if customer["id"] in times and joined_on > TODAY - timedelta(days=728):
            lag = (times[customer["id"]][0].date() - joined_on).days
            assert -35 <= lag <= 35
