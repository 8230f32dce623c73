"""What a survey link asks and answers: one attribute of one customer, by the hand of whoever reads that mailbox."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from re import compile as regex

from chalicelib.domain.customer_fields import merge_attributes
from chalicelib.domain.texts import identifier, one_line
from chalicelib.errors import InvalidInput, InvalidToken

SURVEY = "s"  # the page and the purpose of the link
LONGEST_ANSWER = 100  # characters of one that the mail offers; it stands in the link
_SPACES = regex(r"[ \t\r\n]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyLink:
    """One question to one customer, in one mail."""

    question: str  # name of the attribute that holds the answer
    answer: str | int | float | None  # None: the page asks for it in the customer's own words
    mailbox: str  # keyed hash of the address that the mail went to
    message_id: str
    customer_id: str

    def to_fields(self) -> list[str]:
        """What its token carries. The answer is JSON, so that 50 and "50" stay apart."""
        answer = json.dumps(self.answer, ensure_ascii=False)
        return [self.question, answer, self.mailbox, self.message_id, self.customer_id]


def survey_link(fields: Sequence[str]) -> SurveyLink:
    """The link that a token's fields tell of. Raises: InvalidToken."""
    if len(fields) != 5:
        raise InvalidToken
    question, answer, mailbox, message_id, customer_id = fields
    return SurveyLink(
        question=question,
        answer=json.loads(answer),
        mailbox=mailbox,
        message_id=message_id,
        customer_id=customer_id,
    )


def check_survey(question: object, answer: object) -> None:
    """Whether a template may ask so; an answer of None is left to the customer.

    Raises:
        InvalidInput: no name of an attribute, or no text or number that an attribute may hold.
    """
    if not isinstance(question, str):
        raise InvalidInput("the question must be the name of an attribute, in quotes")
    if isinstance(answer, bool):
        raise InvalidInput("the answer must be a text or a number")
    try:
        identifier(question, "the question")
        if isinstance(answer, str):
            one_line(answer, LONGEST_ANSWER)
        merge_attributes({}, {question: answer})
    except InvalidInput as error:
        raise InvalidInput("; ".join(detail.message for detail in error.details) or error.message) from None


def own_words(text: str) -> str:
    """What somebody wrote into the field of the page, as an attribute holds it: in one line."""
    return _SPACES.sub(" ", text)
