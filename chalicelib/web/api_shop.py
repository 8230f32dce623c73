"""The shop's settings over HTTP."""

from typing import Any

from chalicelib.domain.shop import shop_to_fields
from chalicelib.services.put_shop import put_shop
from chalicelib.web.bodies import read_object
from chalicelib.web.routing import request, require_main_key, v1
from chalicelib.web.schemas import Json
from chalicelib.wiring import get_app

_APPROVALS = ("template_approval", "approval_above")


@v1("GET", "/shop")
def read_shop() -> Json:
    """The shop's settings."""
    return shop_to_fields(get_app().catalog.shop())


@v1("PUT", "/shop")
def write_shop() -> Json:
    """Change the named settings of the shop."""
    fields = read_object(request())
    if changed := _changed_approvals(fields):  # whoever may not approve alone may not switch that off either
        require_main_key(f"Changing {changed[0]}")
    return shop_to_fields(put_shop(get_app(), fields))


def _changed_approvals(fields: Json) -> list[str]:
    stored = get_app().catalog.get("shop", "shop")
    before = stored.body if stored else {}
    # To leave a setting out, or at false or null, is the same: no second person is needed. Zero people is a limit.
    return [name for name in _APPROVALS if name in fields and _set(fields[name]) != _set(before.get(name))]


def _set(value: Any) -> Any:
    return None if value is False else value
