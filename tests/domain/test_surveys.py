"""What the token of a survey link carries, and what a template may ask."""

import pytest

from chalicelib.domain.surveys import LONGEST_ANSWER, SurveyLink, check_survey, own_words, survey_link
from chalicelib.errors import InvalidInput, InvalidToken


def link(answer):
    return SurveyLink(question="gift", answer=answer, mailbox="m", message_id="c.x", customer_id="ann")


@pytest.mark.parametrize("answer", ["a tin of tea", "50", 50, 0, -1, 2.5, None, "null", "", 'a "Tee" für 3 €'])
def test_an_answer_comes_back_with_its_type(answer):
    found = survey_link(link(answer).to_fields())

    assert found == link(answer)
    assert type(found.answer) is type(answer)


@pytest.mark.parametrize("count", [0, 4, 6])
def test_other_fields_are_no_link(count):
    """C3."""
    with pytest.raises(InvalidToken):
        survey_link(["null"] * count)


@pytest.mark.parametrize("answer", ["x" * LONGEST_ANSWER, "ä", 50, -1.5, 0, None])
def test_a_text_a_number_or_nothing_may_be_asked(answer):
    check_survey("favourite_gift", answer)


@pytest.mark.parametrize(
    ("question", "answer", "message"),
    [
        ("", "tea", "must have 1 to 128 characters"),
        ("x" * 129, "tea", "must have 1 to 128 characters"),
        (" gift", "tea", "without white space around it"),
        ("a\nb", "tea", "U+000A"),
        (7, "tea", "the name of an attribute, in quotes"),
        ("gift", "x" * (LONGEST_ANSWER + 1), "must have 1 to 100 characters, got 101"),
        ("gift", "", "must have 1 to 100 characters"),
        ("gift", "a\x07", "U+0007"),
        ("gift", True, "must be a text or a number"),
        ("gift", 10**15, "too large"),
        ("gift", ["tea"], "must be a text, got list"),
    ],
)
def test_anything_else_is_refused_with_what_is_wrong(question, answer, message):
    with pytest.raises(InvalidInput) as error:
        check_survey(question, answer)
    assert message in error.value.message


def test_words_of_several_lines_become_one():
    assert own_words("More\r\n\r\n\tgreen  tea,\nplease") == "More green tea, please"
