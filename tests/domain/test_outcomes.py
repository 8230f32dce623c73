"""What became of everyone always adds up, and no machine is counted as a person."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.clicks import Click
from chalicelib.domain.messages import Batch, Row
from chalicelib.domain.outcomes import Tally, link_key, tally_from_fields

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def row(status="sent", person="ann", minutes=0, **more):
    at = NOW + minutes * MINUTE
    return Row(message_id="c.spring", batch_id="b1", customer_id=person, status=status, at=at, **more)


def batch(*people, name="b1"):
    return Batch(message_id="c.spring", id=name, people=people, due_at=NOW)


def test_a_message_is_counted_from_its_rows():
    total = Tally()
    rows = [
        row(person="a", delivery="bounced"),
        row(person="b", delivery="complained", opened_at=NOW, clicked_at=NOW, unsubscribed_at=NOW),
        row("failed", "c"),
        row("unknown", "d"),
        row("skipped", "e", reason="unsubscribed"),
        row("skipped", "f", reason="unsubscribed"),
        row("deferred", "g", deferred_to="b2"),
    ]

    total.add(batch(*"abcdefgh"), {one.customer_id: one for one in rows})
    total.add(batch("g", name="b2"), {"g": row(person="g")})

    assert total == Tally(
        planned=8,
        sent=3,
        failed=1,
        unknown=1,
        pending=1,
        skipped=Counter(unsubscribed=2),
        delivered=2,
        bounced=1,
        complained=1,
        opened_surely=1,
        known_clickers=1,
        human_clicks=1,
        links=Counter({"/": 1}),
        unsubscribed=1,
    )


def test_a_row_of_someone_whom_the_batch_never_had_counts_for_nobody():
    """A12: an event for an unknown id."""
    total = Tally()

    total.add(batch("a"), {"stranger": row(person="stranger", clicked_at=NOW)})

    assert total == Tally(planned=1, pending=1)


def test_clicks_of_nobody_count_for_no_more_people_than_may_have_clicked():
    """Invariant 9: reports stay honest; a batch of two mails has two clickers at most."""
    total = Tally()
    rows = [row(person="a", clicked_at=NOW), row(person="b"), row("failed", "c")]

    total.add(replace(batch(*"abcd"), clicks=7), {one.customer_id: one for one in rows})

    assert (total.clicked, total.anonymous_clicks, total.sent) == (2, 7, 2)


people = st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=8)
statuses = st.sampled_from(["sent", "failed", "skipped", "unknown", "deferred"])
rows_of = st.dictionaries(st.sampled_from("abcdefghxyz"), statuses, max_size=11)


@given(st.lists(st.tuples(people, rows_of), max_size=5))
def test_everyone_planned_is_sent_failed_skipped_unknown_or_pending(batches):
    """Invariant 2, for any batches and any rows."""
    total = Tally()

    for members, found in batches:
        total.add(batch(*members), {person: row(status, person) for person, status in found.items()})

    skipped = sum(total.skipped.values())
    assert total.planned == total.sent + total.failed + skipped + total.unknown + total.pending
    assert total.delivered + total.bounced <= total.sent


def of_rows(*rows, traits=None, **more):
    people = [f"p{place}" for place in range(len(rows))]
    total = Tally()
    named = {person: replace(one, customer_id=person) for person, one in zip(people, rows, strict=True)}
    total.add(replace(batch(*people), **more), named, *([traits] if traits else []))
    return total


@pytest.mark.parametrize(
    ("opens", "clicked", "opened", "by_machine"),
    [
        ({"opened_at": NOW}, None, 1, 0),
        ({"early_opened_at": NOW}, None, 1, 0),  # a fast person among many
        ({"machine_opened_at": NOW}, None, 0, 1),
        ({"machine_opened_at": NOW}, NOW, 1, 0),  # whoever clicks has looked
        ({"machine_opened_at": NOW, "opened_at": NOW}, None, 1, 0),
        ({}, NOW, 0, 0),
    ],
)
def test_an_open_is_a_persons_where_anything_speaks_for_one(opens, clicked, opened, by_machine):
    """C13."""
    total = of_rows(row(clicked_at=clicked, **opens), *[row()] * 9)

    assert (total.opened, total.machine_opened) == (opened, by_machine)


def test_half_of_a_mailing_opened_in_its_first_minute_was_no_people():
    """C13: save those who clicked or came back."""
    early = row(early_opened_at=NOW)

    total = of_rows(*[early] * 5, replace(early, clicked_at=NOW), replace(early, opened_at=NOW), *[row()] * 7)

    assert (total.opened, total.machine_opened) == (2, 5)


def test_clicks_are_counted_by_who_made_them_and_by_link():
    """C13."""
    scan = tuple(Click(NOW + timedelta(seconds=place / 10), f"{place}:aa") for place in range(3))
    person = Click(NOW + MINUTE, "1:aa")

    total = of_rows(
        row(clicks=(*scan, person, replace(person, at=NOW + 2 * MINUTE)), clicked_at=NOW + MINUTE),
        row(clicks=scan),
        row(clicks=(replace(person, link=":bb"),), clicked_at=NOW + MINUTE),
        machine_clicks=2,
    )

    assert (total.clicked, total.human_clicks, total.machine_clicks) == (2, 3, 8)
    assert total.links == {"/1": 1, "/:bb": 1}
    assert [link_key(name, "b") for name in ("7:aa", ":aa", "")] == ["b/7", "b/:aa", "b/"]


def test_groups_count_what_became_of_their_rows():
    def traits(one):
        yield "provider", one.provider or "unknown"

    total = of_rows(
        row(provider="gmail", delivery="bounced"),
        row(provider="gmail"),
        row("skipped", reason="no_consent"),
        traits=traits,
    )

    assert total.groups == {
        "provider": {"gmail": Counter(sent=2, bounced=1, delivered=1), "unknown": Counter(skipped=1)}
    }


def full():
    return of_rows(
        row(delivery="complained", clicks=(Click(NOW, "1:a"),), clicked_at=NOW),
        row("skipped", reason="x"),
        traits=lambda one: [("day", "2026-11-22")],
    )


def test_tallies_add_up_and_come_back_from_json_as_they_were():
    twice = full()
    twice.merge(full())

    assert (twice.sent, twice.links, twice.skipped) == (2, {"/1": 2}, {"x": 2})
    assert twice.groups["day"]["2026-11-22"]["sent"] == 2
    assert tally_from_fields(twice.to_fields()) == twice
    assert tally_from_fields({"sent": 3, "of a later version": 1}) == Tally(sent=3)
