"""Forms as browsers send them, and as attackers do."""

from urllib.parse import urlencode

import pytest
from chalice.app import Request

from chalicelib.errors import MalformedRequest, TooLarge, UnsupportedType
from chalicelib.web.forms import PARTS, URLENCODED, File, Form, read_form


def sent(type_: str, body: bytes) -> Request:
    request = Request(
        {
            "multiValueQueryStringParameters": None,
            "headers": {"content-type": type_},
            "pathParameters": None,
            "requestContext": {"httpMethod": "POST", "resourcePath": "/x"},
            "body": "",
            "stageVariables": None,
            "isBase64Encoded": False,
        }
    )
    request._body = body
    return request


def part(head: str, content: bytes) -> bytes:
    return b"--b\r\nContent-Disposition: form-data; " + head.encode() + b"\r\n\r\n" + content + b"\r\n"


def parts(*all_: bytes) -> Form:
    return read_form(sent(f"{PARTS}; boundary=b", b"".join(all_) + b"--b--\r\n"), 10_000)


def test_an_urlencoded_form_has_its_last_values_and_keeps_what_was_written():
    form = read_form(
        sent(URLENCODED, urlencode([("a", "1"), ("a", " 2 "), ("b", ""), ("t", "x\r\n y\r")]).encode()), 999
    )

    assert (form.text("a"), form.text("b"), form.text("c")) == ("2", None, None)
    assert (form.whole("t"), form.whole("b")) == ("x\n y\n", None)


def test_a_form_in_parts_has_fields_and_files_byte_by_byte():
    content = "Grüße 🎂\r\n--c\r\n".encode() + b"\xff\x00"
    form = parts(part('name="a"', "ü ".encode()), part('name="f"; filename="spring.mjml"', content))

    assert form == Form({"a": "ü "}, {"f": File("spring.mjml", content)})


@pytest.mark.parametrize(
    ("name", "kept"),
    [("../../etc/passwd", "passwd"), ("C:\\\\temp\\\\x.mjml", "x.mjml"), ("a/b/c.html", "c.html")],
)
def test_a_file_has_no_folders(name, kept):
    """D15."""
    [file] = parts(part(f'name="f"; filename="{name}"', b"x")).files.values()

    assert file.name == kept


def test_no_file_chosen_is_no_file():
    assert parts(part('name="f"; filename=""', b"")).files == {}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--b",
        b"--b--",
        b"x" * 500,
        b"--b\r\n\r\n\r\n--b--",
        b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--",
    ],
)
def test_what_is_no_form_is_an_empty_one(body):
    form = read_form(sent(f"{PARTS}; boundary=b", body), 10_000)

    assert (dict(form.fields), dict(form.files)) == ({}, {})


def test_bounds_hold():
    with pytest.raises(MalformedRequest):
        parts(*[part(f'name="a{number}"', b"") for number in range(101)])
    with pytest.raises(MalformedRequest):
        read_form(sent(URLENCODED, b"&".join(b"a=1" for _ in range(101))), 10_000)
    with pytest.raises(TooLarge):
        read_form(sent(URLENCODED, b"a=" + b"x" * 100), 100)
    with pytest.raises(UnsupportedType):
        read_form(sent("application/json", b"{}"), 100)
