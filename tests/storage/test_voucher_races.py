"""Real races on MiniStack: many tills at one code, one budget, one key."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any

import boto3
import pytest
from botocore.config import Config

from chalicelib.domain.offers import Limits
from chalicelib.domain.redeeming import Use
from chalicelib.domain.vouchers import Voucher
from chalicelib.errors import VoucherRefused
from chalicelib.storage.vouchers import VouchersTable
from tests.storage.redeeming_cases import NOW, OFFER, personal, redemption

TILLS = 32


@pytest.fixture
def vouchers(ministack):
    # No retries of the SDK: what it would hide must be seen here.
    config = Config(max_pool_connections=TILLS, retries={"total_max_attempts": 1})
    client = boto3.client("dynamodb", endpoint_url=ministack.endpoint, config=config)
    return VouchersTable(client, ministack.tables["Vouchers"])


def at_once(tasks: Sequence[Callable[[], Any]]) -> list[Any]:
    """What each task answered, or the reason why it was refused; any other error rises."""

    def run(task: Callable[[], Any]) -> Any:
        try:
            return task()
        except VoucherRefused as error:
            return error.reason

    with ThreadPoolExecutor(TILLS) as tills:
        return list(tills.map(run, tasks))


def outcomes(answers: Sequence[Any]) -> Counter[str]:
    return Counter(answer if isinstance(answer, str) else "redeemed" for answer in answers)


def redeemed(vouchers: VouchersTable, codes: Sequence[str]) -> int:
    found = [vouchers.get(code) for code in codes]
    return sum(voucher is not None and voucher.status == "redeemed" for voucher in found)


def test_500_tills_at_a_budget_for_50_redeem_exactly_50(vouchers):
    """E1: 50 times 500 fits in 25,000; everybody else is told that the offer is exhausted, and nobody times out."""
    offer = replace(OFFER, limits=Limits(budget=25_000))
    codes = [f"CODE{n}" for n in range(500)]
    vouchers.issue([personal(code, f"c-{code}") for code in codes])

    answers = at_once(
        [
            partial(vouchers.redeem, personal(code), offer, redemption(code, f"o-{code}", customer_id=f"c-{code}"))
            for code in codes
        ]
    )

    assert outcomes(answers) == {"redeemed": 50, "exhausted": 450}
    assert vouchers.usage("spring") == Use(total=50, spent=25_000)
    assert redeemed(vouchers, codes) == 50


def test_200_tills_at_one_code_redeem_it_once(vouchers):
    """E1."""
    vouchers.issue([personal("A")])

    answers = at_once([partial(vouchers.redeem, personal("A"), OFFER, redemption("A", f"o-{n}")) for n in range(200)])

    assert outcomes(answers) == {"redeemed": 1, "used": 199}
    [made] = [answer for answer in answers if not isinstance(answer, str)]
    assert vouchers.get("A").redemption_id == made.id
    assert vouchers.usage("spring", "c-1") == Use(total=1, spent=500, by_customer=1)


def test_1000_codes_under_one_cap_of_100_redeem_100(vouchers):
    """E1."""
    offer = replace(OFFER, limits=Limits(total=100))
    codes = [f"CODE{n}" for n in range(1_000)]
    vouchers.issue([personal(code) for code in codes])

    answers = at_once(
        [partial(vouchers.redeem, personal(code), offer, redemption(code, f"o-{code}")) for code in codes]
    )

    assert outcomes(answers) == {"redeemed": 100, "exhausted": 900}
    assert vouchers.usage("spring", "c-1") == Use(total=100, spent=50_000, by_customer=100)


def test_the_same_key_100_times_at_once_redeems_once_and_answers_the_same(vouchers):
    """E2."""
    vouchers.issue([personal("A")])
    wanted = redemption("A", "o-1", key="k1")

    answers = at_once([partial(vouchers.redeem, personal("A"), OFFER, wanted)] * 100)

    assert answers == [answers[0]] * 100
    assert vouchers.redemption(wanted.id) == answers[0]
    assert vouchers.usage("spring", "c-1") == Use(total=1, spent=500, by_customer=1)


def test_one_order_with_a_shared_code_and_many_keys_redeems_once(vouchers):
    """E2: a till that makes a new key at each retry still gets one redemption for its order."""
    shared = Voucher(code="SPRING15", offer="spring", issued_at=NOW)
    vouchers.issue([shared])

    answers = at_once(
        [partial(vouchers.redeem, shared, OFFER, redemption("SPRING15", "o-1", key=f"k{n}")) for n in range(60)]
    )

    assert len({answer.id for answer in answers}) == 1
    assert len({answer.key for answer in answers}) == 1
    assert vouchers.usage("spring", "c-1") == Use(total=1, spent=500, by_customer=1)


def test_a_customers_limit_holds_in_a_race_of_all_their_codes(vouchers):
    """Invariant 4."""
    offer = replace(OFFER, limits=Limits(per_customer=3, total=1_000, budget=10**6))
    codes = [f"CODE{n}" for n in range(60)]
    vouchers.issue([personal(code) for code in codes])

    answers = at_once(
        [partial(vouchers.redeem, personal(code), offer, redemption(code, f"o-{code}")) for code in codes]
    )

    assert outcomes(answers) == {"redeemed": 3, "customer_limit": 57}
    assert vouchers.usage("spring", "c-1") == Use(total=3, spent=1_500, by_customer=3)


def test_activating_withdrawing_and_redeeming_at_once_leave_one_clear_state(vouchers):
    codes = [f"CODE{n}" for n in range(40)]
    vouchers.issue([personal(code) for code in codes])
    tasks: list[Callable[[], Any]] = []
    for code in codes:
        tasks += [
            partial(vouchers.activate, code, NOW),
            partial(vouchers.withdraw, code),
            partial(vouchers.redeem, personal(code), OFFER, redemption(code, f"o-{code}")),
        ]

    answers = at_once(tasks)

    statuses = [vouchers.get(code).status for code in codes]
    made = [answer for answer in answers[2::3] if not isinstance(answer, str)]
    assert set(statuses) <= {"redeemed", "withdrawn"}
    assert vouchers.usage("spring").total == len(made) == statuses.count("redeemed")
