"""Which elements a plain CSS selector means: tags, classes and ids, inside or directly inside one another."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from re import compile as regex

_COMPOUND = regex(r"(\*|[a-zA-Z][\w-]*)?((?:[.#][a-zA-Z_][\w-]*)*)")
_STEP = regex(r"\s*>\s*|\s+")
_PART = regex(r"[.#][\w-]+")

Specificity = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Node:
    """An element as selectors see it."""

    tag: str
    identity: str
    classes: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Compound:
    tag: str  # empty: any
    identity: str
    classes: frozenset[str]

    def means(self, node: Node) -> bool:
        return self.tag in ("", node.tag) and self.identity in ("", node.identity) and self.classes <= node.classes


@dataclass(frozen=True, slots=True)
class Selector:
    """One selector, its parts from the outermost to the element itself."""

    parts: tuple[_Compound, ...]
    direct: tuple[bool, ...] = field(default=())  # for each part but the first: whether it is a child of the one before

    @property
    def specificity(self) -> Specificity:
        """Ids, then classes, then tags: the larger wins. https://www.w3.org/TR/selectors-4/#specificity-rules"""
        return (
            sum(bool(part.identity) for part in self.parts),
            sum(len(part.classes) for part in self.parts),
            sum(bool(part.tag) for part in self.parts),
        )

    @property
    def keys(self) -> frozenset[str]:
        """What an element must have of its own: a way to find the few selectors that may mean it."""
        last = self.parts[-1]
        if last.identity:
            return frozenset({f"#{last.identity}"})
        return frozenset({f".{next(iter(sorted(last.classes)))}"}) if last.classes else frozenset({last.tag or "*"})

    def means(self, around: Sequence[Node], node: Node) -> bool:
        """Whether it means this element, given the elements around it from the outermost on."""
        return self.parts[-1].means(node) and self._inside(len(self.parts) - 1, around, len(around))

    def _inside(self, part: int, around: Sequence[Node], below: int) -> bool:
        if part == 0:
            return True
        places = (below - 1,) if self.direct[part - 1] else range(below - 1, -1, -1)
        return any(
            place >= 0 and self.parts[part - 1].means(around[place]) and self._inside(part - 1, around, place)
            for place in places
        )


def read_selector(text: str) -> Selector | None:
    """The selector; None where it needs more than tags, classes and ids."""
    text = text.strip()
    compounds = [_compound(part) for part in _STEP.split(text)]
    direct = tuple(">" in step for step in _STEP.findall(text))
    parts = tuple(compound for compound in compounds if compound is not None)
    return Selector(parts, direct) if parts and len(parts) == len(compounds) <= _MOST_PARTS else None


_MOST_PARTS = 8


def _compound(text: str) -> _Compound | None:
    match = _COMPOUND.fullmatch(text)
    if not match or not text:
        return None
    names = _PART.findall(match.group(2))
    identities = [name[1:] for name in names if name.startswith("#")]
    if len(identities) > 1:
        return None
    tag = (match.group(1) or "").lower()
    return _Compound(
        "" if tag == "*" else tag,
        "".join(identities),
        frozenset(name[1:] for name in names if name.startswith(".")),
    )
