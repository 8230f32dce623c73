"""The catalog's store and its stand-in obey one port."""

from dataclasses import replace

import pytest

from chalicelib.errors import MissingSetting, StaleRevision, TooLarge
from chalicelib.ports import Document
from chalicelib.storage.catalog import CatalogTable
from tests.fakes import SHOP
from tests.fakes.catalog import MemoryCatalog


@pytest.fixture(params=["memory", "moto"])
def store(request):
    return (
        MemoryCatalog() if request.param == "memory" else CatalogTable(request.getfixturevalue("dynamodb"), "Catalog")
    )


def deep(levels):
    body = {"field": "points", "value": 3.0}
    for _ in range(levels):
        body = {"all": [body]}
    return body


def test_a_document_comes_back_as_it_was_put(store):
    document = Document(kind="segment", name="a", body={"rule": deep(40), "none": None, "text": "é", "set": []})

    written = store.put(document)

    assert written.revision == 1
    assert store.get("segment", "a") == written
    assert repr(store.get("segment", "a").body) == repr(document.body)
    assert store.get("offer", "a") is None


def test_a_stale_write_is_refused_and_changes_nothing(store):
    first = store.put(Document(kind="offer", name="a", body={"n": 1}))
    second = store.put(replace(first, body={"n": 2}))

    for stale in (first, replace(first, revision=0)):
        with pytest.raises(StaleRevision):
            store.put(replace(stale, body={"n": 3}))
    assert store.get("offer", "a") == second


def test_a_list_has_one_kind_by_name(store):
    for kind, name in [("segment", "b"), ("offer", "x"), ("segment", "a")]:
        store.put(Document(kind=kind, name=name, body={}))

    assert [document.name for document in store.list("segment")] == ["a", "b"]
    assert store.list("flow") == []


def test_a_stack_without_a_shop_says_what_to_do(store):
    with pytest.raises(MissingSetting, match="PUT /v1/shop with name, from, postal_address, links_url"):
        store.shop()


def test_the_shop_and_an_offer_are_read_as_such(store):
    store.put(Document(kind="shop", name="shop", body=SHOP))
    store.put(Document(kind="offer", name="tea", body={"benefit": {"kind": "amount", "amount": 500}}))

    assert store.shop().sender == "hello@shop.example.com"
    assert store.offer("tea").currency == "GBP"
    assert store.offer("none") is None


def test_what_is_too_large_for_an_item_is_refused(dynamodb):
    store = CatalogTable(dynamodb, "Catalog")

    with pytest.raises(TooLarge, match="The flow 'a' has 400008 bytes; the limit is 350000"):
        store.put(Document(kind="flow", name="a", body={"t": "x" * 400_000}))
    assert store.get("flow", "a") is None


def test_a_thing_is_taken_away_and_may_come_again(store):
    store.put(Document(kind="note", name="a", body={"x": 1}))

    store.delete("note", "a")
    store.delete("note", "a")

    assert store.list("note") == []
    assert store.put(Document(kind="note", name="a", body={})).revision == 1
