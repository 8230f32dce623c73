"""`habitue offer` and `habitue voucher`."""

import json

import pytest

from chalicelib.domain.codes import show_code
from chalicelib.services.issue_voucher import issue_voucher
from chalicelib.services.put_customer import put_customer
from chalicelib.services.put_offer import put_offer

ORDER = {"order_id": "o-1", "currency": "GBP", "lines": [{"sku": "tea", "quantity": 2, "unit_price": 2500}]}


@pytest.fixture
def order(tmp_path):
    file = tmp_path / "basket.json"
    file.write_text(json.dumps(ORDER))
    return file


@pytest.fixture
def code(habitue):
    app = habitue.server.app
    put_customer(app, "ann", {"email": "ann@example.com"})
    put_offer(app, "spring", {"benefit": {"kind": "percent", "percent": 15}, "limits": {"total": 5}})
    return show_code(issue_voucher(app, "spring", "ann").code)


@pytest.mark.usefixtures("code")
def test_an_offer_is_shown_in_words(habitue):
    ran = habitue("offer", "show", "spring")

    assert (ran.code, ran.err) == (0, "")
    shown = dict(line.split(maxsplit=1) for line in ran.out.splitlines())
    assert (shown["name"], shown["benefit"]) == ("spring", "kind percent, percent 15")
    assert shown["limits"] == "total 5"
    assert json.loads(habitue("offer", "show", "spring", "--json").out)["benefit"]["percent"] == 15


def test_a_voucher_is_validated_and_redeemed_once(habitue, code, order, tmp_path):
    ran = habitue("voucher", "validate", code, "--order", order, "--customer", "ann")
    assert ran.code == 0
    shown = dict(line.split(maxsplit=1) for line in ran.out.splitlines())
    assert (shown["valid"], shown["discount"]) == ("yes", "7.50 GBP")

    first = habitue("voucher", "redeem", code, "--order", order, "--json")
    again = habitue("voucher", "redeem", code.lower().replace("-", " "), "--order", order, "--json")
    assert (first.code, first.out) == (0, again.out)
    assert json.loads(first.out)["discount"] == {"amount": 750, "currency": "GBP"}

    other = tmp_path / "other.json"
    other.write_text(json.dumps({**ORDER, "order_id": "o-2"}))
    refused = habitue("voucher", "redeem", code, "--order", other)
    assert (refused.code, refused.out) == (1, "")
    assert refused.err.startswith("habitue: ")
    assert habitue.server.app.vouchers.usage("spring").total == 1


def test_a_code_that_is_not_valid_now_is_an_answer_of_validate_and_not_a_failure(habitue, code, order, tmp_path):
    other = tmp_path / "other.json"
    other.write_text(json.dumps({**ORDER, "currency": "EUR"}))

    ran = habitue("voucher", "validate", code, "--order", other, "--json")

    assert ran.code == 0
    assert (json.loads(ran.out)["valid"], json.loads(ran.out)["reason"]) == (False, "wrong_currency")


@pytest.mark.usefixtures("code")
def test_an_unknown_code_is_refused(habitue, order):
    ran = habitue("voucher", "redeem", "AAAAA-AAAA-AAAA", "--order", order)

    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "habitue: This code is not known. Check the spelling, or ask for the mail that carries it.\n"


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"{", "is no JSON"), (b"[]", "must hold an object with order_id, currency and lines"), (b"\xff", "is no JSON")],
)
def test_an_order_that_cannot_be_read_is_wrong_usage(habitue, tmp_path, content, words):
    file = tmp_path / "basket.json"
    file.write_bytes(content)

    ran = habitue("voucher", "redeem", "AAAAA-AAAA-AAAA", "--order", file)

    assert (ran.code, ran.out) == (2, "")
    assert words in ran.err
    assert habitue.server.asked == []


def test_an_order_that_lacks_something_is_refused_with_its_places(habitue, code, tmp_path):
    file = tmp_path / "basket.json"
    file.write_text(json.dumps({"order_id": "o-1", "currency": "GBP", "lines": [{"sku": "tea", "quantity": 0}]}))

    ran = habitue("voucher", "redeem", code, "--order", file)

    assert (ran.code, ran.out) == (1, "")
    assert "lines[0].quantity" in ran.err
    assert habitue.server.app.vouchers.usage("spring").total == 0
