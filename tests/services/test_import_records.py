"""Imports of customers and products: columns become fields, rows of one key are put one over the other."""

from datetime import date
from typing import Any

import pytest

from chalicelib.ports import App
from chalicelib.services.create_import import create_import
from chalicelib.services.read_import import read_import
from tests.fakes import make_app
from tests.services.importing import Calls, Killed, counts, handle, run_import

CUSTOMERS = (
    "id,email,first_name,birthday,interests,consent.status,consent.at,consent.topics.news,attributes.size,attributes.code\n"
    "1,Ann@Example.com,Ann,1980-02-29,tea; pots,granted,2026-01-01 09:00,withdrawn,42,007\n"
    "2,bob@example.com,Bob,,,,,,,\n"
)


@pytest.fixture
def app() -> App:
    return make_app()


def test_customers_are_stored_with_consent_interests_and_attributes(app):
    answer = run_import(app, "customers", CUSTOMERS)

    assert (answer["status"], counts(answer)) == ("done", (2, 0, 0, 0))
    ann = app.customers.get("1")
    assert ann is not None
    assert (ann.email, ann.first_name, ann.birthday) == ("ann@example.com", "Ann", date(1980, 2, 29))
    assert ann.interests == ("tea", "pots")
    assert dict(ann.attributes) == {"size": 42, "code": "007"}
    assert ann.consent_status == "granted"


def test_the_same_file_again_changes_nothing(app):
    run_import(app, "customers", CUSTOMERS)
    before = dict(app.customers.items)

    assert counts(run_import(app, "customers", CUSTOMERS)) == (0, 0, 2, 0)

    assert app.customers.items == before


def test_an_empty_cell_neither_sets_nor_clears(app):
    run_import(app, "customers", CUSTOMERS)

    assert counts(run_import(app, "customers", "id,email,first_name,country\n2,,,GB\n")) == (0, 1, 0, 0)

    bob = app.customers.get("2")
    assert bob is not None
    assert (bob.email, bob.first_name, bob.country) == ("bob@example.com", "Bob", "GB")


def test_of_rows_with_the_same_key_the_last_one_wins(app):
    answer = run_import(app, "customers", "id,first_name,country\n1,Ann,GB\n1,Anna,\n1,,FR\n")

    assert counts(answer) == (1, 0, 0, 0)
    ann = app.customers.get("1")
    assert ann is not None
    assert (ann.first_name, ann.country) == ("Anna", "FR")


def test_a_wrong_row_is_refused_and_the_other_rows_of_its_key_are_kept(app):
    csv = "ID,birthday,first_name\n1,1980-01-02,Ann\n1,1980-13-01,Anna\n2,never,Bob\n,1980-01-01,Eve\n3,,Cy\n"

    answer = run_import(app, "customers", csv, {"id": "ID"})

    assert counts(answer) == (2, 0, 0, 3)
    assert [(row["line"], row["column"]) for row in answer["rows"]] == [(3, "birthday"), (4, "birthday"), (5, "ID")]
    ann = app.customers.get("1")
    assert ann is not None
    assert (ann.first_name, ann.birthday) == ("Ann", date(1980, 1, 2))
    assert app.customers.get("2") is None


@pytest.mark.parametrize("email", ["a@b, c@d", "<a@b.example>", "x" * 65 + "@example.com", "josé@example.com", "no"])
def test_an_address_that_is_none_is_refused_without_being_shown_twice(app, email):
    """C10."""
    answer = run_import(app, "customers", f'id,email\n1,"{email}"\n2,ok@example.com\n')

    assert counts(answer) == (1, 0, 0, 1)
    [row] = answer["rows"]
    assert (row["line"], row["column"]) == (2, "email")
    assert app.customers.get("1") is None


def test_a_dry_run_counts_and_stores_nothing(app):
    run_import(app, "customers", "id,first_name\n1,Ann\n3,Cy\n")
    before = dict(app.customers.items)

    answer = run_import(app, "customers", "id,first_name\n1,Anna\n2,Bob\n3,Cy\n", dry_run=True)

    assert counts(answer) == (1, 1, 1, 0)
    assert app.customers.items == before


def test_products_are_stored_with_money_in_the_shops_currency(app):
    header = "Code,name,price,stock,launched_at,attributes.grind,category"
    csv = f"{header}\n85123A,Holder,2.55,3,2026-07-01 10:00,fine,Gifts\n"

    assert counts(run_import(app, "products", csv, {"sku": "Code"})) == (1, 0, 0, 0)

    holder = app.products.get("85123A")
    assert holder is not None
    assert (holder.name, holder.price, holder.stock, holder.category) == ("Holder", 255, 3, "Gifts")
    assert holder.launched_at is not None
    assert holder.launched_at.isoformat() == "2026-07-01T09:00:00+00:00"
    assert dict(holder.attributes) == {"grind": "fine"}


def test_wrong_products_are_refused_with_column_and_reason(app):
    answer = run_import(app, "products", "sku,name,price,stock\n1,Tea,2.555,\n2,Pot,1,many\n3,Cup,1,\n")

    assert counts(answer) == (1, 0, 0, 2)
    assert answer["rows"] == [
        {"line": 2, "column": "price", "reason": "'2.555' GBP is not a whole number of minor units; GBP has 2"},
        {"line": 3, "column": "stock", "reason": "'many' is no whole number"},
    ]


NONE_DATES = [
    "0",
    "00-00-0000",
    "0000-00-00",
    "1900-01-00",
    "1900-01-01",
    "1970-01-01",
    "2199-01-01",
    "01.01.1970",
    "01/01/1970",
    "unknown",
    "N/A",
    "1899-12-30",
]


@pytest.mark.parametrize("column", ["birthday", "joined_on"])
def test_a_date_that_means_none_is_refused_and_nobody_is_greeted_on_the_first_of_january(app, column):
    """B3. An empty cell is how a file says that a date is not known."""
    rows = [f"c{n},{day}" for n, day in enumerate(NONE_DATES)]
    answer = run_import(app, "customers", "\n".join([f"id,{column}", *rows, "real,1984-01-01", "none,"]))

    assert counts(answer) == (2, 0, 0, len(NONE_DATES))
    assert [(row["line"], row["column"]) for row in answer["rows"]] == [
        (line, column) for line in range(2, 2 + len(NONE_DATES))
    ]
    assert all(day in row["reason"] for day, row in zip(NONE_DATES, answer["rows"], strict=True))
    assert list(app.customers.with_date(column, "01-01")) == ["real"]
    assert getattr(app.customers.get("none"), column) is None


def test_customers_without_a_time_zone_are_counted_and_kept_with_the_shops(app):
    """B6."""
    csv = "id,time_zone,first_name\na,Asia/Tokyo,Ann\nb,,Bo\nc,,Cy\nc,Asia/Tokyo,\nd,Nowhere/Town,\nd,,Di\n"
    answer = run_import(app, "customers", csv)

    assert counts(answer) == (4, 0, 0, 1)
    assert answer["without_time_zone"] == 2
    assert [app.customers.get(id_).time_zone for id_ in "abcd"] == ["Asia/Tokyo", None, "Asia/Tokyo", None]
    assert run_import(app, "products", "sku,name\nx,X\n")["without_time_zone"] == 0


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("kind", ["customers", "products"])
def test_killed_at_any_call_and_repeated_the_answer_is_the_same(after, kind):
    """A2."""
    name = "first_name" if kind == "customers" else "name"
    key = "id" if kind == "customers" else "sku"
    csv = f"{key},{name}\n" + "".join(f"{n % 5},Name{n}\n" for n in range(12))
    calls = Calls()
    quiet = make_app()
    expected = _run(quiet, calls, kind, csv)

    for die_at in range(1, calls.count + 1):
        app = make_app()
        assert _run(app, Calls(die_at, after=after), kind, csv) == expected
        assert dict(getattr(app, kind).items) == dict(getattr(quiet, kind).items)


def _run(app: App, calls: Calls, kind: str, csv: str) -> dict[str, Any]:
    started = create_import(app, kind=kind, mapping={}, dry_run=False, csv=csv.encode())
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
    return read_import(app, started["id"])


def test_a_row_that_says_nothing_new_is_not_put_again(app, monkeypatch):
    puts: list[int] = []
    put_many = app.customers.put_many

    def counted(customers: Any) -> Any:
        puts.append(len(customers))
        return put_many(customers)

    monkeypatch.setattr(app.customers, "put_many", counted)

    assert counts(run_import(app, "customers", "id,country\n" + "1,GB\n" * 50)) == (1, 0, 0, 0)

    assert puts == [1]


def test_a_refusal_that_blames_no_column_refuses_every_row_of_its_key(app):
    """A product needs a name: no row of it says one."""
    answer = run_import(app, "products", "sku,brand\n1,A\n1,B\n")

    assert counts(answer) == (0, 0, 0, 2)
    assert [(row["line"], row["column"]) for row in answer["rows"]] == [(2, "name"), (3, "name")]
    assert app.products.get("1") is None


@pytest.mark.parametrize("key", ["x" * 1025, "a\x01b"])
def test_a_key_that_is_none_is_refused_with_its_column(app, key):
    answer = run_import(app, "customers", f"Nr,first_name\n{key},Ann\n2,Bo\n", {"id": "Nr"})

    assert counts(answer) == (1, 0, 0, 1)
    assert answer["rows"][0]["line"] == 2
