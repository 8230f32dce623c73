"""The page behind a mail's voucher link: what it shows, and that looking changes nothing."""

from datetime import timedelta

import pytest

from chalicelib.errors import InvalidToken
from chalicelib.services.activate_voucher import activate_voucher
from chalicelib.services.put_offer import put_offer
from chalicelib.services.redeem_voucher import redeem_voucher
from chalicelib.services.show_voucher import VoucherPage, show_voucher
from chalicelib.services.stop_offer import stop_offer
from tests.services.voucher_shop import NOW, open_shop, order


@pytest.fixture
def shop():
    return open_shop()


def test_the_page_shows_the_offer_and_the_code(shop):
    shop.offer(validity={"ends_at": "2026-03-31T00:00:00Z"})
    voucher = shop.issue()

    page = show_voucher(shop.app, shop.token(voucher))

    assert page == VoucherPage(
        shop=shop.app.catalog.shop(),
        locale="de-DE",
        first_name="Ada",
        offer=shop.app.catalog.offer("spring"),
        code=f"{voucher.code[:5]}-{voucher.code[5:9]}-{voucher.code[9:]}",
        qr=voucher.code,
        expires_at=voucher.expires_at,
        state="open",
    )


def test_looking_any_number_of_times_changes_nothing(shop):
    """C1, invariant 6."""
    shop.offer()
    token = shop.token(shop.issue())
    before = shop.state()

    pages = [show_voucher(shop.app, token) for _ in range(20)]

    assert pages == [pages[0]] * 20
    assert shop.state() == before


def test_a_customer_without_a_locale_reads_the_shops_language(shop):
    shop.offer()
    voucher = shop.issue("bo")

    assert show_voucher(shop.app, shop.token(voucher, "bo")).locale == shop.app.catalog.shop().locale


def test_activating_is_noted_once_and_the_voucher_stays_usable(shop):
    shop.offer()
    voucher = shop.issue()
    token = shop.token(voucher)

    first = activate_voucher(shop.app, token)
    shop.clock.advance(timedelta(days=1))
    again = activate_voucher(shop.app, token)

    assert (first.state, again.state, show_voucher(shop.app, token).state) == ("activated",) * 3
    assert shop.vouchers.get(voucher.code).activated_at == NOW
    assert redeem_voucher(shop.app, voucher.code, "ada", order()).order_id == "o-1"


def test_a_shared_code_is_shown_and_not_activated(shop):
    shop.offer(code={"kind": "shared", "value": "Spring-15"}, limits={"per_customer": 1})
    token = shop.token(shop.issue())
    before = shop.state()

    page = activate_voucher(shop.app, token)

    assert (page.code, page.state, page.first_name) == ("SPRING15", "open", "Ada")
    assert shop.state() == before
    redeem_voucher(shop.app, "SPRING15", "ada", order())
    assert show_voucher(shop.app, token).state == "closed"


def closed(shop, voucher):
    before, token = shop.state(), shop.token(voucher)
    assert activate_voucher(shop.app, token).state == "closed"
    assert show_voucher(shop.app, token).state == "closed"
    assert shop.state() == before


def test_a_used_an_ended_an_exhausted_and_a_stopped_one_all_show_closed(shop):
    """The page does not tell a visitor why; nor does the button change anything."""
    shop.offer(limits={"budget": 525}, validity={"ends_at": "2026-03-31T00:00:00Z"})
    used, unused = shop.issue(), shop.issue()
    redeem_voucher(shop.app, used.code, "ada", order())

    closed(shop, used)
    closed(shop, unused)
    put_offer(shop.app, "spring", {"limits": None})
    assert show_voucher(shop.app, shop.token(unused)).state == "open"
    shop.clock.advance(timedelta(days=30))
    closed(shop, unused)
    shop.clock.advance(timedelta(days=-30))
    stop_offer(shop.app, "spring")
    closed(shop, unused)


def test_an_offer_that_starts_later_is_shown_ahead(shop):
    shop.offer(validity={"starts_at": "2026-04-01"})

    assert show_voucher(shop.app, shop.token(shop.issue())).state == "open"


@pytest.mark.parametrize("use_case", [show_voucher, activate_voucher])
def test_a_link_that_is_not_this_customers_voucher_is_not_valid(shop, use_case):
    """C3, F1, E8: forged, for another purpose, another customer's, unknown, withdrawn: the same answer."""
    shop.offer()
    voucher, withdrawn = shop.issue(), shop.issue()
    shop.vouchers.withdraw(withdrawn.code)
    token = shop.token(voucher)
    bad = [
        token[:-1],
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        shop.token(voucher, purpose="u"),
        shop.token(voucher, "bo"),
        shop.token(withdrawn),
        shop.app.signer.sign("r", ["ABCDEFGHJKMNP", "m-1", "b-1", "ada"]),
        shop.app.signer.sign("r", [voucher.code, "ada"]),
        "",
    ]
    before = shop.state()

    for one in bad:
        with pytest.raises(InvalidToken, match="This link is not valid"):
            use_case(shop.app, one)

    assert shop.state() == before
