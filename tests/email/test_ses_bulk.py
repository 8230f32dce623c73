"""SendBulkEmail against the running stand-in: mails like those of the other road, and an outcome for each."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random  # noqa: TID251 - seeded: each run is the same
from typing import Any

import pytest

from chalicelib.domain.bulk_calls import BulkCall, bulk_call, groups
from chalicelib.domain.send_tags import send_tags
from chalicelib.domain.templates import Mail, Slotted
from chalicelib.email.ses_errors import STATUSES, of_entry
from chalicelib.errors import MailRefused, MailUnknown
from tests.email.ses_bench import MAIL, Bench, ses_bench
from tests.email.test_many_customers import NAMES, random_mails


@pytest.fixture
def bench() -> Iterator[Bench]:
    with ses_bench() as bench:
        bench.stand_in.account.set_rate(10_000.0, None)
        yield bench


def mails(count: int = 3) -> list[Mail]:
    return [
        replace(
            MAIL,
            to=f"p{number}@example.com",
            body=Slotted(MAIL.body.fixed, ((f"P{number}",),)),
            tags=send_tags("c.spring", "b", f"p{number}"),
            headers={**MAIL.headers, "List-Unsubscribe": f"<https://links.example.com/u/{number}>"},
        )
        for number in range(count)
    ]


def call_of(some: list[Mail]) -> BulkCall:
    call = bulk_call(some)
    assert call is not None
    return call


def seen(arrived: dict[str, Any]) -> dict[str, Any]:
    """All of a mail but what is another one's with each arrival."""
    headers = {name: value for name, value in arrived["headers"].items() if name not in {"Date", "Message-ID"}}
    kept = ("to", "from", "subject", "html", "text", "tags", "configuration_set")
    return {**{name: arrived[name] for name in kept}, "headers": headers}


def test_each_mail_arrives_just_as_on_the_other_road(bench):
    some = mails()
    for mail in some:
        bench.mailer.send(mail)

    ids = bench.mailer.send_many(call_of(some))

    singly, many = bench.arrived[:3], bench.arrived[3:]
    assert list(map(seen, many)) == list(map(seen, singly))
    assert ids == [mail["message_id"] for mail in many]


@pytest.mark.parametrize("name", NAMES)
def test_random_customers_get_byte_for_byte_the_same_mail_on_both_roads(shipped, bench, name):
    """D8: for SES escapes nothing, and a brace of anybody's name is no variable."""
    made = [mail for _, mail in random_mails(shipped, Random(f"bulk {name}"), name, 30)]  # noqa: S311
    singly = {}
    for mail in made:
        bench.mailer.send(mail)
        singly[mail.tags["person"]] = seen(bench.arrived[-1])
    before = len(bench.arrived)

    calls = [call for group in groups(made) if (call := bulk_call([made[place] for place in group]))]
    for call in calls:
        assert all(isinstance(answer, str) for answer in bench.mailer.send_many(call))

    many = bench.arrived[before:]
    assert len(many) == sum(len(call.mails) for call in calls) > 20
    for arrived in many:
        assert seen(arrived) == singly[arrived["tags"]["person"]]


def test_every_status_of_the_service_is_in_the_table(bench):
    assert set(bench.client.meta.service_model.shape_for("BulkEmailStatus").enum) == set(STATUSES)
    assert len(STATUSES) == 14


# status -> (retry, account_wide); https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_BulkEmailEntryResult.html
REFUSING = {
    "MESSAGE_REJECTED": (False, False),
    "MAIL_FROM_DOMAIN_NOT_VERIFIED": (True, True),
    "CONFIGURATION_SET_NOT_FOUND": (True, True),
    "TEMPLATE_NOT_FOUND": (True, True),
    "ACCOUNT_SUSPENDED": (True, True),
    "ACCOUNT_THROTTLED": (True, False),
    "ACCOUNT_DAILY_QUOTA_EXCEEDED": (True, True),
    "INVALID_SENDING_POOL_NAME": (True, True),
    "ACCOUNT_SENDING_PAUSED": (True, True),
    "CONFIGURATION_SET_SENDING_PAUSED": (True, True),
    "INVALID_PARAMETER": (False, False),
    "TRANSIENT_FAILURE": (True, False),
    "FAILED": (False, False),
}


@pytest.mark.parametrize("status", REFUSING)
def test_each_status_but_success_refuses_that_entry_alone(bench, status):
    """A3, A4, A5."""
    bench.fault(status, match={"to": "p1@example.com"})

    first, second, third = bench.mailer.send_many(call_of(mails()))

    assert isinstance(second, MailRefused)
    assert (second.reason, (second.retry, second.account_wide)) == (status, REFUSING[status])
    assert [mail["message_id"] for mail in bench.arrived] == [first, third]


def test_the_quota_of_the_day_concerns_every_mail_whatever_the_status(bench):
    """A4."""
    bench.fault("ACCOUNT_THROTTLED", message="Daily message quota exceeded.", match={"to": "p1@example.com"})

    _, refused, _ = bench.mailer.send_many(call_of(mails()))

    assert isinstance(refused, MailRefused)
    assert refused.account_wide


@pytest.mark.parametrize(
    "result", [{}, {"Status": "SUCCESS"}, {"Status": "SUCCESS", "MessageId": ""}, {"Status": "A_NEW_ONE"}]
)
def test_a_result_that_proves_nothing_is_unknown(result):
    """A3, A5."""
    found = of_entry(result)

    assert isinstance(found, MailUnknown)
    assert found.message.startswith("answer lost: ")


def test_where_a_result_is_missing_nobody_can_tell_whose_it_is(bench):
    """A5: taken by their places, the results would tell of the wrong people: here the last was refused."""
    bench.fault("missing_result", match={"to": "p1@example.com"})
    bench.fault("MESSAGE_REJECTED", match={"to": "p2@example.com"})

    with pytest.raises(MailUnknown, match="answer lost: 2 results for 3 mails"):
        bench.mailer.send_many(call_of(mails()))

    assert [mail["to"] for mail in bench.arrived] == ["p0@example.com", "p1@example.com"]


@pytest.mark.parametrize(
    ("name", "meaning"),
    [
        ("AccountSuspendedException", (True, True)),
        ("BadRequestException", (False, False)),
        ("LimitExceededException", (True, True)),
        ("MailFromDomainNotVerifiedException", (True, True)),
        ("MessageRejected", (False, False)),
        ("NotFoundException", (True, True)),
        ("SendingPausedException", (True, True)),
        ("TooManyRequestsException", (True, False)),
    ],
)
def test_an_error_of_the_whole_call_proves_that_none_was_sent(bench, name, meaning):
    """A3, A4."""
    bench.fault(name)

    with pytest.raises(MailRefused) as caught:
        bench.mailer.send_many(call_of(mails()))

    assert (caught.value.retry, caught.value.account_wide) == meaning
    assert bench.arrived == []


@pytest.mark.parametrize(
    ("fault", "arrived"),
    [
        ("http_500", 0),
        ("http_503", 0),
        ("connection_reset", 0),
        ("http_500_after_acceptance", 3),
        ("http_503_after_acceptance", 3),
        ("answer_lost", 3),
    ],
)
def test_a_lost_answer_to_a_call_is_unknown_and_nothing_is_sent_again(bench, fault, arrived):
    """A3."""
    bench.fault(fault)

    with pytest.raises(MailUnknown, match="answer lost"):
        bench.mailer.send_many(call_of(mails()))

    assert len(bench.arrived) == arrived


def test_both_one_click_headers_arrive_unfolded_with_each_entry(bench):
    """C9."""
    long = [replace(mail, headers={**MAIL.headers, "X-Number": mail.to}) for mail in mails(2)]

    bench.mailer.send_many(call_of(long))

    for arrived in bench.arrived:
        assert arrived["headers"]["List-Unsubscribe"] == MAIL.headers["List-Unsubscribe"]
        assert arrived["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert arrived["headers"]["X-Number"] == arrived["to"]


def test_no_answer_of_the_service_is_left_out(bench):
    """What SendBulkEmail may answer is what SendEmail may."""
    model = bench.client.meta.service_model
    single, bulk = (model.operation_model(name).error_shapes for name in ("SendEmail", "SendBulkEmail"))

    assert {shape.name for shape in bulk} == {shape.name for shape in single}
