"""Who is held out: drawn among those who would have been mailed; no claim, no voucher, no mail."""

import pytest

from chalicelib.domain.drawing import is_held_out
from tests.services.sending import killed, open_shop

PEOPLE = {f"p{number:03}" for number in range(60)}
OUT = {name for name in PEOPLE if is_held_out("spring", name, 30)}


@pytest.fixture
def shop():
    shop = open_shop()
    shop.people(60)
    shop.offer()
    return shop


def assert_held_out(shop):
    assert {row.customer_id for row in shop.rows.items.values() if row.reason == "holdout"} == OUT
    assert {mail.to.split("@")[0] for mail in shop.mailer.accepted} == PEOPLE - OUT
    assert shop.live_vouchers() == PEOPLE - OUT
    assert [name for name in OUT if shop.box(name).recent] == []
    assert shop.report()["skipped"] == {"holdout": len(OUT)}


def test_the_held_out_get_a_row_and_nothing_else(shop):
    assert OUT

    shop.launch(holdout_percent=30, offer="ten-off")
    shop.run()

    assert_held_out(shop)


def test_whoever_could_not_be_mailed_is_skipped_for_that_reason_not_as_held_out(shop):
    """Else the comparison would be with people of another kind."""
    shop.person("gone", consent=False)
    out = next(name for name in map(str, range(99)) if is_held_out("spring", name, 30))
    shop.person(out, consent=False)

    shop.launch(holdout_percent=30)
    shop.run()

    assert shop.row(out).reason == "no_consent"
    assert shop.report()["skipped"] == {"holdout": len(OUT), "no_consent": 2}


@pytest.mark.parametrize("method", ["claim", "get_many"])
def test_a_death_in_between_holds_out_the_same_people(shop, method):
    """A2."""
    shop.launch(holdout_percent=30, offer="ten-off")
    killed(shop, shop.mailboxes, method, after=True)
    shop.run()

    assert_held_out(shop)
