"""How an import begins, and what is refused before anything is written."""

import pytest

from chalicelib.errors import InvalidInput, MalformedRequest, MissingSetting, NotFound, TooLarge
from chalicelib.ports import App
from chalicelib.services.create_import import MAX_INLINE, create_import
from chalicelib.services.read_import import read_import
from tests.fakes import make_app


@pytest.fixture
def app() -> App:
    return make_app()


def test_inline_csv_is_put_where_an_upload_would_lie(app):
    answer = create_import(app, kind="orders", mapping={}, dry_run=False, csv=b"order_id\n1\n")

    assert (answer["id"], answer["status"], answer["progress"]) == ("id-0001", "waiting", 0.0)
    assert "upload" not in answer
    assert app.files.objects == {"uploads/id-0001.csv": b"order_id\n1\n"}
    assert read_import(app, "id-0001") == answer


def test_without_csv_the_answer_has_an_upload_form(app):
    answer = create_import(app, kind="products", mapping={"sku": "StockCode"}, dry_run=True, csv=None)

    assert answer["upload"] == {
        "url": "https://bucket.example.com",
        "fields": {"key": "uploads/id-0001.csv", "max": "1073741824"},
    }
    assert (answer["kind"], answer["dry_run"], answer["status"]) == ("products", True, "waiting")
    assert app.files.objects == {}


@pytest.mark.parametrize(
    ("kind", "mapping", "message"),
    [
        ("people", {}, "There is no import of 'people'. Choose customers, orders, products."),
        ("orders", {"buyer": "X"}, "No field of orders: buyer. Known: order_id, customer_id, placed_at"),
        ("customers", {"attributes.": "X"}, "No field of customers: attributes.. Known: id, email"),
        ("customers", {"consent.topics": "X"}, "No field of customers: consent.topics."),
    ],
)
def test_an_unknown_kind_or_field_is_refused_and_nothing_is_written(app, kind, mapping, message):
    with pytest.raises(InvalidInput) as refused:
        create_import(app, kind=kind, mapping=mapping, dry_run=False, csv=b"x")

    assert refused.value.message.startswith(message)
    assert app.files.objects == {}
    assert app.catalog.list("import") == []


def test_inline_csv_has_a_limit(app):
    with pytest.raises(TooLarge, match="The CSV has 3,145,729 bytes, inline at most 3,145,728. Upload it"):
        create_import(app, kind="orders", mapping={}, dry_run=False, csv=b"x" * (MAX_INLINE + 1))

    assert app.files.objects == {}
    assert app.catalog.list("import") == []


def test_without_a_shop_nothing_is_begun(app):
    del app.catalog.items["shop", "shop"]

    with pytest.raises(MissingSetting, match="PUT /v1/shop"):
        create_import(app, kind="orders", mapping={}, dry_run=False, csv=b"x")

    assert app.files.objects == {}
    assert app.catalog.list("import") == []


def test_an_import_that_is_not_there_is_not_found(app):
    with pytest.raises(NotFound, match="There is no import 'nothing'"):
        read_import(app, "nothing")


@pytest.mark.parametrize("cursor", ["x", "-1", "1.5", "²", "1" * 13])
def test_a_cursor_that_no_answer_gave_is_refused(app, cursor):
    create_import(app, kind="orders", mapping={}, dry_run=False, csv=b"x")

    with pytest.raises(MalformedRequest, match="was given by no answer"):
        read_import(app, "id-0001", cursor=cursor)
