"""Whether each Jinja block closes in the element in which it opened; elsewhere it would tear the mail apart."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from chalicelib.email.author_source import Problems
from chalicelib.email.jinja_tokens import Token
from chalicelib.email.outline import Place

_LINK = ' For a link in some mails only: <a {% if ... %}href="..."{% endif %}>.'
_Placed = tuple[int, Token, Place]


def check_blocks(tokens: Sequence[Token], places: Mapping[int, Place], problems: Problems) -> None:
    """Refuse a block that opens in one element and closes in another: the mail would break."""
    blocks = [
        (index, token, places[index])
        for index, token in enumerate(tokens)
        if token.kind == "block" and index in places and places[index].kind != "dropped"
    ]
    paired = set(_paired(blocks))
    stack: list[tuple[Token, Place]] = []
    for index, token, place in blocks:
        word = token.keyword
        if word in ("if", "for"):
            stack.append((token, place))
        elif word in ("elif", "else", "endif", "endfor") and stack:
            opener, home = stack[-1]
            apart = (home.element, home.attribute, home.kind) != (place.element, place.attribute, place.kind)
            if apart and index not in paired:
                begun = f"`{opener.keyword}` of {problems.where(opener.start)} began in <{home.tag or 'the template'}>"
                inside = place.tag or "the template"
                mend = f"Put both into one element.{_LINK if 'a' in (home.tag, place.tag) else ''}"
                problems.add(token.start, f"`{word}` stands in <{inside}>, but its {begun}. {mend}")
            if word.startswith("end"):
                stack.pop()


@dataclass(frozen=True, slots=True)
class _Crossing:
    """An `if` around nothing but tags, which opens or closes elements: `{% if x %}<a href="...">{% endif %}`."""

    condition: str
    outside: int  # the element before it
    inside: int  # and behind it
    branch: tuple[int, ...]  # the blocks around it
    end: int  # number of its `endif`


def _paired(blocks: Sequence[_Placed]) -> Iterator[int]:
    """The `endif` of each such `if` that has its other half: the same condition around the closing tag.

    Both are true or both are not, since a condition changes nothing and no `set` stands between them.
    """
    branch: list[int] = []
    waiting: list[_Crossing] = []
    for at, (index, token, _) in enumerate(blocks):
        word = token.keyword
        if word in ("if", "for"):
            crossing = _crossing(blocks, at, tuple(branch)) if word == "if" else None
            if crossing and waiting and _other_half(waiting[-1], crossing):
                yield from (waiting.pop().end, crossing.end)
            elif crossing:
                waiting.append(crossing)
            branch.append(index)
        elif word in ("elif", "else") and branch:
            branch[-1] = index
        elif word in ("endif", "endfor") and branch:
            branch.pop()
        elif word == "set":
            waiting.clear()


def _crossing(blocks: Sequence[_Placed], at: int, branch: tuple[int, ...]) -> _Crossing | None:
    _, token, place = blocks[at]
    end, closer, behind = blocks[at + 1] if at + 1 < len(blocks) else blocks[at]
    plain = closer.keyword == "endif" and place.kind == behind.kind == "text"
    if not plain or place.element == behind.element:
        return None
    return _Crossing(" ".join(token.condition.split()), place.element, behind.element, branch, end)


def _other_half(first: _Crossing, second: _Crossing) -> bool:
    return (first.condition, first.branch, first.inside, first.outside) == (
        second.condition,
        second.branch,
        second.outside,
        second.inside,
    )
