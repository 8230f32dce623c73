"""Keys of named persons: shown once, kept as a hash, void as soon as they are replaced or removed."""

import pytest

from chalicelib.errors import InvalidInput, NotFound
from chalicelib.services.holder_of_key import holder_of_key
from chalicelib.services.list_keys import list_keys
from chalicelib.services.put_key import put_key
from chalicelib.services.remove_key import remove_key
from chalicelib.system import RandomIds
from tests.fakes import make_app


@pytest.fixture
def app():
    return make_app(ids=RandomIds())


def test_a_key_opens_to_its_owner_and_is_not_stored(app):
    key = put_key(app, "ann-marie")["key"]

    assert holder_of_key(app, key) == "ann-marie"
    assert key.startswith("hk_ann-marie_")
    assert key.split("_", 2)[2] not in str(app.catalog.items)
    assert [one["name"] for one in list_keys(app)] == ["ann-marie"]


def test_a_new_key_voids_the_old_one_and_a_removed_one_opens_nothing(app):
    old, new = put_key(app, "ann")["key"], put_key(app, "ann")["key"]

    assert (holder_of_key(app, old), holder_of_key(app, new)) == (None, "ann")
    remove_key(app, "ann")
    assert holder_of_key(app, new) is None
    with pytest.raises(NotFound):
        remove_key(app, "ann")


def test_nobodys_key_opens_to_another_name(app):
    ann, bob = put_key(app, "ann")["key"], put_key(app, "bob")["key"]

    assert holder_of_key(app, ann.replace("ann", "bob")) is None
    assert holder_of_key(app, bob + "x") is None
    assert holder_of_key(app, "hk_eve_" + "x" * 22) is None
    assert holder_of_key(app, "x" * 40) is None


@pytest.mark.parametrize("name", ["main", "", "Ann", "a_b", "ann\n", "x" * 65])
def test_a_name_is_a_plain_word_and_not_that_of_the_main_key(app, name):
    with pytest.raises(InvalidInput, match="key"):
        put_key(app, name)
    assert list_keys(app) == []
