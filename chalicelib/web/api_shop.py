"""The shop's settings over HTTP."""

from chalicelib.domain.shop import shop_to_fields
from chalicelib.services.put_shop import put_shop
from chalicelib.web.bodies import read_object
from chalicelib.web.routing import request, require_main_key, v1
from chalicelib.web.schemas import Json
from chalicelib.wiring import get_app


@v1("GET", "/shop")
def read_shop() -> Json:
    """The shop's settings."""
    return shop_to_fields(get_app().catalog.shop())


@v1("PUT", "/shop")
def write_shop() -> Json:
    """Change the named settings of the shop."""
    fields = read_object(request())
    if _changes_approval(fields):  # whoever may not approve alone may not switch that off either
        require_main_key("Changing template_approval")
    return shop_to_fields(put_shop(get_app(), fields))


def _changes_approval(fields: Json) -> bool:
    stored = get_app().catalog.get("shop", "shop")
    before = bool(stored and stored.body.get("template_approval"))
    return "template_approval" in fields and bool(fields["template_approval"]) != before
