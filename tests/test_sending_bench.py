"""The benchmark of sending sends what it says, and its bill counts as AWS does; `make bench` runs it all."""

import json

import pytest

from bench.mails.after import report_back
from bench.mails.bill import Bill
from bench.mails.peers import boto3_loop
from bench.mails.run import Bench
from chalicelib.storage.items import pack


@pytest.fixture(scope="module")
def bulk() -> Bench:
    return Bench(120, bulk=True, keeps_rows=True)


def test_every_customer_gets_one_mail_in_as_few_calls_as_can_be(bulk):
    bulk.send()  # the first one reads the template, and asks for the rate

    result = bulk.send()

    assert result.requests["sesv2.SendBulkEmail"] == 3
    assert result.requests["sesv2.SendEmail"] == 0
    assert len({customer for _, _, customer in bulk.aws.rows()}) == 120
    assert 1 < result.in_renders < 100
    assert bulk.send().requests == result.requests


def test_one_mail_a_call_is_one_request_each():
    bench = Bench(12, bulk=False, unique=True)

    assert bench.send().requests["sesv2.SendEmail"] == 12


def test_what_comes_after_the_mails_is_on_the_bill(bulk):
    bulk.send()
    bill = Bill()
    bulk.aws.watch = bill.watch
    try:
        report_back(bulk, bill)
    finally:
        bulk.aws.watch = None

    assert bill.units["Firehose record"] == 3 * 120
    assert bill.units["API request"] == 6
    assert bill.units["write unit"] >= 120  # each open is noted


def test_the_plain_loop_sends_to_everybody_too(bulk):
    bulk.send()  # the loop takes the template and the variables of its last mail
    bulk.aws.requests.clear()

    assert boto3_loop(bulk) > 0
    assert bulk.aws.requests["sesv2.SendEmail"] == 120


@pytest.mark.parametrize(("size", "units"), [(100, 2), (900, 2), (1100, 3), (2100, 4)])
def test_a_row_costs_a_unit_for_each_kilobyte_and_one_for_its_index(size, units):
    keys = {"pk": "R#c.spring#b", "sk": "c-1", "customer_id": "c-1", "at": "2026"}
    item = pack({**keys, "reason": "x" * (size - 80)})
    names = ", ".join(f"'{name}': ?" for name in item)
    statement = {"Statement": f'INSERT INTO "sends" VALUE {{{names}}}', "Parameters": list(item.values())}
    bill = Bill()

    bill.watch(
        "dynamodb", "BatchExecuteStatement", {"Statements": [statement]}, json.dumps({"Responses": [{}]}).encode()
    )

    assert bill.units == {"write unit": units}


def test_reads_are_counted_by_four_kilobytes_and_halved_where_they_may_lag():
    bill = Bill()
    item = pack({"id": "c-1", "text": "x" * 5000})

    bill.watch("dynamodb", "GetItem", {}, json.dumps({"Item": item}).encode())
    bill.watch("dynamodb", "BatchGetItem", {}, json.dumps({"Responses": {"customers": [item, item]}}).encode())
    bill.watch("dynamodb", "Scan", {}, json.dumps({"Items": [item, item, item]}).encode())

    assert bill.units == {"read unit": 2 + 4 + 2}
