"""Whole imports in memory: what is stored, counted and refused, whatever is repeated, shuffled or killed."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain import imports
from chalicelib.domain.customers import Customer
from chalicelib.errors import StaleRevision
from chalicelib.ports import App
from chalicelib.services.create_import import create_import
from chalicelib.services.import_part import import_part
from chalicelib.services.place_order import place_order
from chalicelib.services.read_import import read_import
from chalicelib.services.rebuild_statistics import rebuild_statistics
from tests.fakes import make_app
from tests.fakes.files import MemoryFiles
from tests.services.importing import Calls, Killed, counts, handle, order_csv, run_import, split, stored, work_off

TWO = order_csv(
    [
        ("1", "ann", "2026-01-01 10:00", [("tea", 2, "5.00"), ("pot", 1, "20")]),
        ("2", "bob", "2026-01-02T10:00:00Z", [("tea", 1, "5.00")]),
    ]
)


@pytest.fixture
def app() -> App:
    return make_app()


@pytest.fixture
def _many_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of a few rows are split into parts, stretch by stretch, as large ones are."""
    monkeypatch.setattr("chalicelib.services.split_import.PARTITION_BYTES", 100)
    monkeypatch.setattr("chalicelib.services.split_import._SPAN_ROWS", 4)
    monkeypatch.setattr("chalicelib.services.split_import._ROWS_A_LOOK", 2)


def test_orders_are_stored_with_their_customers(app):
    answer = run_import(app, "orders", TWO)

    assert answer == {
        "id": "id-0001",
        "kind": "orders",
        "status": "done",
        "dry_run": False,
        "created_at": "2026-11-22T12:00:00Z",
        "created": 2,
        "updated": 0,
        "unchanged": 0,
        "refused": 0,
        "read": 3,
        "without_time_zone": 0,
        "progress": 1.0,
        "reason": None,
        "ignored_columns": [],
        "rows": [],
        "next": None,
    }
    first = app.orders.get("1")
    assert first is not None
    assert (first.customer_id, first.total, first.placed_at.isoformat()) == ("ann", 3000, "2026-01-01T10:00:00+00:00")
    assert app.customers.get("bob") == Customer(id="bob", revision=1)


def test_the_same_file_again_changes_nothing(app):
    run_import(app, "orders", TWO)
    before = stored(app)

    assert counts(run_import(app, "orders", TWO)) == (0, 0, 2, 0)

    assert stored(app) == before


def test_a_changed_order_is_replaced(app):
    run_import(app, "orders", TWO)

    assert counts(run_import(app, "orders", TWO.replace("pot,1,20", "pot,1,21"))) == (0, 1, 1, 0)

    changed = app.orders.get("1")
    assert changed is not None
    assert changed.total == 3100


def test_good_rows_are_kept_and_wrong_ones_named_with_line_column_and_reason(app):
    csv = (
        "Nr,Who,When,What,How many,Each\n"
        "1,ann,2026-01-01 10:00,tea,2,5.00\n"
        "1,ann,2026-01-01 10:00,tea,none,5.00\n"
        "2,,2026-01-01 10:00,tea,1,5.00\n"
        ",ann,2026-01-01 10:00,tea,1,5.00\n"
        "3,ann,2026-01-01 10:00,tea,1,0.001\n"
        "4,ann,2026-01-01 10:00\n"
        "5,ann,2026-01-01 10:00,gift,1,0\n"
    )
    mapping = dict(zip(["order_id", "customer_id", "placed_at", "sku", "quantity", "unit_price"],
                       ["Nr", "Who", "When", "What", "How many", "Each"], strict=True))  # fmt: skip

    answer = run_import(app, "orders", csv, mapping)

    assert counts(answer) == (2, 0, 0, 5)
    assert answer["read"] == 7
    assert sorted(answer["rows"], key=lambda row: row["line"]) == [
        {"line": 3, "column": "How many", "reason": "'none' is no whole number other than 0, up to 1000000 either way"},
        {"line": 4, "column": "Who", "reason": "is empty"},
        {"line": 5, "column": "Nr", "reason": "is empty"},
        {"line": 6, "column": "Each", "reason": "'0.001' GBP is not a whole number of minor units; GBP has 2"},
        {"line": 7, "column": None, "reason": "3 cells, but the header names 6 columns"},
    ]
    kept = app.orders.get("1")
    assert kept is not None
    assert len(kept.lines) == 1
    assert app.orders.get("3") is None


@pytest.mark.parametrize("dry_run", [False, True])
def test_an_order_id_of_another_customer_is_refused_with_all_its_rows(app, dry_run):
    place_order(
        app,
        {
            "order_id": "1",
            "customer_id": "eve",
            "placed_at": "2026-01-01T00:00:00Z",
            "lines": [{"sku": "x", "quantity": 1, "unit_price": 1}],
        },
    )

    answer = run_import(app, "orders", TWO, dry_run=dry_run)

    assert counts(answer) == (1, 0, 0, 2)
    reason = "order '1' belongs to another customer"
    assert answer["rows"] == [{"line": line, "column": "order_id", "reason": reason} for line in (2, 3)]
    held = app.orders.get("1")
    assert held is not None
    assert held.customer_id == "eve"


def test_a_dry_run_counts_and_refuses_and_stores_nothing(app):
    run_import(app, "orders", order_csv([("1", "ann", "2026-01-01 10:00", [("tea", 2, "5.00")])]))
    before = stored(app)

    answer = run_import(app, "orders", TWO + "3,ann,never,tea,1,1\n", dry_run=True)

    assert (answer["status"], counts(answer)) == ("done", (1, 1, 0, 1))
    assert stored(app) == before


def test_a_file_of_wrong_rows_only_is_done_with_nothing_imported(app):
    """D14: what makes the command answer 1."""
    answer = run_import(app, "orders", order_csv([("1", "", "2026-01-01 10:00", [("tea", 2, "5.00")])]))

    assert (answer["status"], counts(answer)) == ("done", (0, 0, 0, 1))


@pytest.mark.usefixtures("_many_parts")
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("dry_run", [False, True], ids=["real", "dry run"])
def test_killed_at_any_call_and_repeated_the_answer_is_the_same(after, dry_run):
    """A2: every call to a port, one after the other; the counts are those of an import that nothing disturbed."""
    csv = order_csv(
        [(str(n), f"c{n % 3}", f"2026-01-{n:02} 10:00", [("tea", n, "5.00"), ("pot", 1, "x" if n % 4 == 0 else "1")])
         for n in range(1, 12)]
    )  # fmt: skip
    quiet, calls = make_app(), Calls()
    expected = _run_counted(quiet, calls, csv, dry_run=dry_run)
    assert calls.count > 40

    for die_at in range(1, calls.count + 1):
        app = make_app()
        assert _run_counted(app, Calls(die_at, after=after), csv, dry_run=dry_run) == expected
        assert stored(app) == stored(quiet)


def _run_counted(app: App, calls: Calls, csv: str, *, dry_run: bool) -> dict[str, Any]:
    """Import, and let every message come again until it was handled: what a queue does."""
    started = create_import(app, kind="orders", mapping={}, dry_run=dry_run, csv=csv.encode())
    mortal = calls.wrap(app)
    waiting: list[dict[str, Any]] = [{"do": "split", "import": started["id"]}]
    while waiting:
        try:
            handle(mortal, waiting[0])
        except Killed:
            continue
        finally:
            waiting += app.queue.take("import")  # type: ignore[attr-defined]
        waiting.pop(0)
    answer = read_import(app, started["id"], limit=1000)
    answer["rows"].sort(key=lambda row: row["line"])
    return answer


@pytest.mark.usefixtures("_many_parts")
def test_every_message_twice_counts_once(app):
    """A1."""
    started = create_import(app, kind="orders", mapping={}, dry_run=False, csv=TWO.encode())
    split(app, started["id"])
    split(app, started["id"])
    bodies = app.queue.take("import")
    assert len(bodies) == 2 * len({str(body) for body in bodies}) > 2

    for body in bodies:
        handle(app, body)

    answer = read_import(app, started["id"])
    assert (answer["status"], counts(answer)) == ("done", (2, 0, 0, 0))


def test_a_part_of_an_import_that_is_done_does_nothing(app):
    answer = run_import(app, "orders", TWO)
    before, writes = stored(app), app.catalog.writes

    import_part(app, answer["id"], 0)

    assert (stored(app), app.catalog.writes) == (before, writes)


lines = st.lists(
    st.tuples(st.sampled_from(["tea", "pot"]), st.sampled_from([-2, -1, 1, 2]), st.sampled_from(["1", "2.50"])),
    min_size=1,
    max_size=3,
)
histories = st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 20), lines), min_size=1, max_size=6)


@settings(max_examples=40, deadline=None)
@given(history=histories, data=st.data())
def test_shuffled_split_and_replayed_imports_give_the_same_statistics(history, data):
    """Invariant 14: the rows of a file in any sequence, cut into files by order, imported twice."""
    orders = [(f"o{n}", who, f"2026-01-{day:02} 10:00", said) for n, (who, day, said) in enumerate(history)]
    whole = make_app()
    run_import(whole, "orders", order_csv(orders))
    rebuild_statistics(whole)

    pieces = make_app()
    cut = data.draw(st.integers(0, len(orders)))
    shuffled = data.draw(st.permutations(orders))
    for some in (shuffled[:cut], shuffled[cut:], orders):
        header, *rows = order_csv(some).splitlines()
        run_import(pieces, "orders", "\n".join([header, *data.draw(st.permutations(rows))]))
        if data.draw(st.booleans()):
            rebuild_statistics(pieces)
    rebuild_statistics(pieces)

    def of(app: App) -> dict[str, Any]:
        return {customer.id: customer.stats for customer in app.customers.scan()}

    assert of(pieces) == of(whole)


def test_refused_rows_come_page_by_page(app, monkeypatch):
    monkeypatch.setattr(imports, "ROWS_A_FILE", 3)
    monkeypatch.setattr("chalicelib.services.import_part.ROWS_A_FILE", 3)
    rows = [(str(n), "" if n % 2 else "ann", "2026-01-01 10:00", [("tea", 1, "1")]) for n in range(20)]
    answer = run_import(app, "orders", order_csv(rows))
    assert (answer["refused"], answer["next"]) == (10, None)

    found, cursor = [], None
    while True:
        page = read_import(app, answer["id"], limit=4, cursor=cursor)
        found += [row["line"] for row in page["rows"]]
        cursor = page["next"]
        if cursor is None:
            break

    assert found == [row["line"] for row in answer["rows"]] == [n + 2 for n in range(20) if n % 2]


def test_refused_rows_come_in_the_order_of_the_file_whoever_refused_them(app, monkeypatch):
    """D14: the split, and each part, find theirs by themselves."""
    monkeypatch.setattr("chalicelib.services.split_import.PARTITION_BYTES", 100)
    monkeypatch.setattr(imports, "ROWS_A_FILE", 3)
    monkeypatch.setattr("chalicelib.services.import_part.ROWS_A_FILE", 3)
    monkeypatch.setattr("chalicelib.services.order_refused.ROWS_A_FILE", 3)
    good = [(str(n), "ann", "2026-01-01 10:00", [("tea", 1, "1")]) for n in range(60)]
    lines = order_csv(good).splitlines()
    for place in range(1, 60, 3):
        lines[place] = lines[place].replace("ann", "") if place % 2 else lines[place] + ",too much"
    answer = run_import(app, "orders", "\n".join(lines))

    assert (answer["status"], answer["created"], answer["refused"]) == ("done", 40, 20)
    assert [row["line"] for row in answer["rows"]] == [place + 1 for place in range(1, 60, 3)]
    assert {row["column"] for row in answer["rows"]} == {"customer_id", None}
    pages: list[Any] = []
    cursor = None
    while cursor or not pages:
        page = read_import(app, answer["id"], limit=7, cursor=cursor)
        pages.append(page["rows"])
        cursor = page["next"]
    assert [row for rows in pages for row in rows] == answer["rows"]


def test_a_file_in_pieces_of_any_size_is_the_same(app):
    small = make_app(files=MemoryFiles(chunk=7))

    assert run_import(small, "orders", TWO) == run_import(app, "orders", TWO)
    assert stored(small) == stored(app)


def test_work_off_of_nothing_is_nothing(app):
    answer = run_import(app, "orders", TWO)

    work_off(app, answer["id"])

    assert read_import(app, answer["id"])["status"] == "done"


def test_an_order_too_large_for_one_item_is_refused_with_all_its_rows(app):
    sku = "x" * 200
    rows = [
        ("big", "ann", "2026-01-01 10:00", [(sku, 1, "1")] * 1_600),
        ("ok", "ann", "2026-01-01 10:00", [("a", 1, "1")]),
    ]

    answer = run_import(app, "orders", order_csv(rows))

    assert counts(answer) == (1, 0, 0, 1_600)
    assert "split it into several orders" in answer["rows"][0]["reason"]
    assert app.orders.get("big") is None


def test_an_import_that_keeps_changing_is_given_up_and_comes_again(app, monkeypatch):
    started = create_import(app, kind="orders", mapping={}, dry_run=False, csv=TWO.encode())
    split(app, started["id"])
    put = app.catalog.put
    monkeypatch.setattr(app.catalog, "put", _stale)

    with pytest.raises(StaleRevision, match="kept changing"):
        import_part(app, started["id"], 0)

    monkeypatch.setattr(app.catalog, "put", put)
    import_part(app, started["id"], 0)
    assert counts(read_import(app, started["id"])) == (2, 0, 0, 0)


def test_what_stops_a_part_is_told_until_it_is_over(app, monkeypatch):
    """A8: throttled tables; the message comes again."""
    started = create_import(app, kind="orders", mapping={}, dry_run=False, csv=TWO.encode())
    split(app, started["id"])
    create = app.orders.create_many
    monkeypatch.setattr(app.orders, "create_many", _throttled)

    with pytest.raises(RuntimeError, match="throttled"):
        import_part(app, started["id"], 0)

    answer = read_import(app, started["id"])
    assert (answer["status"], answer["reason"]) == ("running", "Part 1 of 1 is tried again: RuntimeError, see the log")
    monkeypatch.setattr(app.orders, "create_many", create)
    import_part(app, started["id"], 0)
    answer = read_import(app, started["id"])
    assert (answer["status"], answer["reason"], counts(answer)) == ("done", None, (2, 0, 0, 0))


def _throttled(_: Any) -> Any:
    raise RuntimeError("Orders is throttled")


def _stale(document: Any) -> Any:
    raise StaleRevision(document.name)
