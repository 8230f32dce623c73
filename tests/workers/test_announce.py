"""The stream of products: each new one is announced once, and one that fails keeps no other from its turn."""

from typing import Any

import pytest

from chalicelib.domain.products import Product
from chalicelib.services.enable_flow import enable_flow
from chalicelib.services.put_flow import put_flow
from chalicelib.workers.announce import announce_products
from tests.fakes import NOON


@pytest.fixture
def shop(app):
    """The app with a flow that listens to new products, and ten of them."""
    put_flow(app, "new-product", {"trigger": {"product": "launched"}, "template": "news"})
    enable_flow(app, "new-product")
    for n in range(10):
        app.products.put(Product(sku=f"tea-{n}", name="Tea", category="tea", launched_at=NOON))
    return app


def record(number: int, sku: Any, name: str = "INSERT") -> dict[str, Any]:
    """https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html"""
    return {
        "eventID": f"e-{number}",
        "eventVersion": "1.0",
        "eventName": name,
        "eventSource": "aws:dynamodb",
        "awsRegion": "eu-west-1",
        "dynamodb": {
            "Keys": {"sku": {"S": sku}},
            "SequenceNumber": f"{number:021}",
            "SizeBytes": 26,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
        "eventSourceARN": "arn:aws:dynamodb:eu-west-1:123456789012:table/Products/stream/2026-11-22T00:00:00.000",
    }


def announced(app):
    return sorted(message.products[0] for message in app.messages.of("f", "new-product"))


def test_each_new_product_is_announced(shop):
    answer = announce_products({"Records": [record(n, f"tea-{n}") for n in range(10)]})

    assert answer == {"batchItemFailures": []}
    assert announced(shop) == [f"tea-{n}" for n in range(10)]


def test_a_product_that_changes_or_comes_again_is_announced_once(shop):
    """A2: the stream delivers at least once."""
    event = {"Records": [record(1, "tea-1"), record(2, "tea-1", "MODIFY")]}

    announce_products(event)
    announce_products(event)

    assert announced(shop) == ["tea-1"]


def test_a_product_that_is_gone_is_not_announced(shop):
    assert announce_products({"Records": [record(1, "gone", "REMOVE")]}) == {"batchItemFailures": []}

    assert announced(shop) == []


def test_one_poison_record_is_named_and_the_others_are_announced(shop, caplog):
    """A7: the stream comes again from the first failure; if that never succeeds, the others are done already."""
    records = [record(n, f"tea-{n}") for n in range(10)]
    del records[4]["dynamodb"]["Keys"]["sku"]
    records[7]["dynamodb"]["Keys"] = {}

    answer = announce_products({"Records": records})

    assert answer == {"batchItemFailures": [{"itemIdentifier": f"{4:021}"}]}
    assert announced(shop) == [f"tea-{n}" for n in range(10) if n not in {4, 7}]
    assert len(caplog.records) == 2
