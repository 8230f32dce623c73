"""A2: killed before and after each port call of planner, sender, feedback and tick, N of N.

Nobody gets two mails, nobody vanishes, nothing is wedged: after the next attempts each person ends as without the
death, save those under the one mark that the dead sender had written, who are `unknown`.
"""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from chalicelib.domain.bulk_calls import MOST_ENTRIES
from chalicelib.domain.mail_events import MailEvent
from chalicelib.domain.mailboxes import Claim
from chalicelib.domain.products import Product
from chalicelib.errors import MailRefused, MailUnknown
from chalicelib.ports import App, Document
from chalicelib.services.enable_flow import enable_flow
from chalicelib.services.launch_campaign import launch_campaign
from chalicelib.services.plan_message import plan_message
from chalicelib.services.put_shop import put_shop
from chalicelib.services.record_events import record_events
from chalicelib.services.run_tick import run_tick
from chalicelib.services.send_batch import send_batch
from chalicelib.services.single_calls import UNDER_ONE_MARK
from tests.faults.ports import count_calls, each_death
from tests.services.sending import BUDGET, DAY, TEXT, SendingShop, open_shop

BEYOND_THE_LEASE = timedelta(minutes=4)


def app_of(shop: SendingShop) -> App:
    return shop.app


def launched() -> SendingShop:
    """Everything that can become of a person, in one campaign with a voucher for each."""
    shop = open_shop()
    shop.template(text=TEXT + "{{ customer.country ~ '' }}")  # fails for whoever has no country
    shop.offer()
    for number in range(9):
        shop.person(f"p{number}", country="GB")
    shop.person("unrendered")
    shop.person("no-consent", consent=False)
    shop.person("refused", country="GB")
    shop.person("z-lost", country="GB")
    shop.person("twin-1", "twin@example.com", country="GB")
    shop.person("twin-2", "twin@example.com", country="GB")
    shop.person("traveller", country="GB", time_zone="Europe/London")
    shop.campaign(offer="ten-off", local_time="12:00")
    shop.mailer.before = refuse
    shop.mailer.after = lose
    return shop


def refuse(mail):
    if mail.to == "refused@example.com":
        raise MailRefused("MessageRejected", "no", retry=False)


def lose(mail):
    if mail.to == "z-lost@example.com":
        raise MailUnknown("answer lost: read timeout")


def planned() -> SendingShop:
    shop = launched()
    launch_campaign(shop.app, "spring")
    shop.plan()
    shop.change("traveller", time_zone="America/New_York")  # moved on between plan and send
    shop.queue.take("marketing")
    return shop


def planned_for_many_a_call() -> SendingShop:
    shop = planned()
    put_shop(shop.app, {"bulk": True})
    return shop


def once_tried() -> SendingShop:
    """As an earlier attempt left it that died just before its first mark: claimed, issued, kept."""
    shop = planned()
    shop.once(shop.batches, "mark", lambda: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        shop.send()
    shop.clock.advance(BEYOND_THE_LEASE)
    shop.mailboxes.put(replace(shop.box("p1"), consent=None))  # meanwhile one leaves, and one moves
    shop.change("p2", email="new-p2@example.com")
    return shop


def settle(shop: SendingShop) -> None:
    """What the next ticks do, until all is quiet."""
    shop.clock.advance(BEYOND_THE_LEASE)
    shop.run(timedelta(minutes=30))
    assert not shop.due.at


def ending(shop: SendingShop) -> dict[str, str]:
    settle(shop)
    return check(shop)


def check(shop: SendingShop) -> dict[str, str]:
    """What holds at the end of every story; status or reason by person."""
    report = shop.report()
    assert report["pending"] == 0
    assert report["planned"] == len(shop.customers.items)
    assert max(Counter(shop.mailer.recipients).values()) == 1
    statuses = {name: shop.row(name).status for name in shop.customers.items}
    may_have_it = {name for name, status in statuses.items() if status in {"sent", "unknown"}}
    assert shop.live_vouchers() == may_have_it
    for row in shop.rows.items.values():
        if row.status == "sent":
            assert shop.customers.items[row.customer_id].email in shop.mailer.recipients
    claims = {box.hash for box in shop.mailboxes.items.values() if box.recent}
    assert {shop.customers.items[name].mailbox for name in may_have_it} <= claims
    names = {shop.customers.items[name].mailbox for name in statuses}
    assert len(claims & names) == len({shop.customers.items[name].mailbox for name in may_have_it})
    return {name: shop.row(name).reason if status == "skipped" else status for name, status in statuses.items()}


def send(app: App) -> None:
    [batch] = [one for one in app.batches.of("c.spring") if one.due_at <= app.clock.now()]
    for _ in range(2):  # the second one finds the batch done, or what the first one handed back
        send_batch(app, batch.message_id, batch.id, deadline=app.clock.real() + BUDGET)


def plan(app: App) -> None:
    plan_message(app, "c.spring", deadline=app.clock.real() + BUDGET)


EXPECTED = {
    **{f"p{number}": "sent" for number in range(9)},
    "unrendered": "failed",
    "refused": "failed",
    "z-lost": "unknown",
    "no-consent": "no_consent",
    "twin-1": "sent",
    "twin-2": "already_sent",
    "traveller": "sent",
}


@pytest.mark.parametrize(
    ("make", "expected", "under_one_mark", "least"),
    [
        (planned, EXPECTED, UNDER_ONE_MARK, 100),
        (once_tried, {**EXPECTED, "p1": "no_consent"}, UNDER_ONE_MARK, 140),
        (planned_for_many_a_call, EXPECTED, MOST_ENTRIES, 80),
    ],
)
def test_a_sender_may_die_at_any_call(make, expected, under_one_mark, least):
    """`least` is a little below the ways to die that there are: a harness that no longer sees some calls shows."""
    assert ending(make()) == expected
    deaths = 0
    for death, shop in each_death(make, app_of, send):
        found = ending(shop)
        lost = {name for name in expected if found[name] != expected[name]}
        assert {found[name] for name in lost} <= {"unknown"}, death
        assert len(lost) <= under_one_mark, death
        deaths += 1
    print(f"{make.__name__}: {deaths} deaths of a sender at {deaths // 2} calls")  # noqa: T201
    assert deaths >= least


@pytest.mark.parametrize("make", [planned, planned_for_many_a_call])
def test_what_ses_accepted_is_sent_in_the_end_also_after_a_death(make):
    """A3: the event proves it."""
    for death, shop in each_death(make, app_of, send):
        settle(shop)
        for mail in shop.mailer.accepted:
            [name] = [
                one for one in shop.customers.items if shop.customers.items[one].email == mail.to and one != "twin-2"
            ]
            row = shop.row(name)
            record_events(shop.app, [event("sent", row.batch_id, name, shop.clock.now())])
        statuses = {name: shop.row(name).status for name in shop.customers.items}
        accepted = {name for name, status in statuses.items() if status == "sent"}
        assert len(accepted) == len(shop.mailer.accepted), death
        check(shop)


def test_a_planner_may_die_at_any_call(monkeypatch):
    monkeypatch.setattr("chalicelib.services.resolve_audience.PAGE", 5)

    def make():
        shop = launched()
        launch_campaign(shop.app, "spring")
        shop.queue.take("plan")
        return shop

    deaths = 0
    for death, shop in each_death(make, app_of, plan):
        assert ending(shop) == EXPECTED, death
        assert shop.files.keys("plans/") == ["plans/c.spring/planned"], death
        deaths += 1
    print(f"{deaths} deaths of a planner at {deaths // 2} calls")  # noqa: T201
    assert deaths >= 95


def event(kind, batch_id, name, at, **more):
    return MailEvent(
        kind=kind,
        at=at,
        message_id="c.spring",
        batch_id=batch_id,
        customer_id=name,
        ses_id=f"ses-{name}",
        address=f"{name}@example.com",
        **more,
    )


@pytest.mark.parametrize("early", [False, True])
def test_a_recorder_of_events_may_die_at_any_call(early):
    """The queue gives the event again; once more does no harm. `early`: it comes while the mail is with SES."""

    def make():
        shop = planned()
        if early:
            shop.once(shop.rows, "record", lambda: None)
            batch = shop.batch()
            shop.send()
            row = shop.rows.items.pop((batch.message_id, batch.id, "p3"))
            assert row.status == "sent"
        else:
            shop.run(timedelta(minutes=30))
        return shop

    def bounce(app):
        batch = next(iter(app.batches.of("c.spring")))
        batch_id = batch.id if early else shop_row_batch
        record_events(
            app,
            [event("bounced", batch_id, "p3", datetime.fromisoformat("2026-11-22T12:00:09+00:00"), suppresses=True)],
        )

    shop_row_batch = make().row("p3").batch_id if not early else ""
    deaths = 0
    for death, shop in each_death(make, app_of, bounce):
        bounce(shop.app)
        bounce(shop.app)
        row = shop.row("p3")
        assert (row.status, row.delivery) == ("sent", "bounced"), death
        assert shop.box("p3").suppression.reason == "hard_bounce", death
        deaths += 1
    print(f"{deaths} deaths of a recorder at {deaths // 2} calls")  # noqa: T201
    assert deaths >= 30


def ticking() -> SendingShop:
    """A birthday, a new product and a quarter's offer, all due today."""
    shop = open_shop()
    shop.app.catalog.put(Document(kind="library", name="shipped", body={"fingerprint": shop.app.library.fingerprint}))
    shop.segment("fans-of-tea", {"field": "country", "op": "=", "value": "GB"})
    shop.flow(
        "birthday", trigger={"date": "birthday"}, local_time="12:00", offer={"benefit": {"kind": "free_delivery"}}
    )
    shop.flow("news", trigger={"product": "launched"}, local_time="12:00")
    shop.flow("quarter", trigger={"segment": "everyone"}, local_time="12:00")
    for name in ("birthday", "news", "quarter"):
        enable_flow(shop.app, name)
    shop.person("ann", birthday=date(1990, 11, 22))
    shop.person("bo", country="GB")
    shop.app.products.put(Product(sku="assam", name="Assam", category="tea", launched_at=shop.clock.now() - DAY))
    return shop


def test_a_tick_may_die_at_any_call():
    calls = count_calls(ticking().app, run_tick)
    assert len(calls) >= 45
    for death, shop in each_death(ticking, app_of, run_tick):
        for _ in range(40):
            run_tick(shop.app)
            shop.work()
            shop.clock.advance(timedelta(minutes=1))
        mails = Counter((row.message_id.split(".")[1], row.customer_id, row.status) for row in shop.rows.items.values())
        assert mails == {
            ("birthday", "ann", "sent"): 1,
            ("news", "bo", "sent"): 1,
            ("quarter", "ann", "sent"): 1,
            ("quarter", "bo", "sent"): 1,
        }, death
        assert len(shop.mailer.accepted) == 4, death
    print(f"{2 * len(calls)} deaths of a tick at {len(calls)} calls")  # noqa: T201


def test_the_harness_sees_a_claim_that_a_death_left():
    """The check is not blind: a claim of nobody fails it."""
    shop = planned()
    ending(shop)
    box = shop.box("no-consent")
    shop.mailboxes.put(replace(box, recent={"0" * 24: Claim(batch_id="b", at=shop.clock.now())}))

    with pytest.raises(AssertionError):
        check(shop)
