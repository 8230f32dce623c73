"""Use case: a key of their own for one more person; the same name again gets a new key, and the old one is void."""

from functools import partial

from chalicelib.domain.api_keys import key_hash, key_of, require_name
from chalicelib.domain.dates import instant_text
from chalicelib.ports import App, Document
from chalicelib.services.retrying import retrying


def put_key(app: App, name: str) -> dict[str, str]:
    """{"name", "created_at", "key"}: the only time that the key is shown. A lost answer: ask again.

    Raises:
        InvalidInput: a name that cannot be, or that of the main key.
    """
    return retrying(partial(_put, app, require_name(name)))


def _put(app: App, name: str) -> dict[str, str]:
    stored = app.catalog.get("api-key", name)
    key, at = key_of(name, app.ids.new()), instant_text(app.clock.real())
    body = {"hash": key_hash(key), "created_at": at}
    app.catalog.put(Document(kind="api-key", name=name, body=body, revision=stored.revision if stored else 0))
    return {"name": name, "created_at": at, "key": key}
