"""How a source is handed to the MJML compiler: Jinja as harmless names, comments gone, and nothing lost on the way."""

from collections.abc import Sequence

from chalicelib.domain.templates import TemplateWarning
from chalicelib.email.author_source import Problems
from chalicelib.email.jinja_tokens import Hiding, Token
from chalicelib.email.outline import Outline


def hide(text: str, tokens: Sequence[Token], outline: Outline, hiding: Hiding) -> str:
    """The source with names in place of its Jinja. Between elements a name stands in a comment, which stays there."""
    spans = [(start, end, _in_comment(start, end, tokens, outline, hiding)) for start, end in outline.dropped]

    def written(start: int, end: int) -> str:
        inside = [(tokens[index].start, tokens[index].end, index) for index in _indices(tokens, start, end)]
        return _replaced(text, start, end, [(a, b, _hidden(index, outline, hiding)) for a, b, index in inside])

    for switch in outline.switches:
        spans += switch.spans(written, hiding)
    covered = [(start, end) for start, end, _ in spans]
    spans += [
        (token.start, token.end, _hidden(index, outline, hiding))
        for index, token in enumerate(tokens)
        if not any(start <= token.start < end for start, end in covered)
    ]
    spans += outline.added
    return _replaced(text, 0, len(text), sorted(spans, key=lambda span: span[:2]))


def _replaced(text: str, start: int, end: int, spans: Sequence[tuple[int, int, str]]) -> str:
    parts, done = [], start
    for first, last, instead in spans:
        parts += [text[done:first], instead]
        done = last
    return "".join([*parts, text[done:end]])


def _indices(tokens: Sequence[Token], start: int, end: int) -> list[int]:
    return [index for index, token in enumerate(tokens) if start <= token.start < end]


def _in_comment(start: int, end: int, tokens: Sequence[Token], outline: Outline, hiding: Hiding) -> str:
    return "".join(_hidden(index, outline, hiding) for index in _indices(tokens, start, end))


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
    for number, what in hiding.watched.items():
        if number not in kept:
            message = f"MJML reads {what} once, for every mail. Write the element itself in each branch."
            problems.add(hiding.tokens[number].start, message)
    return warnings
