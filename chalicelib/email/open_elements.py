"""The elements that are open at a place of the source, and where those end that an author never closed."""

from dataclasses import dataclass

from chalicelib.email.author_source import Problems
from chalicelib.email.html_rules import ENDS_BEFORE, OPTIONAL_END, VOID
from chalicelib.email.markup import Tag


@dataclass(slots=True)
class OpenElement:
    """One of them."""

    name: str
    number: int
    start: int
    end: int  # of its opening tag
    depth: int
    ended: int | None = None  # where a browser has ended it, though its end was not written


class OpenElements:
    """Opened and closed as the tags of a source come. What closes nothing is added to the problems.

    Args:
        problems: where to tell.
        xml: whether every end has to be written, as in MJML; those that are not are in `written_out`.
    """

    def __init__(self, problems: Problems, *, xml: bool) -> None:
        self.written_out: list[tuple[int, int, str]] = []  # ends that HTML lets authors leave out
        self._stack: list[OpenElement] = []
        self._problems = problems
        self._xml = xml

    @property
    def names(self) -> list[str]:
        """From the outermost to the innermost."""
        return [element.name for element in self._stack]

    @property
    def innermost(self) -> OpenElement | None:
        """The one around what comes next."""
        return self._stack[-1] if self._stack else None

    @property
    def depth(self) -> int:
        """How many are in each other for a browser, which ends a list item where the next begins."""
        return self._stack[-1].depth if self._stack else 0

    def open(self, tag: Tag, number: int) -> None:
        """Note an element, unless it can hold nothing. Those of Outlook need not match."""
        if tag.outlook:
            return
        if self._stack and self._stack[-1].ended is None and tag.name in ENDS_BEFORE.get(self._stack[-1].name, ()):
            self._stack[-1].ended = tag.start
        if tag.kind == "open" and tag.name not in VOID:
            around = next((one for one in reversed(self._stack) if tag.name not in ENDS_BEFORE.get(one.name, ())), None)
            self._stack.append(OpenElement(tag.name, number, tag.start, tag.end, around.depth + 1 if around else 1))

    def close(self, tag: Tag) -> OpenElement | None:
        """The element that a tag closes; None where there is none."""
        if tag.outlook or tag.name in VOID:
            return None
        known = tag.name in self.names
        if known:
            self._end_optional(tag)
        if not self._stack:
            self._problems.add(tag.start, f"</{tag.name}> closes nothing.")
            return None
        around = self._stack[-1]
        if around.name == tag.name:
            return self._stack.pop()
        opened = self._problems.where(around.start)
        self._problems.add(tag.start, f"</{tag.name}> closes nothing: <{around.name}> of {opened} is still open.")
        if known:
            while self._stack.pop().name != tag.name:
                pass
        return None

    def finish(self) -> None:
        """Nothing more comes."""
        for element in self._stack:
            if self._xml or element.name not in OPTIONAL_END:
                self._problems.add(element.start, f"<{element.name}> is never closed. Add </{element.name}>.")

    def _end_optional(self, tag: Tag) -> None:
        """End what an author left open inside of the element that this tag closes."""
        while self._stack[-1].name != tag.name and self._stack[-1].name in OPTIONAL_END:
            element = self._stack.pop()
            if self._xml:
                end = tag.start if element.ended is None else element.ended
                self.written_out.append((end, end, f"</{element.name}>"))
