"""How a template is filled."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.local.ses.rendering import RenderingFailure, merged, render


@pytest.mark.parametrize(
    ("template", "data", "text"),
    [
        ("{{a}}{{ a }}{{{a}}}{{{ a }}}", {"a": "<&>"}, "<&><&><&><&>"),
        ("{{a.b.c}}", {"a": {"b": {"c": "x"}}}, "x"),
        ("{{a}}", {"a": "{{b}}", "b": "never"}, "{{b}}"),
        ("{{n}} {{t}} {{f}} {{nothing}}", {"n": 3, "t": True, "f": 1.5, "nothing": None}, "3 true 1.5 "),
        ("a { color: red } }} @media{b{c:d}}", {}, "a { color: red } }} @media{b{c:d}}"),
        ("", {}, ""),
    ],
)
def test_variables_are_inserted_raw_and_once(template, data, text):
    assert render(template, data) == text


@pytest.mark.parametrize(
    "template", ["{{a}}", "{{{a}}}", "{{b.c}}", "{{ 7*7 }}", "{{#each b}}x{{/each}}", "{{", "{{}}"]
)
def test_what_cannot_be_filled_is_a_failure(template):
    with pytest.raises(RenderingFailure):
        render(template, {"b": "text"})


def test_later_data_goes_over_earlier_data():
    assert merged('{"a": 1, "b": 1}', "", '{"b": 2}') == {"a": 1, "b": 2}
    for bad in ("{", "[]", "3"):
        with pytest.raises(RenderingFailure, match="rendering data is invalid"):
            merged(bad)


@given(st.text(), st.text())
def test_any_value_arrives_unchanged(before, value):
    template = before.replace("{", "(") + "{{v}}|{{{v}}}"

    data = merged(json.dumps({"v": value}))

    assert render(template, data) == before.replace("{", "(") + f"{value}|{value}"
