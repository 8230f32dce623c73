"""What is kept of an import that has ended names nobody; whoever is late does not take missing rows for none."""

import pytest

from chalicelib.ports import App
from chalicelib.services.clear_import import is_working_file
from chalicelib.services.create_import import create_import
from chalicelib.services.import_part import import_part
from chalicelib.services.read_import import read_import
from tests.fakes import make_app
from tests.services.importing import split, work_off

LINES = "order_id,customer_id,placed_at,sku,quantity,unit_price\n" + "".join(
    f"o-1,ann,2026-03-01T09:00:00Z,sku-{number},1,5.00\n" for number in range(20)
)


@pytest.fixture
def app() -> App:
    return make_app()


def begin(app: App, kind: str, csv: str) -> str:
    return str(create_import(app, kind=kind, mapping={}, dry_run=False, csv=csv.encode())["id"])


def test_of_an_import_that_has_ended_only_the_refused_rows_are_left(app):
    """F6: the uploaded file and all working files name people."""
    name = begin(app, "customers", "id,email,birthday\nann,ann@example.com,\nbob,bob@example.com,soon\n")

    work_off(app, name)

    assert app.files.keys("uploads/") == []
    assert app.files.keys("imports/")
    assert all("/refused/" in key for key in app.files.keys("imports/"))
    assert [row["line"] for row in read_import(app, name)["rows"]] == [3]


def test_of_an_import_that_failed_at_its_header_nothing_is_left(app):
    name = begin(app, "orders", "a,b\nann@example.com,1\n")

    work_off(app, name)

    assert read_import(app, name)["status"] == "failed"
    assert app.files.keys("uploads/") == app.files.keys("imports/") == []


def test_whoever_died_before_tidying_up_is_followed_by_the_repeat(app, monkeypatch):
    """A2."""
    name = begin(app, "orders", LINES)
    split(app, name)
    app.queue.take("import")

    def die(_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(app.files, "delete", die)
        with pytest.raises(KeyboardInterrupt):
            import_part(app, name, 0)
    assert app.files.keys("uploads/") != []

    import_part(app, name, 0)

    assert app.files.keys("uploads/") == app.files.keys("imports/") == []
    assert read_import(app, name)["created"] == 1


def test_a_rival_that_reads_while_the_rows_are_deleted_stores_nothing_of_what_it_has(app, monkeypatch):
    """A1: the same message twice at once; the second reads no rows, which must not become an order without lines."""
    name = begin(app, "orders", LINES)
    split(app, name)
    app.queue.take("import")
    get = app.files.get

    def late(key: str) -> bytes | None:
        if "/rows/" in key:
            monkeypatch.setattr(app.files, "get", get)
            import_part(app, name, 0)
        found: bytes | None = get(key)
        return found

    monkeypatch.setattr(app.files, "get", late)
    import_part(app, name, 0)

    order = app.orders.get("o-1")
    assert order is not None
    assert len(order.lines) == 20
    answer = read_import(app, name)
    assert (answer["created"], answer["read"]) == (1, 20)


@pytest.mark.parametrize(
    ("key", "working"),
    [
        ("uploads/a.csv", True),
        ("uploads/b.csv", False),
        ("imports/a/rows/0/1-2.jsonl.gz", True),
        ("imports/a/foreseen/0.json", True),
        ("imports/a/refused/all/0.jsonl", False),
        ("imports/b/rows/0/1-2.jsonl.gz", False),
    ],
)
def test_which_files_nobody_needs_after_the_end(key, working):
    assert is_working_file(key, {"a"}) is working
