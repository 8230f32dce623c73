import json

import pytest
from chalice.app import Blueprint, Chalice
from chalice.test import Client

from chalicelib.errors import Busy, Detail, InvalidInput, NotFound, OfferExhausted, TooManyRequests, UnknownVoucher
from chalicelib.web.answers import ANY_TYPE, API_HEADERS, Answer, answers_json, json_text

SECRET = "ann@shop.example, token abc123"
raised: list[Exception] = []
seen: list[str] = []


class ClientError(Exception):
    """As botocore's: the code is safe to log, the message is not."""

    response = {"Error": {"Code": "ThrottlingException", "Message": SECRET}}


@pytest.fixture(scope="module")
def client():
    blueprint = Blueprint("test_answers")

    @blueprint.route("/ok/{name}", content_types=ANY_TYPE)
    @answers_json(blueprint)
    def ok(name: str):
        seen.append(name)
        return {"name": name, "é": None}

    @blueprint.route("/made", methods=["POST"], content_types=ANY_TYPE)
    @answers_json(blueprint)
    def made():
        return Answer({"a": 1}, 201, {"X-More": "yes"})

    @blueprint.route("/fail", content_types=ANY_TYPE)
    @answers_json(blueprint)
    def fail():
        try:
            raise ClientError(SECRET)
        except ClientError as error:
            raise raised[-1] from error

    app = Chalice("test-answers", configure_logs=False)
    app.register_blueprint(blueprint)
    return Client(app)


def test_an_object_is_compact_utf8_json_with_closed_headers(client):
    """F7."""
    answer = client.http.get("/ok/x")

    assert answer.body == '{"name":"x","é":null}'.encode()
    assert answer.status_code == 200
    assert answer.headers == dict(API_HEADERS)


def test_status_and_headers_can_be_chosen(client):
    answer = client.http.post("/made")

    assert (answer.status_code, answer.json_body, answer.headers["X-More"]) == (201, {"a": 1}, "yes")


@pytest.mark.parametrize(
    ("path", "name"),
    [("/ok/a%20b", "a b"), ("/ok/%C3%A9", "é"), ("/ok/a%2Fb", "a/b"), ("/ok/a+b", "a+b"), ("/ok/100%25", "100%")],
)
def test_path_parameters_are_decoded_once(client, path, name):
    assert client.http.get(path).json_body["name"] == name


@pytest.mark.parametrize("path", ["/ok/%FF", "/ok/a%0Ab", "/ok/%00", "/ok/%E2%80%A8"])
def test_path_parameters_that_are_no_text_are_refused(client, path):
    before = list(seen)
    answer = client.http.get(path)

    assert (answer.status_code, answer.json_body["error"]["code"]) == (400, "malformed")
    assert seen == before


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (InvalidInput("no", [Detail("rule.field", "unknown")]), 422, "invalid"),
        (NotFound("offer", "x"), 404, "not_found"),
        (Busy("later"), 503, "busy"),
    ],
)
def test_an_expected_error_has_the_form_of_the_contract(client, error, status, code):
    raised.append(error)
    answer = client.http.get("/fail")

    assert answer.status_code == status
    assert answer.json_body == {
        "error": {
            "code": code,
            "message": error.message,
            "details": [{"where": detail.where, "message": detail.message} for detail in error.details],
        }
    }


def test_a_refused_voucher_names_its_reason(client):
    raised.append(OfferExhausted("gone"))
    assert client.http.get("/fail").json_body["error"]["reason"] == "exhausted"
    raised.append(UnknownVoucher())
    assert client.http.get("/fail").json_body["error"]["code"] == "voucher_unknown"


def test_who_must_wait_is_told_how_long(client):
    raised.append(TooManyRequests("slow down"))
    answer = client.http.get("/fail")

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")


def test_an_unforeseen_error_is_answered_and_logged_without_what_it_said(client, caplog):
    """F6: no address, token, key or stack in the answer, and no message in the log."""
    raised.append(RuntimeError(SECRET))
    answer = client.http.get("/fail")
    [record] = [record for record in caplog.records if record.name == "habitue"]
    line = json.loads(record.message)

    assert answer.status_code == 500
    assert answer.json_body["error"]["code"] == "internal"
    assert line["reference"] in answer.json_body["error"]["message"]
    assert line["errors"] == ["RuntimeError", "ClientError ThrottlingException"]
    assert line["route"] == "GET /fail"
    assert SECRET not in answer.body.decode() + caplog.text
    assert "Traceback" not in answer.body.decode() + caplog.text


def test_a_number_that_json_lacks_is_never_sent():
    with pytest.raises(ValueError, match="Out of range"):
        json_text({"a": float("nan")})
