"""Whether each Jinja block closes in the element in which it opened; elsewhere it would tear the mail apart."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from chalicelib.email.author_source import Problems
from chalicelib.email.jinja_tokens import Token
from chalicelib.email.markup import Comment, Tag, Text, scan

_LINK = ' For a link in some mails only: <a {% if ... %}href="..."{% endif %}>.'


@dataclass(frozen=True, slots=True)
class Place:
    """Where a Jinja tag stands."""

    # text, attribute, switch (between attributes), default (in mj-attributes), between (elements), head (between those
    # of mj-head), dropped, prelude (a `set` before all)
    kind: str
    element: int  # number of the element around it; 0: none
    tag: str
    attribute: int = -1  # offset of the attribute's value


_Placed = tuple[int, Token, Place]


def check_blocks(text: str, tokens: Sequence[Token], places: Mapping[int, Place], problems: Problems) -> None:
    """Refuse a block that opens in one element and closes in another: the mail would break.

    Args:
        text: the masked source.
        tokens: all its Jinja tags.
        places: where each of them stands.
        problems: where to tell.
    """
    blocks = [
        (index, token, places[index])
        for index, token in enumerate(tokens)
        if token.kind == "block" and index in places and places[index].kind != "dropped"
    ]
    continued = _continued(text, blocks)
    paired = set(_paired(blocks, continued))
    stack: list[tuple[Token, Place]] = []
    for index, token, place in blocks:
        word = token.keyword
        if word in ("if", "for"):
            stack.append((token, place))
        elif word in ("elif", "else", "endif", "endfor") and stack:
            opener, home = stack[-1]
            began, ends = (continued.get(one.element, one.element) for one in (home, place))
            apart = (began, home.attribute, home.kind) != (ends, place.attribute, place.kind)
            if apart and index not in paired:
                begun = f"`{opener.keyword}` of {problems.where(opener.start)} began in <{home.tag or 'the template'}>"
                inside = place.tag or "the template"
                mend = f"Put both into one element.{_LINK if 'a' in (home.tag, place.tag) else ''}"
                problems.add(token.start, f"`{word}` stands in <{inside}>, but its {begun}. {mend}")
            if word.startswith("end"):
                stack.pop()


def _continued(text: str, blocks: Sequence[_Placed]) -> dict[int, int]:
    """For each element that only goes on another the first of them: `{% if loop.index % 3 == 0 %}</tr><tr>{% endif %}`.

    Whether the condition holds or not, what follows stands in an element of the same kind, in the same place.
    """
    first: dict[int, int] = {}
    for (_, token, place), (_, closer, behind) in pairwise(blocks):
        words = (token.keyword, closer.keyword)
        if words != ("if", "endif") or not place.kind == behind.kind == "text" or place.element == behind.element:
            continue
        if _goes_on(text[token.end : closer.start], place.tag):
            first[behind.element] = first.get(place.element, place.element)
    return first


def _goes_on(part: str, name: str) -> bool:
    """Whether the markup closes elements, this one first, and opens the same ones again, and does nothing else."""
    nodes = list(scan(part))
    tags = [node for node in nodes if isinstance(node, Tag)]
    if any(not _says_nothing(node, part) for node in nodes if not isinstance(node, Tag)) or not tags:
        return False
    half = len(tags) // 2
    closed, opened = tags[:half], tags[half:]
    kinds = [tag.kind for tag in tags] == ["close"] * half + ["open"] * half
    return kinds and tags[0].name == name and [tag.name for tag in closed] == [tag.name for tag in reversed(opened)]


def _says_nothing(node: object, part: str) -> bool:
    if isinstance(node, Text):
        return not part[node.start : node.end].strip()
    return isinstance(node, Comment) and node.kind == "plain"


@dataclass(frozen=True, slots=True)
class _Crossing:
    """An `if` around nothing but tags, which opens or closes elements: `{% if x %}<a href="...">{% endif %}`."""

    condition: str
    outside: int  # the element before it
    inside: int  # and behind it
    branch: tuple[int, ...]  # the blocks around it
    end: int  # number of its `endif`


def _paired(blocks: Sequence[_Placed], continued: Mapping[int, int]) -> Iterator[int]:
    """The `endif` of each such `if` that has its other half: the same condition around the closing tag.

    Both are true or both are not, since a condition changes nothing and no `set` stands between them.
    """
    branch: list[int] = []
    waiting: list[_Crossing] = []
    for at, (index, token, _) in enumerate(blocks):
        word = token.keyword
        if word in ("if", "for"):
            crossing = _crossing(blocks, at, tuple(branch)) if word == "if" else None
            if crossing and crossing.inside in continued:
                crossing = None
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
