"""Use case: somebody's key opens nothing any more, from the next request on."""

from chalicelib.errors import NotFound
from chalicelib.ports import App


def remove_key(app: App, name: str) -> None:
    """Forget the key. What its owner did keeps their name. Raises: NotFound."""
    if app.catalog.get("api-key", name) is None:
        raise NotFound("API key", name)
    app.catalog.delete("api-key", name)
