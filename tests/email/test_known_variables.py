"""What the check allows, what the samples hold and what the documentation lists are the same."""

from pathlib import Path
from re import DOTALL, findall, search

from chalicelib.email.environment import MailEnvironment
from chalicelib.email.known_variables import FILTERS, TESTS, VARIABLES, Fields, Function, Kind, ListOf
from chalicelib.email.samples import full_sample, little_known

DOCUMENT = (Path(__file__).parents[2] / "docs" / "templates.md").read_text(encoding="utf-8")


def names(kind: Kind) -> set[str]:
    if isinstance(kind, ListOf):
        return names(kind.item)
    if isinstance(kind, Function):
        return names(kind.gives)
    return set(kind.known) if isinstance(kind, Fields) else set()


def test_every_allowed_variable_and_field_is_documented_and_in_the_sample():
    sample = full_sample()
    for name, kind in VARIABLES.items():
        assert f"`{name}" in DOCUMENT or f" `{name}" in DOCUMENT, name
        assert name in sample or name == "range"
        for field in names(kind):
            assert field in DOCUMENT, f"{name}.{field}"
            if isinstance(kind, Fields):
                assert field in sample[name], f"{name}.{field}"


def test_every_filter_and_test_exists_and_is_documented():
    environment = MailEnvironment(autoescape=True)
    documented = set(findall(r"[a-z_]+", DOCUMENT))

    assert set(environment.filters) >= FILTERS
    assert set(environment.tests) >= TESTS
    assert documented >= FILTERS | TESTS


def test_the_template_in_the_documentation_can_be_launched(workshop):
    [source] = findall(r"```xml\n(.*?)```", DOCUMENT, DOTALL)
    template = workshop.compile(source, subject=None)

    assert template.refuses_launch == []
    assert workshop.render(template)[0] == "Ada, spring is here"
    assert search("First Flush", workshop.renderer.render(template, full_sample())[2])
    workshop.renderer.render(template, little_known())


def test_the_survey_in_the_documentation_compiles_and_asks_what_it_says(workshop):
    section = DOCUMENT.partition("\n## Surveys\n")[2].partition("\n## ")[0]
    [source] = findall(r"```html\n(.*?)```", section, DOTALL)
    asked = []

    def survey(question, answer=None):
        asked.append((question, answer))
        return "https://links.example/s/t"

    template = workshop.compile(f"<html><body>{source}</body></html>", mjml=False)
    workshop.render(template, survey=survey)

    gifts = [("favourite_gift", "a tin of tea"), ("favourite_gift", "a cup")]
    shares = [("share_of_wallet", share) for share in (25, 50, 100)]
    assert asked == [*gifts, *shares, ("wish", None)] * 2  # for the HTML and for the text
