"""Which topics the shop mails on: its own list, its default, and those of its campaigns and flows."""

from chalicelib.ports import App


def shop_topics(app: App) -> set[str]:
    """The names of all topics in use."""
    documents = [*app.catalog.list("campaign"), *app.catalog.list("flow")]
    named = {document.body.get("topic") for document in documents}
    shop = app.catalog.shop()
    return {shop.default_topic, *shop.topics, *(name for name in named if isinstance(name, str) and name)}
