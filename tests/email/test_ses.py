"""SesMailer against the running stand-in, with the client that wiring makes: what arrives, and the quota."""

from collections.abc import Iterator
from dataclasses import replace
from email.header import decode_header, make_header

import pytest

from chalicelib.domain.quotas import Quota
from chalicelib.errors import Busy
from tests.email.ses_bench import MAIL, UNSUBSCRIBE, Bench, ses_bench


@pytest.fixture
def bench() -> Iterator[Bench]:
    with ses_bench() as bench:
        yield bench


def test_a_mail_arrives_as_it_was_composed(bench):
    message_id = bench.mailer.send(MAIL)

    [arrived] = bench.arrived
    assert arrived["message_id"] == message_id
    assert (arrived["to"], arrived["from"]) == ("ann@example.com", "Kettle & Crane <hello@shop.example.com>")
    assert (arrived["subject"], arrived["html"], arrived["text"]) == (MAIL.subject, MAIL.html, MAIL.text)
    assert arrived["headers"]["Reply-To"] == "care@shop.example.com"
    assert arrived["configuration_set"] == "habitue-test-marketing"


def test_both_one_click_headers_arrive_unfolded(bench):
    """C9: 900 characters, on one line, letter by letter."""
    assert len(UNSUBSCRIBE) == 900

    bench.mailer.send(MAIL)

    [arrived] = bench.arrived
    assert arrived["headers"]["List-Unsubscribe"] == UNSUBSCRIBE
    assert arrived["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_the_tags_of_a_real_send_are_letters_that_ses_takes(bench):
    """A message id has dots and a customer id may have anything; a tag may not."""
    bench.mailer.send(MAIL)

    [arrived] = bench.arrived
    assert arrived["tags"] == MAIL.tags


def test_a_mail_without_reply_to_or_headers_is_a_mail(bench):
    bench.mailer.send(replace(MAIL, reply_to=None, headers={}))

    [arrived] = bench.arrived
    assert "Reply-To" not in arrived["headers"]
    assert "List-Unsubscribe" not in arrived["headers"]


NAMES = ["Kettle & Crane", "Tee, Zeit (Köln)", 'The "Best" Shop', "茶" * 60, "O'Hara; Söhne <x@y.example>", "a, b"]


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_the_shops_name_arrives_whatever_its_letters(bench, name):
    bench.mailer.send(replace(MAIL, sender_name=name, subject=f"Grüße von {name} 🎂"))

    [arrived] = bench.arrived
    raw = arrived["headers"]["From"]
    shown, _, address = raw.rpartition(" ")
    assert str(make_header(decode_header(shown))).strip('"').replace('\\"', '"') == name
    assert address == "<hello@shop.example.com>"
    assert raw.isascii()
    assert not set(raw) & set("\r\n")
    assert all(len(word) <= 75 for word in raw.split() if word.startswith("=?"))  # RFC 2047, section 2
    assert arrived["subject"] == f"Grüße von {name} 🎂"


def test_the_quota_is_what_the_account_may_now(bench):
    """A4, A15."""
    account = bench.stand_in.account
    assert bench.mailer.quota() == Quota(rate=14.0, per_day=50_000, sent=0)
    bench.mailer.send(MAIL)
    account.set_rate(28.0, -1)

    assert bench.mailer.quota() == Quota(rate=28.0, per_day=None, sent=1)


@pytest.mark.parametrize("field", [{"enforcement_status": "SHUTDOWN"}, {"sending_enabled": False}])
def test_an_account_that_is_paused_or_suspended_is_not_allowed(bench, field):
    """A4."""
    for name, value in field.items():
        setattr(bench.stand_in.account, name, value)

    assert not bench.mailer.quota().allowed


def test_a_question_for_the_quota_that_is_not_answered_says_so(bench):
    bench.stand_in.account.faults.order([{"fault": "TooManyRequestsException", "match": {"operation": "GetAccount"}}])

    with pytest.raises(Busy, match="TooManyRequests"):
        bench.mailer.quota()

    assert bench.mailer.quota() == Quota(rate=14.0, per_day=50_000, sent=0)
