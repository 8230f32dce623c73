"""Erasing: nobody mails the person from the first moment, nothing names them in the end, all sums stay right."""

import gzip
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.mail_events import MailEvent
from chalicelib.domain.messages import Audience, Batch, Lease, Message
from chalicelib.errors import InvalidToken, NotFound, UnknownVoucher
from chalicelib.services.campaign_report import campaign_report
from chalicelib.services.create_import import create_import
from chalicelib.services.erase_files import ERASED
from chalicelib.services.follow_click import follow_click
from chalicelib.services.launch_campaign import launch_campaign
from chalicelib.services.place_order import place_order
from chalicelib.services.put_campaign import put_campaign
from chalicelib.services.put_customer import put_customer
from chalicelib.services.record_events import record_events
from chalicelib.services.redeem_voucher import redeem_voucher
from chalicelib.services.refresh_many import refresh_many
from chalicelib.services.run_tick import run_tick
from chalicelib.services.view_mail import view_mail
from tests.services.erasing import ADDRESS, GRANTED, NEEDLES, OLD_ADDRESS, ORDER, WHO, erase, lived_in, traces, waiting
from tests.services.importing import work_off


@pytest.fixture
def shop() -> Any:
    return lived_in()


def test_the_search_is_not_blind(shop):
    found = traces(shop)

    for place in (
        "customers",
        "orders",
        "events",
        "catalog",
        "batches",
        "rows",
        "vouchers",
        "file kept",
        "file events",
    ):
        assert [trace for trace in found if trace.startswith(place)], place
    assert [trace for trace in found if "refused" in trace]
    assert [trace for trace in found if trace.startswith("file consent/")]


def test_after_an_erasure_nothing_names_the_person(shop):
    """F6: id, address in all spellings, name."""
    assert erase(shop) is True

    assert traces(shop) == []
    for address in (ADDRESS, OLD_ADDRESS):
        box = shop.mailboxes.items[shop.app.keyed.mailbox(address)]
        assert (box.suppression.reason, box.suppression.scope) == ("erased", "all")
        assert (box.consent, dict(box.recent), box.soft_bounces) == (None, {}, ())
    assert shop.app.catalog.list("erasure") == []


def test_reports_and_sums_stay_as_they_were(shop):
    """Invariants 2 and 14: what was bought and redeemed lives on under one random id, what was sent under another."""
    before = [campaign_report(shop.app, name) for name in ("spring", "next")]
    use = shop.app.vouchers.usage("ten-off")

    erase(shop)

    assert [campaign_report(shop.app, name) for name in ("spring", "next")] == before
    assert shop.app.vouchers.usage("ten-off") == use
    stand_in = shop.app.orders.get("o-1").customer_id
    assert stand_in.startswith("erased-")
    refresh_many(shop.app, [stand_in, WHO])
    assert shop.customers.items[stand_in].stats.spent == 9_900
    assert shop.customers.items[stand_in].email is None
    assert WHO not in shop.customers.items
    assert shop.app.vouchers.usage("ten-off", stand_in).by_customer == 1


def test_everybody_else_is_left_alone(shop):
    def others() -> Any:
        rows = {key: row for key, row in shop.rows.items.items() if row.customer_id in {"ann", "bob"}}
        boxes = {name: shop.box(name) for name in ("ann", "bob")}
        tokens = [shop.app.signer.sign("v", ["c.spring", batch_id, name]) for _, batch_id, name in rows]
        return rows, boxes, [view_mail(shop.app, token) for token in tokens], shop.live_vouchers() & {"ann", "bob"}

    before = others()

    erase(shop)

    assert others() == before
    unread = shop.files.objects["events/unread"]
    assert b"ann@example.com" in unread


def test_an_import_afterwards_never_brings_the_person_back(shop):
    """C7."""
    erase(shop)
    granted = "granted,2026-11-22T13:00:00Z"
    csv = f"id,email,consent.status,consent.at\n{WHO},{ADDRESS},{granted}\nnew,{OLD_ADDRESS},{granted}\n"

    job = create_import(shop.app, kind="customers", mapping={}, dry_run=False, csv=csv.encode())
    work_off(shop.app, job["id"])

    assert shop.customers.items[WHO].email == ADDRESS
    shop.segment("all", {"field": "id", "op": "in", "value": [WHO, "new"]})
    put_campaign(shop.app, "again", {"segments": ["all"], "template": "spring"})
    launch_campaign(shop.app, "again")
    before = len(shop.mailer.accepted)
    shop.run()
    assert campaign_report(shop.app, "again")["skipped"] == {"suppressed": 2}
    assert len(shop.mailer.accepted) == before


def test_the_same_id_may_come_again_as_someone_new(shop):
    erase(shop)

    put_customer(shop.app, WHO, {"email": "other@example.com", "consent": GRANTED})
    place_order(shop.app, {**ORDER, "order_id": "o-9"})
    refresh_many(shop.app, [WHO])

    assert shop.customers.items[WHO].stats.orders == 1
    assert shop.app.events.of(WHO) == []
    assert erase(shop) is True
    assert traces(shop, (WHO, "other@")) == []


def test_whoever_is_erased_between_plan_and_send_is_not_mailed(shop):
    """A10."""
    before = len(shop.mailer.accepted)
    assert WHO in waiting(shop).people

    erase(shop)
    shop.clock.advance(timedelta(hours=12))
    shop.run()

    assert len(shop.mailer.accepted) == before + 2
    assert campaign_report(shop.app, "next")["skipped"] == {"no_customer": 1}
    assert traces(shop) == []


def test_an_erasure_waits_for_the_sender_at_work_and_the_tick_completes_it(shop):
    """A10: the person is safe from the first moment, and the rest follows."""
    batch = waiting(shop)
    until = shop.clock.real() + timedelta(seconds=75)
    shop.batches.items[batch.message_id, batch.id] = replace(batch, attempts=1, lease=Lease(attempt="a", until=until))

    assert erase(shop) is False

    assert WHO not in shop.customers.items
    assert shop.mailboxes.items[shop.app.keyed.mailbox(ADDRESS)].suppression is not None
    assert [one.name for one in shop.app.catalog.list("erasure")] == [WHO]
    run_tick(shop.app)
    assert shop.app.catalog.list("erasure") != []
    shop.clock.advance(timedelta(seconds=76))
    run_tick(shop.app)
    assert traces(shop) == []


def test_an_erasure_waits_for_the_planner_at_work(shop):
    shop.files.put(
        "plans/c.next/000001.json", f'{{"people": [["{WHO}", "2026-11-22T12:00:00+00:00"]], "next": null}}'.encode()
    )
    message = shop.messages.items["c.next"]
    shop.messages.items["c.next"] = replace(message, state="planning")

    assert erase(shop) is False

    shop.messages.items["c.next"] = replace(message, state="paused")
    assert erase(shop) is True
    assert traces(shop) == []


def test_what_comes_late_does_not_bring_the_person_back(shop):
    """A12: reports of SES, clicks, a till, old links."""
    row = shop.row(WHO)
    erase(shop)
    late = MailEvent(
        kind="opened", at=shop.clock.now(), message_id="c.spring", batch_id=row.batch_id, customer_id=WHO, ses_id="s"
    )

    record_events(shop.app, [late, replace(late, kind="bounced", suppresses=True), replace(late, kind="sent")])
    url = follow_click(shop.app, shop.app.signer.sign("c", ["c.spring", row.batch_id, WHO, "https://a.example.com/"]))

    assert url == "https://a.example.com/"
    basket = {"order_id": "o-7", "currency": "GBP", "lines": ORDER["lines"]}
    with pytest.raises(UnknownVoucher):
        redeem_voucher(shop.app, row.voucher or "", WHO, basket)
    with pytest.raises(InvalidToken):
        view_mail(shop.app, shop.app.signer.sign("v", ["c.spring", row.batch_id, WHO]))
    refresh_many(shop.app, [WHO])
    assert traces(shop) == []


def test_an_address_that_somebody_else_has_stays_theirs(shop):
    put_customer(shop.app, "twin", {"email": ADDRESS})
    box = shop.mailboxes.items[shop.app.keyed.mailbox(ADDRESS)]

    erase(shop)

    assert shop.mailboxes.items[box.hash] == box
    assert traces(shop, (WHO, 'zenobia"', OLD_ADDRESS)) == []


def test_of_two_with_one_address_who_go_at_once_the_last_takes_it_along(shop):
    """C7: each sees the other until their records are gone."""
    put_customer(shop.app, "twin", {"email": ADDRESS})
    shop.once(shop.customers, "delete", lambda: erase(shop, "twin"))

    assert erase(shop) is True

    box = shop.mailboxes.items[shop.app.keyed.mailbox(ADDRESS)]
    assert box.suppression is not None
    assert box.consent is None
    assert traces(shop) == []


def test_an_unknown_customer_is_not_found_and_one_whom_only_orders_know_is(shop):
    with pytest.raises(NotFound):
        erase(shop, "nobody")
    assert shop.app.catalog.list("erasure") == []

    place_order(shop.app, {**ORDER, "order_id": "o-8", "customer_id": "known-by-order"})
    del shop.customers.items["known-by-order"]
    assert erase(shop, "known-by-order") is True
    with pytest.raises(NotFound):
        erase(shop, "known-by-order")


def test_without_time_nothing_but_the_suppression_and_the_record_is_touched(shop):
    from chalicelib.services.erase_customer import erase_customer

    assert erase_customer(shop.app, WHO, deadline=shop.clock.real()) is False

    assert WHO not in shop.customers.items
    assert shop.app.events.of(WHO) != []
    run_tick(shop.app)
    assert traces(shop) == []


def test_a_failed_erasure_holds_up_neither_the_others_nor_the_tick(shop, monkeypatch, caplog):
    real = shop.app.events.delete
    place_order(shop.app, {**ORDER, "order_id": "o-8", "customer_id": "a-first"})

    def broken(customer_id: str) -> None:
        if customer_id == "a-first":
            raise RuntimeError("of a-first")
        real(customer_id)

    monkeypatch.setattr(shop.app.events, "delete", broken)
    with pytest.raises(RuntimeError):
        erase(shop, "a-first")
    batch = waiting(shop)
    lease = Lease(attempt="a", until=shop.clock.real() + timedelta(seconds=75))
    shop.batches.items[batch.message_id, batch.id] = replace(batch, attempts=1, lease=lease)
    erase(shop)
    shop.clock.advance(timedelta(seconds=76))

    run_tick(shop.app)

    assert [one.name for one in shop.app.catalog.list("erasure")] == ["a-first"]
    assert "a-first" not in caplog.text
    assert traces(shop, NEEDLES) == []


def test_a_mark_keeps_its_person_under_the_new_name(shop):
    """A6: killed while the mail was with SES; whether it went, nobody knows, and the report says so."""
    batch = waiting(shop)
    leased: Batch | None = shop.batches.lease(batch, "a", shop.clock.real(), shop.clock.real() + timedelta(seconds=75))
    assert leased is not None
    shop.batches.mark(leased, [(WHO, shop.box(WHO).hash)])
    shop.clock.advance(timedelta(seconds=76))

    assert erase(shop) is True
    shop.clock.advance(timedelta(hours=12))
    shop.run()

    report = campaign_report(shop.app, "next")
    assert (report["planned"], report["sent"], report["unknown"]) == (3, 2, 1)
    assert traces(shop) == []


def test_an_order_that_the_shop_changes_at_this_moment_is_moved_by_the_tick(shop):
    def change() -> None:
        place_order(shop.app, {**ORDER, "order_id": "o-1", "store": "Bristol"})

    shop.once(shop.app.orders, "move", change)

    assert erase(shop) is False
    run_tick(shop.app)

    assert traces(shop) == []
    assert shop.app.orders.get("o-1").store == "Bristol"
    assert shop.app.orders.get("o-1").customer_id.startswith("erased-")


def test_a_batch_that_keeps_changing_is_left_to_the_tick(shop, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(shop.batches, "rename", lambda *_: False)
        assert erase(shop) is False

    run_tick(shop.app)
    assert traces(shop) == []


def test_a_row_that_its_batch_does_not_know_goes(shop):
    """A12: written by an older version for an event that named no batch of ours."""
    shop.rows.merge(replace(shop.row(WHO), batch_id="0000000000000000"))

    assert erase(shop) is True

    assert traces(shop) == []


def test_a_message_that_names_the_person_names_nobody_any_more(shop):
    """A sign-up's mail is to one person, who may be erased before it is planned, or while somebody changes it."""
    message = Message(
        id="s.confirm.x",
        source="service",
        name="confirm",
        once_key="x",
        template="spring",
        versions={},
        audience=Audience(people=(WHO,)),
        created_at=shop.clock.now(),
    )
    shop.app.messages.create(message, shop.clock.now() + timedelta(days=1))
    stored = shop.messages.items[message.id]
    shop.once(shop.messages, "rename", lambda: shop.app.messages.move(stored, due_at=shop.clock.now()))

    assert erase(shop) is False
    shop.queue.take("plan")
    assert erase(shop) is True

    assert traces(shop) == []
    [name] = shop.messages.items[message.id].audience.people
    assert name.startswith("gone-")


def test_what_an_import_that_ended_left_behind_goes_with_the_next_person(shop):
    """A2: whoever ended it died before tidying up, and nobody asked again."""
    [job] = [document.name for document in shop.app.catalog.list("import")]
    for key in (f"uploads/{job}.csv", f"imports/{job}/rows/0/0-9.jsonl.gz", f"imports/{job}/foreseen/0.json"):
        shop.files.put(key, gzip.compress(ADDRESS.encode()))
    shop.files.put("uploads/of-one-that-runs.csv", b"id\nann\n")

    assert erase(shop) is True

    assert traces(shop) == []
    assert shop.files.keys("uploads/") == ["uploads/of-one-that-runs.csv"]
    refused = [json.loads(shop.files.objects[key]) for key in shop.files.keys("imports/")]
    assert refused[0][:2] == [3, "birthday"]
    assert {reason for _, _, reason in refused} == {ERASED}


def test_long_words_of_a_consent_that_name_the_person_go_and_those_of_everybody_stay(shop):
    now = (shop.clock.now() + timedelta(minutes=1)).isoformat()
    put_customer(
        shop.app, "ann", {"consent": {**GRANTED, "source": "web", "at": now, "text": "The words of our lawyers. " * 20}}
    )
    for minutes, words in ((1, f"The holder of {ADDRESS} agreed on the telephone. "), (2, f"Customer {WHO} agreed. ")):
        at = (shop.clock.now() + timedelta(minutes=minutes)).isoformat()
        put_customer(shop.app, WHO, {"consent": {**GRANTED, "at": at, "text": words * 20}})
    texts = shop.files.keys("consent/texts/")

    assert erase(shop) is True

    assert traces(shop) == []
    assert len(texts) > len(shop.files.keys("consent/texts/")) == 1
