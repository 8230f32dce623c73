"""Use case: a customer answers the question of a survey link, or looks at it. The answer is an attribute of theirs."""

from dataclasses import replace
from functools import partial

from chalicelib.domain.customer_fields import merge_attributes
from chalicelib.domain.customers import Customer
from chalicelib.domain.surveys import SURVEY, SurveyLink, own_words, survey_link
from chalicelib.errors import InvalidToken
from chalicelib.ports import App
from chalicelib.services.derived_now import derived_now
from chalicelib.services.retrying import retrying


def read_survey(app: App, token: str) -> SurveyLink:
    """What the link asks. Changes nothing: scanners open it too.

    Raises:
        InvalidToken: forged, cut short, made for another purpose, of somebody who was erased since, or of a customer
            who has another address now: whoever reads the old mailbox does not speak for them.
    """
    link = survey_link(app.signer.read(SURVEY, token))
    _customer(app, link)
    return link


def answer_survey(app: App, token: str, words: str) -> Customer:
    """Store the answer as the customer's attribute; it takes the place of an earlier one, and again changes nothing.

    Segments and stage follow in the same write.

    Args:
        app: the ports.
        token: of the link.
        words: the customer's own, where the link leaves the answer to them.

    Raises:
        InvalidToken: as `read_survey`.
        InvalidInput: the words are no answer, or the customer has all the attributes that there may be.
    """
    link = survey_link(app.signer.read(SURVEY, token))
    answer = own_words(words) if link.answer is None else link.answer
    return retrying(partial(_answer, app, link, answer))


def _customer(app: App, link: SurveyLink) -> Customer:
    customer = app.customers.get(link.customer_id)
    if customer is None or customer.mailbox != link.mailbox:
        raise InvalidToken
    return customer


def _answer(app: App, link: SurveyLink, answer: str | float) -> Customer:
    stored = _customer(app, link)
    attributes = merge_attributes(stored.attributes, {link.question: answer})
    if attributes == stored.attributes and not isinstance(stored.attributes[link.question], bool):  # True == 1
        return stored
    changed = replace(stored, attributes=attributes)
    return app.customers.put(derived_now(app, changed))
