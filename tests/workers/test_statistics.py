"""The stream of orders: one refresh a customer, failures go back by number, nothing is swallowed (A7)."""

from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.ports import App
from chalicelib.services.place_order import place_order
from chalicelib.wiring import override_app
from chalicelib.workers.statistics import refresh_statistics
from tests.fakes import make_app

ORDER = {"placed_at": "2026-03-01T10:00:00Z", "lines": [{"sku": "tea", "quantity": 1, "unit_price": 500}]}


@pytest.fixture
def app() -> Iterator[App]:
    app = make_app()
    for number in range(4):
        place_order(app, {**ORDER, "order_id": f"o{number}", "customer_id": f"c{number % 2}"})
    undo = override_app(app)
    yield app
    undo()


def record(number: int, pk: str, sk: str, name: str = "INSERT") -> dict[str, Any]:
    """As the stream gives it; NEW_AND_OLD_IMAGES are left out, for nobody reads them."""
    keys = {"pk": {"S": pk}, "sk": {"S": sk}}
    return {
        "eventID": f"e{number}",
        "eventName": name,
        "eventSource": "aws:dynamodb",
        "dynamodb": {"Keys": keys, "SequenceNumber": f"{number:021}"},
    }


def batch(*records: Any) -> dict[str, Any]:
    return {"Records": list(records)}


ALL = [record(1, "C#c0", "O#o0"), record(2, "O#o0", "LINES"), record(3, "C#c1", "O#o1"), record(4, "C#c0", "O#o2")]


def orders_of(app: App, customer_id: str) -> int:
    customer = app.customers.get(customer_id)
    assert customer is not None
    return customer.stats.orders


def test_each_customer_of_a_batch_is_refreshed_once(app):
    assert refresh_statistics(batch(*ALL)) == {"batchItemFailures": []}

    assert (orders_of(app, "c0"), orders_of(app, "c1")) == (2, 2)
    assert {customer.revision for customer in app.customers.scan()} == {2}


def test_a_replayed_batch_writes_nothing(app):
    """A1, A12: the stream comes at least once."""
    refresh_statistics(batch(*ALL))
    before = dict(app.customers.items)

    assert refresh_statistics(batch(*reversed(ALL), *ALL)) == {"batchItemFailures": []}

    assert app.customers.items == before


def test_a_removed_header_is_seen(app):
    refresh_statistics(batch(*ALL))
    del app.orders.by_key["c0", "o2"]

    refresh_statistics(batch(record(9, "C#c0", "O#o2", "REMOVE")))

    assert orders_of(app, "c0") == 1


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param({"dynamodb": {"SequenceNumber": "000000000000000000002", "Keys": {}}}, id="no key"),
        pytest.param({"dynamodb": {"SequenceNumber": "000000000000000000002", "Keys": {"pk": 3}}}, id="wrong type"),
        pytest.param(record(2, "X#o0", "LINES"), id="unknown kind"),
    ],
)
def test_a_malformed_record_goes_back_and_holds_back_no_other(app, broken):
    answer = refresh_statistics(batch(record(1, "C#c0", "O#o0"), broken, record(3, "C#c1", "O#o1")))

    assert answer == {"batchItemFailures": [{"itemIdentifier": f"{2:021}"}]}
    assert (orders_of(app, "c0"), orders_of(app, "c1")) == (2, 2)


def test_of_a_batch_of_a_hundred_99_are_worked_off_and_the_poison_is_named_with_its_cause(app, caplog):
    """A7."""
    for number in range(4, 100):
        place_order(app, {**ORDER, "order_id": f"o{number}", "customer_id": f"d{number}"})
    keys = [(f"c{number % 2}" if number < 4 else f"d{number}", f"o{number}") for number in range(100)]
    records = [record(number, f"C#{customer}", f"O#{order}") for number, (customer, order) in enumerate(keys)]
    records[41]["dynamodb"]["Keys"] = {"pk": {"S": "X" * 1_000_000}, "sk": {"S": "O#o41"}}

    assert refresh_statistics(batch(*records)) == {"batchItemFailures": [{"itemIdentifier": f"{41:021}"}]}

    assert {customer for customer, _ in keys if orders_of(app, customer) == 0} == {"d41"}
    [logged] = caplog.records
    assert logged.exc_info or f"{41:021}" in logged.getMessage()


@pytest.mark.parametrize("broken", [{}, {"dynamodb": {}}, None])
def test_a_record_without_a_number_fails_the_batch(app, broken):
    with pytest.raises((KeyError, TypeError)):
        refresh_statistics(batch(broken))


def test_the_first_record_of_a_customer_who_fails_goes_back_and_the_others_are_refreshed(app, monkeypatch):
    headers = app.orders.headers

    def poisoned(customer_id: str) -> Any:
        if customer_id == "c0":
            raise RuntimeError("a header that cannot be read")
        return headers(customer_id)

    monkeypatch.setattr(app.orders, "headers", poisoned)

    answer = refresh_statistics(batch(*reversed(ALL)))

    assert answer == {"batchItemFailures": [{"itemIdentifier": f"{4:021}"}]}
    assert orders_of(app, "c1") == 2


def test_of_several_failures_the_lowest_number_goes_back(app, monkeypatch):
    monkeypatch.setattr(app.orders, "headers", lambda _: 1 / 0)

    answer = refresh_statistics(batch(record(12, "C#c1", "O#o1"), record(9, "C#c0", "O#o0")))

    assert answer == {"batchItemFailures": [{"itemIdentifier": f"{9:021}"}]}
