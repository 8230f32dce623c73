"""How a source is handed to the MJML compiler: Jinja as harmless names, comments gone, and nothing lost on the way."""

from collections.abc import Sequence

from chalicelib.domain.templates import TemplateWarning
from chalicelib.email.author_source import Problems
from chalicelib.email.jinja_tokens import Hiding, Token
from chalicelib.email.outline import Outline


def hide(text: str, tokens: Sequence[Token], outline: Outline, hiding: Hiding) -> str:
    """The source with names in place of its Jinja. Between elements a name stands in a comment, which stays there."""
    spans = [(start, end, _in_comment(start, end, tokens, outline, hiding)) for start, end in outline.dropped]
    covered = [(start, end) for start, end, _ in spans]
    spans += [
        (token.start, token.end, _hidden(index, outline, hiding))
        for index, token in enumerate(tokens)
        if not any(start <= token.start < end for start, end in covered)
    ]
    spans += [(place, place, sign) for place, sign in outline.added]
    parts, done = [], 0
    for start, end, instead in sorted(spans):
        parts += [text[done:start], instead]
        done = end
    return "".join([*parts, text[done:]])


def _in_comment(start: int, end: int, tokens: Sequence[Token], outline: Outline, hiding: Hiding) -> str:
    inside = [index for index, token in enumerate(tokens) if start <= token.start < end]
    return "".join(_hidden(index, outline, hiding) for index in inside)


def _hidden(index: int, outline: Outline, hiding: Hiding) -> str:
    place = outline.places.get(index)
    if place is None or place.kind in ("prelude", "dropped"):
        return ""
    return hiding.comment(index) if place.kind in ("between", "head") else hiding.name(index)


def between(outline: Outline) -> frozenset[int]:
    """The tokens that stand between elements of MJML, outside of any line of text."""
    return frozenset(index for index, place in outline.places.items() if place.kind == "between")


def lost(
    compiled: str, tokens: Sequence[Token], outline: Outline, hiding: Hiding, problems: Problems
) -> list[TemplateWarning]:
    """What the MJML compiler left out: a block is a problem, since its other half is there; a value is a warning."""
    if not compiled:
        return []
    kept = set(hiding.numbers(compiled))
    warnings = []
    for index, place in sorted(outline.places.items()):
        if index in kept or place.kind not in ("text", "attribute", "between", "head"):
            continue
        token = tokens[index]
        message = f"MJML shows nothing of this in <{place.tag}>. Write a fixed value, or put it elsewhere."
        if token.kind == "block":
            problems.add(token.start, message)
        else:
            warnings.append(TemplateWarning(rule="lost", where=problems.where(token.start), message=message))
    return warnings
