"""What the page of a survey link shows and does: the question, and its answer."""

from typing import TYPE_CHECKING

from chalicelib.errors import InvalidInput
from chalicelib.ports import App
from chalicelib.web.link_pages import frame
from chalicelib.web.pages import Page
from chalicelib.web.texts import fill

if TYPE_CHECKING:
    from chalicelib.domain.surveys import SurveyLink


def survey(app: App, token: str) -> Page:
    """The answer of the link with one button, or a field for one. Changes nothing. Raises: InvalidToken."""
    from chalicelib.services.answer_survey import read_survey  # noqa: PLC0415

    return _page(app, read_survey(app, token))


def answered(app: App, token: str, words: str) -> Page:
    """Store the answer and thank for it; what cannot be stored is asked for again. Raises: InvalidToken."""
    from chalicelib.services.answer_survey import answer_survey, read_survey  # noqa: PLC0415

    try:
        customer = answer_survey(app, token, words)
    except InvalidInput:
        return _page(app, read_survey(app, token), words, refused=True)
    return frame(app, customer.id).page("answered.html")


def _page(app: App, link: "SurveyLink", words: str = "", *, refused: bool = False) -> Page:
    from chalicelib.domain.customer_fields import MAX_ATTRIBUTE  # noqa: PLC0415

    around = frame(app, link.customer_id)
    own = link.answer is None
    told = around.texts["survey_refused_words" if own else "survey_refused"] if refused else ""
    return around.page(
        "survey.html",
        status=422 if refused else 200,
        answer=link.answer,
        words=words,
        longest=MAX_ATTRIBUTE,
        told=fill(told, longest=str(MAX_ATTRIBUTE)),
        hint=fill(around.texts["survey_hint"], longest=str(MAX_ATTRIBUTE)),
    )
