"""How the shop's settings are read, merged and written back."""

import pytest

from chalicelib.domain.shop import Shop, shop_from_fields, shop_to_fields
from chalicelib.errors import InvalidInput

FIELDS = {
    "name": "Kettle & Crane",
    "from": "Hello@Shop.Example.com",
    "postal_address": "1 Dock Street\nBristol",
    "links_url": "https://links.example.com/",
}


def test_a_new_shop_has_the_defaults_of_the_interface():
    shop = shop_from_fields(None, FIELDS)

    assert shop == Shop(
        name="Kettle & Crane",
        sender="hello@shop.example.com",
        postal_address="1 Dock Street\nBristol",
        links_url="https://links.example.com",
        currency="GBP",
        time_zone="Europe/London",
        locale="en",
        default_topic="offers",
        undo_seconds=0,
        template_approval=False,
        bulk=False,
    )
    assert shop.zone.key == "Europe/London"


def test_named_fields_change_null_gives_the_default_back_and_the_rest_stays():
    brand = {"colour": "#7a3e2b", "font": "Georgia, serif"}
    shop = shop_from_fields(None, {**FIELDS, "currency": "EUR", "brand": brand})

    changed = shop_from_fields(shop, {"currency": None, "name": "Crane"})

    assert (changed.name, changed.currency) == ("Crane", "GBP")
    assert changed.brand == brand
    assert changed.sender == "hello@shop.example.com"


def test_what_is_written_reads_back_as_the_same_shop():
    shop = shop_from_fields(None, {**FIELDS, "reply_to": "ann@example.com", "undo_seconds": 30, "caps": None})

    assert shop_from_fields(None, shop_to_fields(shop)) == shop
    assert shop_to_fields(shop)["from"] == "hello@shop.example.com"
    assert shop_to_fields(shop)["quiet_hours"] is None


def test_the_limits_of_mail_are_written_and_read_again():
    limits = {
        "quiet_hours": {"from": "21:00", "to": "08:00"},
        "holidays": {"days": ["12-25"], "over": "skip"},
        "ramp": {"start": 500, "growth": 1.5, "until": 50_000},
        "approval_above": 0,
    }
    shop = shop_from_fields(None, {**FIELDS, **limits, "caps": {"all": {"count": 3, "per": "7d"}}})
    written = shop_to_fields(shop)

    assert {name: written[name] for name in limits} == limits
    assert shop_from_fields(None, written) == shop
    bare = shop_to_fields(shop_from_fields(shop, {**dict.fromkeys(limits), "caps": None}))
    assert {bare[name] for name in (*limits, "caps")} == {None}


def test_every_gap_and_every_wrong_field_is_named_at_once():
    with pytest.raises(InvalidInput) as refused:
        shop_from_fields(None, {"nmae": "x", "from": "Ann <a@b.com>", "currency": "POUND", "caps": {"week": 2}})

    places = {detail.where: detail.message for detail in refused.value.details}
    assert set(places) == {"nmae", "from", "currency", "caps", "name", "postal_address", "links_url"}
    assert places["nmae"].startswith("is no field of the shop; it has analyses, approval_above, brand")
    assert places["from"] == "the address has angle brackets; give the bare address, without a name"
    assert places["caps"].startswith("has all, topics, exempt")
    assert places["links_url"] == "is needed"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "Kettle\r\nBcc: x@example.com"),
        ("name", None),
        ("postal_address", ""),
        ("time_zone", "Mars/Phobos"),
        ("locale", "klingon"),
        ("links_url", "http://links.example.com"),
        ("links_url", "https://links.example.com/?a=1"),
        ("links_url", "https://links.example.com/#a"),
        ("links_url", "https://user@links.example.com"),
        ("links_url", "javascript:alert(1)"),
        ("links_url", "https://"),
        ("links_url", 'https://a.example.com/"x'),
        ("links_url", "https://a.example.com/\nx"),
        ("links_url", 7),
        ("brand", "red"),
        ("brand", {"colour": "red;} body{"}),
        ("brand", {"logo_url": "javascript:alert(1)"}),
        ("brand", {"logo_url": 'https://x.example.com/"onload='}),
        ("brand", {"size": "12"}),
        ("default_topic", "Big Offers"),
        ("topics", ["offers"]),
        ("topics", {"Big Offers": "Offers"}),
        ("topics", {"offers": ""}),
        ("topics", {"offers": {}}),
        ("topics", {"offers": {"English please": "Offers"}}),
        ("topics", {f"t{number}": "x" for number in range(21)}),
        ("undo_seconds", -1),
        ("undo_seconds", True),
        ("undo_seconds", 1.5),
        ("template_approval", "yes"),
        ("template_approval", 1),
        ("bulk", "yes"),
        ("tracking_default", "all"),
    ],
)
def test_a_value_that_cannot_be_is_refused(field, value):
    shop = shop_from_fields(None, FIELDS)

    with pytest.raises(InvalidInput) as refused:
        shop_from_fields(shop, {field: value})

    [detail] = refused.value.details
    assert detail.where == field


def test_a_local_stack_may_have_links_without_tls():
    assert shop_from_fields(None, {**FIELDS, "links_url": "http://127.0.0.1:8000"}).links_url == "http://127.0.0.1:8000"
