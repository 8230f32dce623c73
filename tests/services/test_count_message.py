"""A report equals a recount, whoever counts: what mails brought, their groups, and the arms of a test."""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.clicks import KEPT
from chalicelib.domain.scans import scan_from_body, scan_to_body
from chalicelib.domain.tracked_links import TrackedLink
from chalicelib.errors import NotMeasured
from chalicelib.services import count_message as counting
from chalicelib.services.campaign_report import campaign_report
from chalicelib.services.count_message import count_message
from chalicelib.services.count_part import EVERY, counted
from chalicelib.services.erase_customer import erase_customer
from chalicelib.services.follow_click import follow_click
from chalicelib.services.launch_campaign import launch_campaign
from chalicelib.services.place_order import place_order
from chalicelib.services.put_campaign import put_campaign
from chalicelib.services.put_product import put_product
from chalicelib.services.redeem_voucher import redeem_voucher
from chalicelib.services.refresh_statistics import refresh_statistics
from chalicelib.workers import scans
from tests.faults.ports import each_death
from tests.services.sending import DAY, SendingShop, open_shop

MINUTE = timedelta(minutes=1)


def selling_shop(count: int = 4, **campaign) -> SendingShop:
    """So many people have the mail "spring", with a voucher of ten percent each."""
    shop = open_shop()
    put_product(shop.app, "tea", {"name": "Tea", "category": "tea", "price": 1_000, "cost": 300})
    shop.template(links=("https://shop.example.com/?a=1&b=2",))
    shop.people(count, tracking="full", country="GB")
    shop.offer()
    shop.launch(offer="ten-off", **campaign)
    shop.run(most=3)
    return shop


def click(shop, person, url="https://shop.example.com/?a=1&b=2", message="c.spring", number=0):
    [batch] = [one for one in shop.batches.items.values() if one.message_id == message and person in one.people]
    link = TrackedLink(message_id=message, batch_id=batch.id, customer_id=person, number=number, url=url)
    follow_click(shop.app, shop.app.signer.sign("c", link.to_fields()))


def buy(shop, person, name, quantity=1, sku="tea"):
    lines = [{"sku": sku, "quantity": quantity, "unit_price": 1_000}]
    at = shop.clock.now().isoformat()
    place_order(shop.app, {"order_id": name, "customer_id": person, "placed_at": at, "currency": "GBP", "lines": lines})
    refresh_statistics(shop.app, person)


def voucher_of(shop, person):
    [voucher] = [one for one in shop.vouchers.vouchers.values() if one.customer_id == person]
    return voucher


def redeem(shop, person, name):
    voucher = voucher_of(shop, person)
    lines = [{"sku": "tea", "quantity": 1, "unit_price": 1_000}]
    redeem_voucher(shop.app, voucher.code, person, {"order_id": name, "currency": "GBP", "lines": lines})


def money(report, *names):
    return tuple(report[name] and report[name]["amount"] for name in names)


def test_an_order_after_a_click_counts_and_one_without_does_not():
    shop = selling_shop()
    click(shop, "p000")
    shop.clock.advance(DAY)
    buy(shop, "p000", "o1", 2)
    buy(shop, "p001", "o2", 5)

    report = shop.report()

    assert (report["clicked"], report["orders"]) == (1, 1)
    assert money(report, "revenue", "revenue_by_voucher", "discount", "profit") == (2_000, 0, 0, 1_400)
    assert report["share_of_revenue_with_known_cost"] == 1.0


def test_a_machines_click_brings_nothing():
    """C13."""
    shop = selling_shop()
    for page in range(3):
        click(shop, "p000", f"https://shop.example.com/{page}", number=page)
    shop.clock.advance(DAY)
    buy(shop, "p000", "o1")

    assert (shop.report()["orders"], shop.report()["machine_clicks"]) == (0, 3)


def test_the_voucher_says_whose_order_it_is_also_before_the_order_is_told():
    shop = selling_shop()
    redeem(shop, "p000", "o1")
    assert money(shop.report(), "revenue", "revenue_by_voucher", "discount", "profit") == (1_000, 1_000, 100, None)

    shop.clock.advance(MINUTE)
    buy(shop, "p000", "o1")

    assert (shop.report()["redeemed"], shop.report()["orders"]) == (1, 1)
    assert money(shop.report(), "revenue", "revenue_by_voucher", "discount", "profit") == (1_000, 1_000, 100, 600)


def test_the_last_click_before_an_order_takes_it_from_every_other_mail():
    shop = selling_shop()
    shop.template("news")
    put_campaign(shop.app, "news", {"segments": ["everyone"], "template": "news"})
    launch_campaign(shop.app, "news")
    shop.run(most=3)
    click(shop, "p000")
    click(shop, "p001", message="c.news")
    shop.clock.advance(MINUTE)
    click(shop, "p000", message="c.news")
    click(shop, "p001")
    shop.clock.advance(MINUTE)
    buy(shop, "p000", "o1")
    buy(shop, "p001", "o2")

    assert (shop.report()["orders"], campaign_report(shop.app, "news")["orders"]) == (1, 1)

    redeem(shop, "p000", "o1")  # spring's voucher: it is spring's order now
    assert (shop.report()["orders"], campaign_report(shop.app, "news")["orders"]) == (2, 0)


def test_links_are_counted_by_people_most_first():
    shop = selling_shop()
    for person in ("p000", "p001"):
        click(shop, person)
    shop.clock.advance(MINUTE)
    click(shop, "p001", "https://shop.example.com/pots", number=7)

    assert shop.report()["links"] == [
        {"variant": None, "number": 0, "link": "https://shop.example.com/?a=1&b=2", "clicked": 2},
        {"variant": None, "number": 7, "link": None, "clicked": 1},
    ]


def test_groups_say_what_became_of_the_mails_of_a_country_an_hour_a_provider_a_segment():
    shop = selling_shop()
    click(shop, "p000")

    def by(kind):
        return campaign_report(shop.app, "spring", kind)["groups"]

    others = dict.fromkeys(("bounced", "complained", "unsubscribed", "failed", "skipped"), 0)
    row = {"sent": 4, "delivered": 4, "clicked": 1, **others}
    assert by("country") == [{"name": "GB", **row}]
    assert by("hour") == [{"name": "12", **row}]
    assert by("provider") == [{"name": "other", **row}]


def test_an_erasure_takes_no_person_and_no_voucher_out_of_a_report():
    """Sends and orders then lie under two names, so that nobody can join them: what came by a click is not known."""
    shop = selling_shop()
    click(shop, "p000")
    shop.clock.advance(MINUTE)
    buy(shop, "p000", "o1", 2)
    redeem(shop, "p001", "o2")
    buy(shop, "p001", "o2")
    before = shop.report()
    assert money(before, "revenue", "revenue_by_voucher") == (3_000, 1_000)

    for person in ("p000", "p001"):
        erase_customer(shop.app, person, deadline=shop.clock.real() + MINUTE)
    after = shop.report()

    assert money(after, "revenue", "revenue_by_voucher", "profit") == (1_000, 1_000, 600)
    assert {name for name in before if before[name] != after[name]} == {"orders", "revenue", "profit"}


def test_the_holdout_tells_who_would_have_bought_anyway():
    shop = open_shop()
    put_product(shop.app, "tea", {"name": "Tea", "category": "tea", "price": 1_000, "cost": 300})
    shop.people(200)
    shop.launch(holdout_percent=50)
    shop.run(most=9)
    held = sorted(row.customer_id for row in shop.rows.items.values() if row.reason == "holdout")
    mailed = sorted(row.customer_id for row in shop.rows.items.values() if row.status == "sent")
    shop.clock.advance(DAY)
    for place, person in enumerate([*mailed[:60], *held[:10]]):
        buy(shop, person, f"o{place}")
    shop.clock.advance(20 * DAY)
    buy(shop, held[11], "too late to be compared")

    found = shop.report()["holdout"]

    assert (found["mailed"]["buyers"], found["holdout"]["buyers"]) == (60, 10)
    assert (found["mailed"]["people"], found["holdout"]["people"]) == (len(mailed), len(held))
    assert found["buyers"]["verdict"] == "better"
    assert found["would_have_bought_anyway"]["people"] == round(len(mailed) * 10 / len(held))
    assert found["incremental_profit"]["verdict"] == "better"


steps = st.lists(
    st.tuples(
        st.sampled_from(["click", "scan", "buy", "redeem", "wait", "leave"]), st.integers(0, 3), st.integers(0, 5)
    ),
    max_size=14,
)


@settings(max_examples=40, deadline=None)
@given(steps)
def test_a_report_equals_a_naive_recount_of_what_was_done(story):
    """Invariant 9: counted here by hand, from what happened, not from rows."""
    shop, start = selling_shop(), None
    clicks: dict[str, list] = {}
    orders: dict[str, list] = {}
    used: dict[str, str] = {}
    start = shop.clock.now()
    for place, (what, who, amount) in enumerate(story):
        person = f"p{who:03}"
        shop.clock.advance(timedelta(minutes=3))
        now = shop.clock.now()
        if what == "click" and len(clicks.get(person, [])) < KEPT // 4:
            click(shop, person)
            clicks.setdefault(person, []).append(now)
        elif what == "scan":
            for page in range(2):
                click(shop, person, f"https://shop.example.com/{page}", number=page)
        elif what == "buy":
            buy(shop, person, f"o{place}", amount + 1)
            orders.setdefault(person, []).append((f"o{place}", now, (amount + 1) * 1_000))
        elif what == "redeem" and person not in used and now <= voucher_of(shop, person).expires_at:
            redeem(shop, person, f"o{place}")
            buy(shop, person, f"o{place}")
            used[person] = f"o{place}"
            orders.setdefault(person, []).append((f"o{place}", now, 1_000))
        elif what == "wait":
            shop.clock.advance(amount * DAY)
    brought = [
        worth
        for person, bought in orders.items()
        for name, at, worth in bought
        if used.get(person) == name or any(timedelta(0) <= at - one <= 5 * DAY for one in clicks.get(person, []))
    ]

    report = shop.report()

    assert start is not None
    assert (report["clicked"], report["human_clicks"]) == (len(clicks), sum(map(len, clicks.values())))
    assert (report["redeemed"], report["discount"]["amount"]) == (len(used), 100 * len(used))
    assert (report["orders"], report["revenue"]["amount"]) == (len(brought), sum(brought))


def large(monkeypatch, shop):
    """The shop's campaign is larger than can be counted at once."""
    monkeypatch.setattr(counting, "AT_ONCE", 0)
    monkeypatch.setattr("chalicelib.services.count_part.AT_ONCE", 0)
    return shop.messages.items["c.spring"]


def work_off(shop, most=20):
    for _ in range(most):
        bodies = shop.queue.take("scan")
        if not bodies:
            return
        for body in bodies:
            scan = scan_from_body(body)
            rest = scans.JOBS[scan.job](shop.app, scan, shop.clock.real())  # one batch each time
            if rest is not None:
                shop.app.queue.send("scan", [scan_to_body(rest)])
    raise AssertionError("the count does not end")


def spread_shop():
    """Several batches: people in three zones."""
    shop = open_shop()
    for place, zone in enumerate(["Europe/London", "Europe/Berlin", "Europe/Helsinki"]):
        for number in range(3):
            shop.person(f"p{place}{number}", tracking="full", time_zone=zone)
    shop.launch(local_time="15:00")
    shop.run(step=timedelta(minutes=30), most=30)
    for person in ("p00", "p11"):
        click(shop, person)
    return shop


def test_a_large_message_is_counted_by_the_job_to_the_same(monkeypatch):
    shop = spread_shop()
    at_once = count_message(shop.app, shop.messages.items["c.spring"])
    message = large(monkeypatch, shop)
    with pytest.raises(NotMeasured, match="ask again in a minute"):
        counted(shop.app, message)

    work_off(shop)

    assert counted(shop.app, message).count == at_once
    assert shop.queue.take("scan") == []  # not again within ten minutes
    click(shop, "p22")
    shop.clock.advance(EVERY)
    assert counted(shop.app, message).count == at_once
    work_off(shop)
    assert counted(shop.app, message).count.tally.clicked == 3


def test_a_count_that_dies_anywhere_counts_nobody_twice(monkeypatch):
    """A2: N of N."""
    expected = count_message(spread_shop().app, spread_shop().messages.items["c.spring"])

    def told():
        shop = spread_shop()
        with pytest.raises(NotMeasured):
            counted(shop.app, large(monkeypatch, shop))
        [body] = shop.queue.take("scan")
        shop.body = body
        return shop

    shared = told()

    def part(app):
        scan = scan_from_body(shared.body)
        for _ in range(2):
            rest = scans.JOBS["count"](app, scan, app.clock.real())
            scan = rest or scan

    ways = 0
    for death, shop in each_death(told, lambda one: one.app, part):
        shop.app.queue.send("scan", [shop.body])  # the queue brings it again
        work_off(shop)
        assert counted(shop.app, shop.messages.items["c.spring"]).count == expected, death
        ways += 1
    assert ways > 20


def test_the_groups_add_up_to_the_whole():
    shop = selling_shop()
    found = count_message(shop.app, shop.messages.items["c.spring"])

    assert found is not None
    for kind in ("hour", "provider", "country"):
        total: Counter[str] = Counter()
        for counts in found.tally.groups[kind].values():
            total.update(counts)
        assert total["sent"] == found.tally.sent
