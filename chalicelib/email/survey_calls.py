"""How a template writes a survey link: `survey(question)` or `survey(question, answer)`, both written out."""

from jinja2 import nodes

from chalicelib.domain.surveys import check_survey
from chalicelib.errors import InvalidInput

_TAKES = (
    "`survey` takes the name of an attribute and an answer, both written out: survey('favourite_gift', 'a tin of tea') "
    "or survey('share_of_wallet', 50); without an answer the page asks for one."
)


def wrong_survey(call: nodes.Call) -> str:
    """What is wrong with a call of `survey`, and the mend; empty where it is right."""
    written = [_written(argument) for argument in call.args]
    if len(written) not in (1, 2) or None in written or call.kwargs or call.dyn_args or call.dyn_kwargs:
        return _TAKES
    try:
        check_survey(written[0], written[1] if len(written) > 1 else None)
    except InvalidInput as error:
        return f"`survey`: {error.message}."
    return ""


def _written(argument: nodes.Expr) -> object:
    """A text or number as it stands there, a number below zero too; None for all that has to be computed."""
    if isinstance(argument, nodes.Neg) and isinstance(argument.node, nodes.Const):
        number = argument.node.value
        return -number if isinstance(number, int | float) else None
    return argument.value if isinstance(argument, nodes.Const) else None
