"""The main job on the sample shop: orders in, regulars found, four kinds of mail out, a voucher clicked and redeemed.

It runs under the roles of the functions: what a policy forgets is refused here.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib.client.imports import import_csv
from chalicelib.local.first_shop import LIFECYCLE, sample_evening, switch_on
from chalicelib.local.sample_shop import SampleShop, write_sample_shop
from tests.journeys.storefront import Storefront, basket, links, open_page, sent_by

pytestmark = pytest.mark.stack
CUSTOMERS = 60
CODE = re.compile(r'data-copy="([^"]+)"')
MAILED_CODE = re.compile(r">\s*([0-9A-Z]{5}-[0-9A-Z]{4}-[0-9A-Z]{4})\s*<")
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the sample shop that was lived through."""

    shop: Storefront
    files: SampleShop
    morning: datetime
    imports: dict[str, Any]

    def rows(self, file: Path) -> list[dict[str, str]]:
        with file.open(newline="") as content:
            return list(csv.DictReader(content))


@pytest.fixture(scope="module")
def day(shop: Storefront, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    """From six in the morning to seven in the evening of the stack's next day, all four flows on."""
    stack = shop.stack
    tomorrow = stack.clock.now().date() + timedelta(days=1)
    morning = datetime.combine(tomorrow, time(6), UTC)
    stack.move_clock(morning)
    files = write_sample_shop(tmp_path_factory.mktemp("sample"), today=tomorrow, customers=CUSTOMERS)
    by_kind = {"products": files.products_csv, "customers": files.customers_csv, "orders": files.orders_csv}
    imports = {kind: import_csv(shop.client, kind, file) for kind, file in by_kind.items()}
    shop.settle()
    switch_on(shop.client)
    shop.settle()
    stack.move_clock(sample_evening(morning))
    shop.settle()
    yield Day(shop, files, morning, imports)
    for name in LIFECYCLE:  # the journeys after this one have a shop at rest
        shop.call("POST", f"/flows/{name}/disable", {})


def test_the_sample_goes_in_and_its_customers_are_known(day: Day) -> None:
    stored = {kind: (report["created"], report["refused"]) for kind, report in day.imports.items()}
    assert stored == {"products": (60, 0), "customers": (CUSTOMERS, 0), "orders": (day.files.orders, 0)}

    orders = Counter(order for order, _ in {(r["customer_id"], r["order_id"]) for r in day.rows(day.files.orders_csv)})
    for row in day.rows(day.files.customers_csv):
        found = day.shop.call("GET", f"/customers/{row['id']}")
        assert found["stats"]["orders"] == orders[row["id"]]

    names = {segment["name"] for segment in day.shop.call("GET", "/segments")["segments"]}
    categories = {row["category"] for row in day.rows(day.files.products_csv)}
    assert {"regulars", "lapsing"} <= names
    assert len([name for name in names if name.startswith("fans-of-")]) >= len(categories) == 6


def test_each_of_the_four_kinds_reaches_exactly_those_whose_day_it_is(day: Day) -> None:
    customers = day.rows(day.files.customers_csv)
    consenting = {row["email"] for row in customers if row["consent.status"] == "granted"}
    evening = sample_evening(day.morning)
    for flow, column, first_year in (("birthday", "birthday", 1), ("anniversary", "joined_on", 1)):
        wanted = {row["email"] for row in customers if row[column] and _is_due(day, row, column, first_year, evening)}
        assert sorted(wanted & consenting) == sorted(mail["to"] for mail in day.shop.mails(f"f.{flow}."))
        assert wanted & consenting

    def members(name: str) -> set[str]:
        found = day.shop.call("GET", f"/segments/{name}/members?limit=1000")["members"]
        return {member if isinstance(member, str) else member["id"] for member in found}

    by_id = {row["id"]: row["email"] for row in customers}
    regulars = members("regulars") - members("lapsing")
    reached = {by_id[id_] for id_ in regulars if id_ in by_id} & consenting
    assert {mail["to"] for mail in day.shop.mails("f.exclusive-offer.")} == reached != set()
    assert day.shop.mails("f.new-product.")


def _is_due(day: Day, row: dict[str, str], column: str, least_years: int, evening: datetime) -> bool:
    """Whether 09:00 of the yearly day came between twelve hours before the morning and the evening, where they live."""
    zone, first = ZoneInfo(row["time_zone"] or "Europe/London"), date.fromisoformat(row[column])
    for local_day in (day.morning.date() + timedelta(days=shift) for shift in (-1, 0, 1)):
        due = datetime.combine(local_day, time(9), zone)
        year = first.year + least_years <= local_day.year
        if year and _falls_on(first, local_day) and day.morning - timedelta(hours=12) <= due <= evening:
            return True
    return False


def _falls_on(first: date, day: date) -> bool:
    if (first.month, first.day) == (2, 29):
        return day == date(day.year, 3, 1) - timedelta(days=1)  # B2
    return (first.month, first.day) == (day.month, day.day)


def test_each_mail_carries_a_voucher_of_its_own_and_what_the_law_asks_for(day: Day) -> None:
    """C9, invariant 7."""
    codes = []
    for flow in LIFECYCLE:
        for mail in day.shop.mails(f"f.{flow}."):
            [page, *_] = links(mail, "r")
            [code] = set(MAILED_CODE.findall(mail["html"]))
            codes.append(code)
            assert code in mail["text"]
            assert page.startswith(f"{day.shop.stack.url}/r/")
            assert "12 Wharf Street" in mail["html"]
            assert "12 Wharf Street" in mail["text"]
            assert mail["headers"]["List-Unsubscribe"] == f"<{links(mail, 'u')[0]}>"
            assert mail["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
            assert len(mail["headers"]["List-Unsubscribe"]) < 995
            assert mail["from"] == "Kettle & Crane <hello@kettle-and-crane.example.com>"
    assert len(codes) == len(set(codes)) > 0


def test_a_report_equals_a_count_of_the_mailbox_and_nobody_is_unknown(day: Day) -> None:
    """Invariants 2 and 9."""
    for flow in LIFECYCLE:
        report = day.shop.call("GET", f"/flows/{flow}/report")
        mails = day.shop.mails(f"f.{flow}.")
        assert report["sent"] == report["delivered"] == len(mails)
        assert (report["unknown"], report["failed"], report["bounced"]) == (0, 0, 0)
        assert report["planned"] == report["sent"] + report["pending"] + sum(report["skipped"].values())
        for mail in mails:
            send = sent_by(mail)
            assert send is not None
            assert day.shop.call("GET", f"/customers/{send.customer_id}")["consent"]["status"] == "granted"
    assert day.shop.dead_letters() == {}


def test_a_click_leads_to_the_authors_page_and_is_counted_once(day: Day) -> None:
    mail = day.shop.mails("f.exclusive-offer.")[0]
    pages = {row["url"] for row in day.rows(day.files.products_csv)}
    before = day.shop.call("GET", "/flows/exclusive-offer/report")["clicked"]

    for _ in range(2):
        answer = open_page("GET", links(mail, "c")[0])
        assert (answer.status, answer.headers["Location"] in pages) == (302, True)

    day.shop.settle()
    assert day.shop.call("GET", "/flows/exclusive-offer/report")["clicked"] == before + 1


def test_a_voucher_is_shown_activated_and_redeemed_once(day: Day) -> None:
    """C1, E2."""
    shop, mail = day.shop, day.shop.mails("f.exclusive-offer.")[0]
    page, before = links(mail, "r")[0], day.shop.items("Vouchers")
    shown = [open_page(method, page) for method in ("GET", "HEAD", "GET")]
    assert {answer.status for answer in shown} == {200}
    assert shown[0].data == shown[2].data
    assert shop.items("Vouchers") == before  # looking changes nothing

    activated = open_page("POST", page, b"", FORM)
    assert activated.status == 200
    assert "Show this at the till" in activated.data.decode()
    assert "Show this at the till" not in shown[0].data.decode()

    [code] = set(CODE.findall(activated.data.decode()))
    redeemed = shop.answer("POST", f"/vouchers/{code}/redeem", {"order": basket("till-1")})
    assert redeemed[0] == 200
    assert redeemed[1]["discount"] == {"amount": 1160, "currency": "GBP"}  # 20 % of 4 x 14.50
    again = shop.answer("POST", f"/vouchers/{code}/redeem", {"order": basket("till-1")})
    assert again == redeemed  # the same order: the same answer
    status, refusal = shop.answer("POST", f"/vouchers/{code}/redeem", {"order": basket("till-2")})
    assert (status, refusal["error"]["code"]) == (409, "voucher_refused")

    report = shop.call("GET", "/flows/exclusive-offer/report")
    assert (report["redeemed"], report["discount"]) == (1, {"amount": 1160, "currency": "GBP"})


def test_living_the_same_evening_again_sends_nothing_again(day: Day) -> None:
    """A1: the tick of every minute finds the same days and products."""
    before = len(day.shop.mails("f."))

    for _ in range(3):
        day.shop.stack.tick()
    day.shop.settle()

    assert len(day.shop.mails("f.")) == before
