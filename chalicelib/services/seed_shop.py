"""Use case: a fresh shop finds everything that ships with the service; an update brings what is new."""

from chalicelib.errors import StaleRevision
from chalicelib.ports import App, Document
from chalicelib.services.put_flow import put_flow
from chalicelib.services.seed_library import seed_library
from chalicelib.services.ship_segments import ship_segments


def seed_shop(app: App) -> bool:
    """Store the shipped templates, segments, offers and flows (all off) that are missing; whether there was a need.

    What the shop changed stays as it is. One read tells that nothing has been shipped since the last time.
    """
    stored = app.catalog.get("library", "shipped")
    fingerprint = app.library.fingerprint
    if stored is not None and stored.body["fingerprint"] == fingerprint:
        return False
    seed_library(app)
    ship_segments(app)
    for name, fields in app.library.flows().items():
        if app.catalog.get("flow", name) is None:
            put_flow(app, name, fields)
    revision = stored.revision if stored else 0
    try:
        app.catalog.put(Document(kind="library", name="shipped", body={"fingerprint": fingerprint}, revision=revision))
    except StaleRevision:
        return True  # another tick did the same at the same moment
    return True
