"""Whether each Jinja block closes in the element in which it opened; elsewhere it would tear the mail apart."""

from collections.abc import Mapping, Sequence

from chalicelib.email.author_source import Problems
from chalicelib.email.jinja_tokens import Token
from chalicelib.email.outline import Place

_LINK = ' For a link in some mails only: <a {% if ... %}href="..."{% endif %}>.'


def check_blocks(tokens: Sequence[Token], places: Mapping[int, Place], problems: Problems) -> None:
    """Refuse a block that opens in one element and closes in another: the mail would break."""
    stack: list[tuple[Token, Place]] = []
    for index, token in enumerate(tokens):
        place = places.get(index)
        if token.kind != "block" or place is None or place.kind == "dropped":
            continue
        word = token.keyword
        if word in ("if", "for"):
            stack.append((token, place))
        elif word in ("elif", "else", "endif", "endfor") and stack:
            opener, home = stack[-1]
            if (home.element, home.attribute, home.kind) != (place.element, place.attribute, place.kind):
                begun = f"`{opener.keyword}` of {problems.where(opener.start)} began in <{home.tag or 'the template'}>"
                inside = place.tag or "the template"
                mend = f"Put both into one element.{_LINK if 'a' in (home.tag, place.tag) else ''}"
                problems.add(token.start, f"`{word}` stands in <{inside}>, but its {begun}. {mend}")
            if word.startswith("end"):
                stack.pop()
