"""What happens between a redemption and a database that conflicts, throttles, or loses its answer."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from chalicelib.domain.offers import Limits
from chalicelib.domain.redeeming import Use
from chalicelib.errors import Busy, OfferExhausted, VoucherRefused
from chalicelib.storage.voucher_items import voucher_item
from chalicelib.storage.vouchers import VouchersTable
from tests.storage.redeeming_cases import OFFER, personal, redemption


class Faulty:
    """A DynamoDB client whose `transact_write_items` fails as told before, or after, it did its work."""

    def __init__(self, client: Any, before: list[Exception], after: list[Exception] | None = None) -> None:
        self._client = client
        self.before, self.after = before, after or []
        self.calls = 0
        self.meanwhile: Callable[[], object] = lambda: None  # happens once, between a reading and its writing

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def transact_write_items(self, **request: Any) -> Any:
        self.calls += 1
        meanwhile, self.meanwhile = self.meanwhile, lambda: None
        meanwhile()
        if self.before:
            raise self.before.pop(0)
        answer = self._client.transact_write_items(**request)
        if self.after:
            raise self.after.pop(0)
        return answer


def cancelled(*codes: str) -> ClientError:
    reasons = [{"Code": code} for code in codes]
    error: Any = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}
    return ClientError(error, "TransactWriteItems")


def failed(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code}}, "TransactWriteItems")


@pytest.fixture
def table(dynamodb):
    """Makes a store whose transactions fail as told; its pauses are noted, not waited for."""

    def make(before=(), after=()):
        pauses: list[float] = []
        client = Faulty(dynamodb, list(before), list(after))
        store = VouchersTable(client, "Vouchers", sleep=pauses.append, chance=lambda: 1.0)
        dynamodb.put_item(TableName="Vouchers", Item=voucher_item(personal("A")))
        return store, client, pauses

    return make


@pytest.mark.parametrize(
    "fault",
    [
        cancelled("TransactionConflict", "None", "None", "None"),
        cancelled("None", "None", "None", "ThrottlingError"),
        cancelled("None", "ProvisionedThroughputExceeded", "TransactionConflict", "None"),
        failed("ThrottlingException"),
        failed("ProvisionedThroughputExceededException"),
        failed("RequestLimitExceeded"),
        failed("TransactionInProgressException"),
        failed("InternalServerError"),
    ],
)
def test_a_conflict_or_a_throttled_table_is_tried_again(table, fault):
    """A8: never reported as exhausted."""
    store, client, pauses = table(before=[fault] * 5)

    made = store.redeem(personal("A"), replace(OFFER, limits=Limits(total=1)), redemption("A", "o-1"))

    assert store.redemption(made.id) == made
    assert client.calls == 6
    assert pauses == [0.02, 0.04, 0.08, 0.16, 0.32]


def test_a_table_that_stays_busy_says_so_and_redeems_nothing(table):
    """A8."""
    store, client, pauses = table(before=[cancelled("TransactionConflict")] * 100)

    with pytest.raises(Busy, match="Nothing was redeemed; send it again") as caught:
        store.redeem(personal("A"), replace(OFFER, limits=Limits(total=1)), redemption("A", "o-1"))

    assert caught.value.http_status == 503
    assert client.calls == 20
    assert sum(pauses) < 15
    assert store.get("A") == personal("A")
    assert store.usage("spring", "c-1") == Use()


def test_the_pauses_of_writers_that_met_differ(dynamodb):
    pauses: list[float] = []
    store = VouchersTable(Faulty(dynamodb, [cancelled("TransactionConflict")] * 20), "Vouchers", sleep=pauses.append)
    dynamodb.put_item(TableName="Vouchers", Item=voucher_item(personal("A")))

    with pytest.raises(Busy):
        store.redeem(personal("A"), OFFER, redemption("A", "o-1"))

    assert len(set(pauses[6:])) > 5
    assert all(0.4 <= pause <= 0.8 for pause in pauses[6:])


@pytest.mark.parametrize("code", ["ValidationException", "AccessDeniedException", "ResourceNotFoundException"])
def test_a_fault_of_ours_rises_at_once(table, code):
    store, client, _ = table(before=[failed(code)])

    with pytest.raises(ClientError, match=code):
        store.redeem(personal("A"), OFFER, redemption("A", "o-1"))

    assert client.calls == 1


def test_a_cancellation_for_a_fault_of_ours_rises_at_once(table):
    store, client, _ = table(before=[cancelled("None", "ValidationError")])

    with pytest.raises(ClientError):
        store.redeem(personal("A"), OFFER, redemption("A", "o-1"))

    assert client.calls == 1


@pytest.mark.parametrize(
    "lost", [failed("InternalServerError"), cancelled("TransactionConflict"), cancelled("ConditionalCheckFailed")]
)
def test_an_answer_that_was_lost_after_the_work_gives_the_same_redemption(table, lost):
    """E3: the transaction went through, its answer did not; the retry finds it, although the offer is used up now."""
    store, client, _ = table(after=[lost])

    made = store.redeem(personal("A"), replace(OFFER, limits=Limits(total=1)), redemption("A", "o-1"))

    assert store.redemption(made.id) == made
    assert client.calls == 1
    assert store.usage("spring", "c-1") == Use(total=1, spent=500, by_customer=1)


def test_a_caller_whose_connection_broke_gets_the_same_redemption_when_it_asks_again(table):
    """E3."""
    store, _, _ = table(after=[ReadTimeoutError(endpoint_url="https://dynamodb.test")])
    with pytest.raises(ReadTimeoutError):
        store.redeem(personal("A"), OFFER, redemption("A", "o-1"))

    made = store.redeem(personal("A"), OFFER, redemption("A", "o-1"))

    assert store.redemption(made.id) == made
    assert store.usage("spring", "c-1") == Use(total=1, spent=500, by_customer=1)


def test_of_two_tills_that_both_read_an_unused_voucher_one_redeems_it(table, dynamodb):
    """E1: the writing decides, for both have seen the same."""
    store, client, _ = table()
    other = VouchersTable(dynamodb, "Vouchers")
    client.meanwhile = lambda: other.redeem(personal("A"), OFFER, redemption("A", "o-1"))

    with pytest.raises(VoucherRefused):
        store.redeem(personal("A"), OFFER, redemption("A", "o-2"))

    assert store.redemption(redemption("A", "o-2").id) is None
    assert store.usage("spring", "c-1") == Use(total=1, spent=500, by_customer=1)


def test_an_exhausted_budget_is_told_without_a_write(table, dynamodb):
    """E1: a queue before an empty budget must not make conflicts."""
    store, client, _ = table()
    dynamodb.put_item(TableName="Vouchers", Item=voucher_item(personal("B")))
    store.redeem(personal("A"), OFFER, redemption("A", "o-1"))

    with pytest.raises(OfferExhausted):
        store.redeem(personal("B"), replace(OFFER, limits=Limits(total=1)), redemption("B", "o-2"))

    assert client.calls == 1
