import pytest
from chalice.app import Request

from chalicelib.errors import MalformedRequest, TooLarge
from chalicelib.web.yaml_bodies import read_yaml


def asked(text: str, content: str = "application/yaml") -> Request:
    return Request(
        {
            "multiValueQueryStringParameters": None,
            "headers": {"content-type": content},
            "pathParameters": None,
            "requestContext": {"httpMethod": "PUT", "resourcePath": "/v1/x"},
            "body": text,
            "stageVariables": None,
        }
    )


def test_words_stay_words_and_numbers_are_numbers():
    text = "at: 09:00\nday: 2026-02-29\nno: yes\non: true\nn: 15\nf: 1.5\nz: 007\nx: null\ne:\nlist: [a, 2]\n"

    assert read_yaml(asked(text)) == {
        "at": "09:00",
        "day": "2026-02-29",
        "no": "yes",
        "on": True,
        "n": 15,
        "f": 1.5,
        "z": "007",
        "x": None,
        "e": None,
        "list": ["a", 2],
    }


def test_json_is_yaml_too():
    assert read_yaml(asked('{"trigger": {"date": "birthday"}, "days": -3}', "application/json")) == {
        "trigger": {"date": "birthday"},
        "days": -3,
    }


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a: &x [1]\nb: *x", "alias at line 2, column 4"),
        ("a: !!python/object/apply:os.system [ls]", "not YAML"),
        ("a: !ruby/thing x", "not YAML"),
        ("a: 1\na: 2", "key 'a' comes twice"),
        ("a:\n  b: 1\n  b: 2", "key 'b' comes twice at line 2, column 3"),
        ("a: [1, 2", "not YAML"),
        ("a: \x00", "not YAML"),
        ("- a\n- b", "must be a YAML mapping"),
        ("just words", "must be a YAML mapping"),
        ("", "must be a YAML mapping"),
        ("a: " + "[" * 5000, "nested more than 32 levels"),
        ("? [1, 2]\n: x", "not YAML|text"),
        ("a: 99999999999999999999", "too large"),
        ("a: 1\n---\nb: 2", "not YAML"),
    ],
)
def test_yaml_that_is_not_plain_is_refused_with_the_place(text, why):
    with pytest.raises(MalformedRequest, match=why):
        read_yaml(asked(text))


def test_a_long_file_is_refused():
    with pytest.raises(TooLarge, match="the limit here is 65,536"):
        read_yaml(asked("a: 1\n" * 20_000))
