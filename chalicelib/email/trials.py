"""Trial renders of a fresh version: does it work for a customer with everything, and for one hardly known?"""

from re import compile as regex

from chalicelib.domain.templates import CompiledTemplate, TemplateWarning
from chalicelib.email.lint import too_large
from chalicelib.email.renderer import JinjaRenderer
from chalicelib.email.samples import full_sample, little_known, without_offer
from chalicelib.errors import Detail, RenderingFailed, TemplateInvalid

_WHERE = "a trial mail"
_OWN_FIELD = regex(r"\b(attributes|brand|other_currencies)\.")


def try_out(template: CompiledTemplate) -> tuple[int, list[TemplateWarning]]:
    """(bytes of a full mail's HTML, warnings).

    Raises:
        TemplateInvalid: not even the customer about whom everything is known gets a mail.
    """
    renderer = JinjaRenderer()
    try:
        _, html, _ = renderer.render(template, full_sample())
    except RenderingFailed as error:
        if any(_OWN_FIELD.search(variable) for variable in template.variables):
            # Whether the shop's own field is there, and of which kind, only the mails will show.
            return len(template.html.encode()), _for_others(renderer, template)
        message = f"A trial mail failed: {error.message}"
        raise TemplateInvalid(
            f"Template {template.name!r} was not saved. {message}", [Detail(_WHERE, message)]
        ) from error
    size = len(html.encode())
    return size, [*too_large(size), *_for_others(renderer, template)]


def _for_others(renderer: JinjaRenderer, template: CompiledTemplate) -> list[TemplateWarning]:
    others = {"without an offer": without_offer(), "about whom little is known": little_known()}
    warnings = []
    for who, variables in others.items():
        try:
            renderer.render(template, variables)
        except RenderingFailed as error:
            message = f"The mail fails for customers {who}: {error.message}"
            warnings.append(TemplateWarning(rule="may-be-missing", where="", message=message))
    return warnings
