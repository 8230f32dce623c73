"""Use case: who has an API key beside the main one. No key is shown: only a hash of each is kept."""

from chalicelib.ports import App


def list_keys(app: App) -> list[dict[str, str]]:
    """By name: {"name", "created_at"}."""
    return [{"name": one.name, "created_at": one.body["created_at"]} for one in app.catalog.list("api-key")]
