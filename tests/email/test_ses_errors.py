"""What each error of SES, of the SDK and of the way between proves; against the running stand-in where it can."""

import socket
import threading
from collections.abc import Iterator

import boto3
import pytest
from botocore import exceptions
from botocore.config import Config
from botocore.parsers import ResponseParserError

from chalicelib.email.ses import SesMailer
from chalicelib.email.ses_errors import of_call
from chalicelib.errors import MailRefused, MailUnknown
from tests.email.ses_bench import MAIL, Bench, ses_bench


@pytest.fixture
def bench() -> Iterator[Bench]:
    with ses_bench() as bench:
        yield bench


def impatient(bench: Bench, **timeouts: float) -> SesMailer:
    """A mailer whose client gives up sooner than wiring's."""
    bench.client.close()
    config = bench.client.meta.config.merge(Config(**timeouts))
    bench.client = boto3.client("sesv2", endpoint_url=bench.stand_in.url, config=config)
    return SesMailer(bench.client)


# error -> (retry, account_wide): https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html
DOCUMENTED = {
    "AccountSuspendedException": (True, True),
    "BadRequestException": (False, False),
    "LimitExceededException": (True, True),
    "MailFromDomainNotVerifiedException": (True, True),
    "MessageRejected": (False, False),
    "NotFoundException": (True, True),
    "SendingPausedException": (True, True),
    "TooManyRequestsException": (True, False),
}


@pytest.mark.parametrize("name", DOCUMENTED)
def test_every_documented_error_proves_that_nothing_was_sent(bench, name):
    """A3, A4, A5."""
    bench.fault(name)

    with pytest.raises(MailRefused) as caught:
        bench.mailer.send(MAIL)

    assert bench.arrived == []
    assert (caught.value.retry, caught.value.account_wide) == DOCUMENTED[name]
    assert caught.value.reason == name
    bench.mailer.send(MAIL)
    assert len(bench.arrived) == 1


def test_all_documented_errors_are_in_the_table(bench):
    errors = bench.client.meta.service_model.operation_model("SendEmail").error_shapes

    assert {shape.name for shape in errors} == set(DOCUMENTED)


@pytest.mark.parametrize("name", ["TooManyRequestsException", "LimitExceededException"])
def test_the_quota_of_the_day_concerns_every_mail_whatever_the_errors_name(bench, name):
    """A4: SES tells it as a throttle, in words only."""
    bench.fault(name, message="Daily message quota exceeded.")

    with pytest.raises(MailRefused) as caught:
        bench.mailer.send(MAIL)

    assert (caught.value.retry, caught.value.account_wide) == (True, True)


# fault -> how many mails SES took although no answer came
LOST = {
    "http_500": 0,
    "http_503": 0,
    "http_500_after_acceptance": 1,
    "http_503_after_acceptance": 1,
    "connection_reset": 0,
    "answer_lost": 1,
}


@pytest.mark.parametrize("fault", LOST)
def test_a_lost_answer_is_unknown_and_nothing_is_sent_again(bench, fault):
    """A3: nobody can tell before from after acceptance, so both are unknown; the SDK must not try again by itself."""
    bench.fault(fault)

    with pytest.raises(MailUnknown, match="answer lost"):
        bench.mailer.send(MAIL)

    assert len(bench.arrived) == LOST[fault]


def test_an_answer_that_comes_too_late_is_unknown(bench):
    """A3: SES took the mail, the client stopped waiting."""
    mailer = impatient(bench, read_timeout=0.2)
    bench.fault("slow_answer", seconds=0.6)

    with pytest.raises(MailUnknown, match="answer lost: ReadTimeoutError"):
        mailer.send(MAIL)

    assert len(bench.arrived) == 1


def test_a_refused_connection_proves_that_nothing_was_sent(bench):
    """A3."""
    bench.stand_in.stop()

    with pytest.raises(MailRefused) as caught:
        bench.mailer.send(MAIL)

    assert (caught.value.reason, caught.value.retry, caught.value.account_wide) == ("no_connection", True, False)


def test_a_name_that_does_not_resolve_proves_that_nothing_was_sent(bench, monkeypatch):
    """A3: DNS."""

    def no_such_name(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", no_such_name)

    with pytest.raises(MailRefused) as caught:
        bench.mailer.send(MAIL)

    assert (caught.value.reason, caught.value.retry) == ("no_connection", True)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"", "ConnectionClosedError"),
        (b'HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n{"MessageId"', "no message id"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n<html></html>", "no message id"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", "no message id"),
        (b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n", "answer lost: 302"),
        (b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n", "answer lost: 408"),
        (b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n", "answer lost: 502"),
        (
            b"HTTP/1.1 503 Slow Down\r\nx-amzn-ErrorType: TooManyRequestsException\r\nContent-Length: 0\r\n\r\n",
            "answer lost: 503",
        ),
        (
            b"HTTP/1.1 400 Bad\r\nx-amzn-ErrorType: RequestAbortedException\r\nContent-Length: 0\r\n\r\n",
            "answer lost: 400 RequestAbortedException",
        ),
        (b"nonsense\r\n\r\n", "ConnectionClosedError"),
    ],
)
def test_an_answer_that_proves_nothing_is_unknown(bench, answer, words):
    """A3: what stands between SES and us may answer, too."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=_answer_once, args=(server, answer))
        thread.start()
        client = boto3.client(
            "sesv2",
            endpoint_url=f"http://127.0.0.1:{server.getsockname()[1]}",
            config=bench.client.meta.config,
        )

        with pytest.raises(MailUnknown, match=words):
            SesMailer(client).send(MAIL)

        thread.join()
        client.close()


def _answer_once(server: socket.socket, answer: bytes) -> None:
    connection, _ = server.accept()
    with connection:
        received = b""
        while b"Tea, Ann" not in received:
            received += connection.recv(65_536)
        connection.sendall(answer)


# Errors of botocore that no server can make happen here -> (retry, account_wide), or None for unknown.
OTHERS: dict[str, tuple[Exception, tuple[bool, bool] | None]] = {
    "connect timeout": (exceptions.ConnectTimeoutError(endpoint_url="x"), (True, False)),
    "no keys": (exceptions.NoCredentialsError(), (True, True)),
    "half of the keys": (exceptions.PartialCredentialsError(provider="env", cred_var="secret"), (True, True)),
    "keys could not be fetched": (exceptions.CredentialRetrievalError(provider="x", error_msg="x"), (True, True)),
    "a wrong parameter": (exceptions.ParamValidationError(report="x"), (False, False)),
    "TLS": (exceptions.SSLError(endpoint_url="x", error="bad record mac"), None),
    "proxy": (exceptions.ProxyConnectionError(proxy_url="x"), None),
    "closed": (exceptions.ConnectionClosedError(endpoint_url="x"), None),
    "read timeout": (exceptions.ReadTimeoutError(endpoint_url="x"), None),
    "any error of the HTTP client": (exceptions.HTTPClientError(error="x"), None),
    "an answer cut short": (exceptions.IncompleteReadError(actual_bytes=1, expected_bytes=2), None),
    "an answer that cannot be parsed": (ResponseParserError("x"), None),
}


@pytest.mark.parametrize("case", OTHERS)
def test_an_error_of_the_sdk_is_refused_only_where_it_comes_before_any_connection(bench, monkeypatch, case):
    """A3."""
    error, meaning = OTHERS[case]

    def fail(**_: object) -> None:
        raise error

    monkeypatch.setattr(bench.client, "send_email", fail)

    if meaning is None:
        with pytest.raises(MailUnknown, match=f"answer lost: {type(error).__name__}"):
            bench.mailer.send(MAIL)
        return
    with pytest.raises(MailRefused) as caught:
        bench.mailer.send(MAIL)
    assert (caught.value.retry, caught.value.account_wide) == meaning


# https://docs.aws.amazon.com/ses/latest/APIReference-V2/CommonErrors.html
COMMON = [
    (400, "IncompleteSignature", (False, False)),
    (403, "IncompleteSignature", (True, True)),
    (403, "AccessDeniedException", (True, True)),
    (403, "ExpiredTokenException", (True, False)),
    (403, "InvalidClientTokenId", (True, True)),
    (403, "SignatureDoesNotMatch", (True, True)),
    (403, "UnrecognizedClientException", (True, True)),
    (401, "NotAuthorized", (True, True)),
    (400, "RequestExpired", (True, False)),
    (400, "ThrottlingException", (True, False)),
    (429, "", (True, False)),
    (413, "RequestEntityTooLargeException", (False, False)),
    (400, "ValidationError", (False, False)),
    (404, "UnknownOperationException", (True, True)),
]


@pytest.mark.parametrize(("status", "code", "meaning"), COMMON)
def test_a_common_error_of_the_kind_4xx_proves_that_nothing_was_sent(status, code, meaning):
    """A fault of the deployment stops the sending; it never fails one person's row after the other."""
    response = {"Error": {"Code": code, "Message": "x"}, "ResponseMetadata": {"HTTPStatusCode": status}}

    found = of_call(exceptions.ClientError(response, "SendEmail"))

    assert isinstance(found, MailRefused)
    assert (found.retry, found.account_wide) == meaning


def test_the_client_never_sends_a_mail_again_by_itself(bench):
    assert bench.client.meta.config.retries["total_max_attempts"] == 1
