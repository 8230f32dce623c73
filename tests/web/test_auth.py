import pytest
from chalice.app import Request

from chalicelib.errors import NotSignedIn
from chalicelib.services.put_key import put_key
from chalicelib.system import RandomIds
from chalicelib.web import auth
from tests.fakes import make_app


def asked(authorization: str | None, address: str = "192.0.2.1") -> Request:
    return Request(
        {
            "multiValueQueryStringParameters": None,
            "headers": {} if authorization is None else {"Authorization": authorization},
            "pathParameters": None,
            "requestContext": {"httpMethod": "GET", "resourcePath": "/v1/x", "identity": {"sourceIp": address}},
            "body": None,
            "stageVariables": None,
        }
    )


@pytest.fixture(autouse=True)
def _key(monkeypatch):
    monkeypatch.setattr(auth, "get_api_key", lambda: "the-right-key")


@pytest.mark.parametrize("header", ["Bearer the-right-key", "bearer the-right-key", "BEARER  the-right-key "])
def test_the_right_key_opens(header):
    assert auth.require_key(asked(header)) == "main"


def test_a_named_key_opens_as_its_owner(monkeypatch):
    app = make_app(ids=RandomIds())
    monkeypatch.setattr(auth, "get_app", lambda: app)
    key = put_key(app, "ann")["key"]

    assert auth.require_key(asked(f"Bearer {key}")) == "ann"
    for wrong in (f"Basic {key}", f"Bearer {key}x", f"Bearer {key[:-1]}"):
        with pytest.raises(NotSignedIn, match="missing or wrong"):
            auth.require_key(asked(wrong))


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer the-right-ke",
        "Bearer the-right-key2",
        "Bearer THE-RIGHT-KEY",
        "Basic the-right-key",
        "the-right-key",
        "Bearer thé",
        "Bearer \udcff",
    ],
)
def test_anything_else_gets_the_same_refusal(header):
    with pytest.raises(NotSignedIn, match="The API key is missing or wrong. Send the header `Authorization"):
        auth.require_key(asked(header))


def test_an_empty_key_of_ours_opens_to_nobody(monkeypatch):
    monkeypatch.setattr(auth, "get_api_key", lambda: "")

    with pytest.raises(NotSignedIn):
        auth.require_key(asked("Bearer "))


def test_a_source_is_a_key_from_an_address_and_shows_neither():
    one, other = auth.source_of(asked("Bearer k", "192.0.2.1")), auth.source_of(asked("Bearer k", "192.0.2.2"))

    assert one == auth.source_of(asked("Bearer k", "192.0.2.1"))
    assert one != other
    assert "192" not in one
    assert len(one) == 32
