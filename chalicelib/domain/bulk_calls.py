"""How finished mails share one bulk call: which of them may, the text that is sent once, and what each adds to it.

SES inserts a variable's value as it is, and a name that is not in the data makes the mail fail:
https://docs.aws.amazon.com/ses/latest/dg/send-personalized-email-advanced.html
Inline templates know plain variables only: https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_Template.html
"""

import re
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from json import dumps

from chalicelib.domain.templates import Mail

# https://docs.aws.amazon.com/ses/latest/dg/send-personalized-email-api.html
MOST_ENTRIES = 50
MOST_BYTES = 1_000_000  # of a request with an inline template: "1 MB"
MOST_DATA = 262_144  # https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_ReplacementTemplate.html
_FRAME = 2_000  # bytes of a request, and of each entry, that are none of the texts counted below
# What could be read as the edge of a variable. A backslash before two braces takes their meaning away:
# https://handlebarsjs.com/guide/expressions.html#escaping-handlebars-expressions
_EDGES = re.compile(r"[{}\\]{2,}|\A[{}\\]|[{}\\]\Z")
_NAMES = {"{": "o", "}": "c", "\\": "b"}


@dataclass(frozen=True, slots=True)
class BulkCall:
    """One call: texts with variables in them, and the value of each variable for each mail."""

    mails: tuple[Mail, ...]
    subject: str
    html: str
    text: str
    data: tuple[str, ...]  # a JSON object for each mail


def groups(mails: Sequence[Mail]) -> list[list[int]]:
    """The places of the mails that may go together, in their order: one sender, configuration set and version."""
    found: dict[Hashable, list[int]] = {}
    for place, mail in enumerate(mails):
        key = (mail.sender, mail.sender_name, mail.reply_to, mail.configuration_set, mail.body.fixed)
        found.setdefault(key, []).append(place)
    return list(found.values())


def bulk_call(mails: Sequence[Mail]) -> BulkCall | None:
    """One call with the first of these mails, as many as its limits allow; None where not even two fit.

    Args:
        mails: of one group (`groups`).
    """
    some = list(mails[:MOST_ENTRIES])
    while len(some) > 1:
        call = _call(some)
        if _fits(call):
            return call
        some = some[: len(some) // 2]
    return None


def _call(mails: Sequence[Mail]) -> BulkCall:
    """What is the same for all of these mails moves into the text; what differs is a variable."""
    columns: list[Sequence[str]] = []
    html = _template(mails[0].body.fixed, [_slot(slots) for slots in _by_slot(mails)], columns)
    subject = _template(("", ""), [[[mail.subject for mail in mails]]], columns)
    text = _template(("", ""), [_slot([tuple(mail.text.splitlines(keepends=True)) for mail in mails])], columns)
    edges = {
        name: sign for sign, name in _NAMES.items() if any(_variable(name) in part for part in (html, subject, text))
    }
    names = [f"s{number}" for number in range(len(columns))]
    data = [
        dumps({**edges, **dict(zip(names, values, strict=True))}, ensure_ascii=False, separators=(",", ":"))
        for values in (zip(*columns, strict=True) if columns else [()] * len(mails))
    ]
    return BulkCall(tuple(mails), subject, html, text, tuple(data))


def _by_slot(mails: Sequence[Mail]) -> Iterable[Sequence[tuple[str, ...]]]:
    return zip(*(mail.body.slots for mail in mails), strict=True)


def _slot(slots: Sequence[tuple[str, ...]]) -> Sequence[Sequence[str]]:
    """The same slot of all mails as columns: by piece where all have as many, as a whole where they have not.

    The rows of a table of products are many pieces, most of which everybody has.
    """
    if len({len(pieces) for pieces in slots}) == 1:
        return list(zip(*slots, strict=True))
    return [["".join(pieces) for pieces in slots]]


def _template(fixed: Sequence[str], slots: Iterable[Sequence[Sequence[str]]], columns: list[Sequence[str]]) -> str:
    """The text with a variable for each piece that differs; its values are added to `columns`."""
    parts: list[str] = []
    run = [fixed[0]]
    for slot, following in zip(slots, fixed[1:], strict=True):
        for values in slot:
            if values.count(values[0]) == len(values):
                run.append(values[0])
                continue
            parts += [_protected("".join(run)), _variable(f"s{len(columns)}")]
            columns.append(values)
            run = []
        run.append(following)
    return "".join([*parts, _protected("".join(run))])


def _protected(text: str) -> str:
    """The text so that SES finds no variable in it: braces that stand together or at an end come as values."""
    return _EDGES.sub(lambda found: "".join([_variable(_NAMES[sign]) for sign in found[0]]), text)


def _variable(name: str) -> str:
    return f"{{{{{name}}}}}"


def _fits(call: BulkCall) -> bool:
    if max(map(len, call.data)) > MOST_DATA:
        return False
    texts = [call.subject, call.html, call.text, *call.data]
    texts += [value for mail in call.mails for value in mail.headers.values()]
    return sum(map(_written, texts)) + _FRAME * (1 + len(call.mails)) <= MOST_BYTES


def _written(text: str) -> int:
    """Bytes that a text has in the request, as JSON in ASCII. Counted, for writing all once more takes long."""
    if not text.isascii():
        return len(dumps(text))
    return 2 + len(text) + sum(text.count(sign) for sign in '"\\\n\r\t')
