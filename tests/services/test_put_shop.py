"""The shop's settings: saved as a whole or not at all; the first time brings the shipped segments."""

from typing import Any

import pytest

from chalicelib.errors import InvalidInput
from chalicelib.services.put_shop import put_shop
from tests.fakes import make_app


def test_a_new_shop_comes_with_the_shipped_segments():
    app: Any = make_app()

    assert [document.name for document in app.catalog.list("segment")] == ["lapsing", "regulars"]


def test_named_fields_change_and_the_same_again_writes_nothing():
    app: Any = make_app()

    shop = put_shop(app, {"name": "Crane", "time_zone": "Europe/Berlin"})
    writes = app.catalog.writes
    again = put_shop(app, {"name": "Crane"})

    assert app.catalog.shop() == shop == again
    assert (shop.name, shop.time_zone, shop.currency) == ("Crane", "Europe/Berlin", "GBP")
    assert app.catalog.writes == writes


def test_what_is_wrong_changes_nothing():
    app: Any = make_app()
    before = app.catalog.shop()

    with pytest.raises(InvalidInput, match=r"The shop was not saved: currency 'POUND' is no currency known here"):
        put_shop(app, {"name": "Crane", "currency": "POUND"})
    assert app.catalog.shop() == before
