"""API keys over HTTP: one for each person, beside the main one. Only the main key makes and removes them."""

from chalicelib.services.list_keys import list_keys
from chalicelib.services.put_key import put_key
from chalicelib.services.remove_key import remove_key
from chalicelib.web.routing import require_main_key, v1
from chalicelib.web.schemas import Json
from chalicelib.wiring import get_app


@v1("GET", "/keys")
def read_keys() -> Json:
    """Who has a key."""
    return {"keys": list_keys(get_app())}


@v1("PUT", "/keys/{name}")
def write_key(name: str) -> Json:
    """A key for one more person, or a new one for somebody; it is shown this once."""
    require_main_key("Making a key")
    return put_key(get_app(), name)


@v1("DELETE", "/keys/{name}")
def drop_key(name: str) -> Json:
    """Take a key away."""
    require_main_key("Removing a key")
    remove_key(get_app(), name)
    return {"keys": list_keys(get_app())}
