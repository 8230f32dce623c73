"""E1, E2, E8 over HTTP: many tills at once never give more than the offer has, and nobody guesses a code."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.journeys.storefront import Json, Storefront, basket

pytestmark = pytest.mark.stack
AT_ONCE = 12  # each request at once is a process of its own on the local AWS
_BUSY = 503


@pytest.fixture(autouse=True)
def _nobody_is_counted(shop: Storefront) -> Iterator[None]:
    """Other journeys ask from the same address as the one who guesses here: forget the count of this minute."""
    yield
    dynamodb, table = shop.stack.client("dynamodb"), shop.stack.resources["Catalog"]
    for item in shop.items("Catalog"):
        if item["kind"]["S"] == "throttle":
            dynamodb.delete_item(TableName=table, Key={"kind": item["kind"], "name": item["name"]})


def _at_once(count: int, ask: Callable[[int], tuple[int, Json]]) -> list[tuple[int, Json]]:
    """The answers to `count` tills; one that is told to try again does so, as a till would."""

    def persist(number: int) -> tuple[int, Json]:
        for _ in range(20):
            answer = ask(number)
            if answer[0] != _BUSY:
                break
        return answer

    with ThreadPoolExecutor(AT_ONCE) as tills:
        return list(tills.map(persist, range(count)))


def _offer(shop: Storefront, name: str, **fields: object) -> str:
    """A shared code of an offer of 10 %."""
    code = {"kind": "shared", "value": name.replace("-", "").upper()}
    shop.call("PUT", f"/offers/{name}", {"benefit": {"kind": "percent", "percent": 10}, "code": code, **fields})
    return code["value"]


def test_forty_tills_at_once_on_an_offer_of_ten_get_ten(shop: Storefront) -> None:
    """E1, invariant 4."""
    code = _offer(shop, "e1-ten", limits={"total": 10})

    answers = _at_once(
        40, lambda number: shop.answer("POST", f"/vouchers/{code}/redeem", {"order": basket(f"e1-{number}")})
    )

    assert Counter(status for status, _ in answers) == {200: 10, 409: 30}
    assert {body["error"]["code"] for status, body in answers if status == 409} == {"offer_exhausted"}
    # What remains is said as it was seen just before: rivals may have seen the same.
    assert {body["remaining"]["total"] for status, body in answers if status == 200} <= set(range(10))
    assert len({body["redemption_id"] for status, body in answers if status == 200}) == 10


def test_the_money_of_a_budget_is_never_exceeded(shop: Storefront) -> None:
    """E1, invariant 4: 5.80 a time out of 30.00 is five times."""
    code = _offer(shop, "e1-money", limits={"budget": 3000})

    answers = _at_once(
        20, lambda number: shop.answer("POST", f"/vouchers/{code}/redeem", {"order": basket(f"e1-m-{number}")})
    )

    granted = [body["discount"]["amount"] for status, body in answers if status == 200]
    assert granted == [580] * 5
    assert {status for status, _ in answers} == {200, 409}


def test_one_code_at_twenty_tills_is_redeemed_at_one(shop: Storefront) -> None:
    """E1."""
    shop.call("PUT", "/offers/e1-one", {"benefit": {"kind": "percent", "percent": 10}})
    shop.call("PUT", "/customers/e1-ann", {"first_name": "Ann"})
    [voucher] = shop.call("POST", "/offers/e1-one/vouchers", {"customer_id": "e1-ann"})["vouchers"]

    answers = _at_once(
        20,
        lambda number: shop.answer("POST", f"/vouchers/{voucher['code']}/redeem", {"order": basket(f"e1-o-{number}")}),
    )

    assert Counter(status for status, _ in answers) == {200: 1, 409: 19}
    assert {body["error"]["code"] for status, body in answers if status == 409} == {"voucher_refused"}


def test_one_key_twenty_times_is_one_redemption_with_one_answer(shop: Storefront) -> None:
    """E2, E3."""
    code = _offer(shop, "e2-key", limits={"total": 5})
    order = {"order": basket("e2-1")}

    answers = _at_once(
        20, lambda _: shop.answer("POST", f"/vouchers/{code}/redeem", order, Idempotency_Key="till-7-receipt-9")
    )

    assert {status for status, _ in answers} == {200}
    first = answers[0][1]
    assert [body for _, body in answers] == [first] * 20
    assert first["remaining"]["total"] == 4

    other = {"order": basket("e2-2")}
    status, refusal = shop.answer("POST", f"/vouchers/{code}/redeem", other, Idempotency_Key="till-7-receipt-9")
    assert (status, refusal["error"]["code"]) == (409, "idempotency_mismatch")
    status, next_ = shop.answer("POST", f"/vouchers/{code}/redeem", other, Idempotency_Key="till-7-receipt-10")
    assert (status, next_["remaining"]["total"]) == (200, 3)


def test_two_hundred_guessed_codes_find_nothing_and_are_slowed_down(shop: Storefront) -> None:
    """E8."""
    shop.call("PUT", "/offers/e8", {"benefit": {"kind": "percent", "percent": 10}})
    for name in ("e8-ann", "e8-bo"):
        shop.call("PUT", f"/customers/{name}", {"first_name": "Ann"})
    [voucher] = shop.call("POST", "/offers/e8/vouchers", {"customer_id": "e8-ann"})["vouchers"]
    before = [item for item in shop.items("Vouchers") if "e8" in repr(item)]
    body = {"customer_id": "e8-bo", "order": basket("e8-1")}
    foreign = shop.answer("POST", f"/vouchers/{voucher['code']}/redeem", body)
    unknown = shop.answer("POST", f"/vouchers/{_wrong(voucher['code'])}/redeem", body)
    assert foreign == unknown  # another customer's code is as unknown as none
    assert (unknown[0], unknown[1]["error"]["code"]) == (404, "voucher_unknown")

    answers = [
        shop.answer("POST", f"/vouchers/{number:016}/{('validate', 'redeem')[number % 2]}", {"order": basket("e8-2")})
        for number in range(200)
    ]

    found = Counter(status for status, _ in answers)
    assert set(found) == {404, 429}
    assert found[404] <= 2 * 20  # of two minutes, if the clock turned
    assert {body["error"]["code"] for status, body in answers if status == 429} == {"too_many_requests"}
    assert [item for item in shop.items("Vouchers") if "e8" in repr(item)] == before


def _wrong(code: str) -> str:
    return code[:-1] + ("2" if code[-1] != "2" else "3")
