"""Use case: whose key a request carries."""

from hmac import compare_digest

from chalicelib.domain.api_keys import key_hash, name_in
from chalicelib.ports import App


def holder_of_key(app: App, key: str) -> str | None:
    """The name of whom a key was made for; None: it was never made, was replaced or removed."""
    name = name_in(key)
    stored = app.catalog.get("api-key", name) if name else None
    if stored is None or not compare_digest(key_hash(key), str(stored.body["hash"])):
        return None
    return name
