"""What `mj-style inline="inline"` and `mj-html-attributes` do to compiled markup; our MJML compiler leaves both out.

The markup is not read and written anew, as CSS libraries do: Jinja stands in its tables, and only `style` and the named
attributes change. See docs/decisions/0009.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from re import compile as regex

from chalicelib.email.author_source import Problems
from chalicelib.email.html_rules import OPTIONAL_END, VOID
from chalicelib.email.jinja_tokens import Hiding
from chalicelib.email.markup import Attribute, Tag, Text, scan
from chalicelib.email.selectors import Node, Selector, Specificity, read_selector

_COMMENT = regex(r"/\*.*?\*/", 16)  # 16: re.DOTALL
_PIECE = regex(r"""[^;{}"'()]+|"[^"]*"|'[^']*'|\([^()]*\)|[;{}"'()]""")
_IMPORTANT = regex(r"\s*!\s*important\s*\Z", 2)  # 2: re.IGNORECASE
_DECLARATION = regex(r"\s*([a-zA-Z-]+)\s*:\s*(.+?)\s*\Z", 16)


@dataclass(frozen=True, slots=True)
class _Rule:
    selector: Selector
    order: int
    declarations: tuple[tuple[str, str, bool], ...] = ()  # property, value, important
    attributes: tuple[tuple[str, str], ...] = ()

    @property
    def weight(self) -> tuple[Specificity, int]:
        return self.selector.specificity, self.order


@dataclass(slots=True)
class Inlining:
    """Rules for single elements, collected from the head."""

    rules: dict[str, list[_Rule]] = field(default_factory=lambda: defaultdict(list))  # by a key of the selector
    count: int = 0

    @classmethod
    def taken_from(cls, source: str, hiding: Hiding, problems: Problems) -> tuple["Inlining", str]:
        """The rules of hidden MJML, and the MJML without them. What cannot be inlined stays a style of the head."""
        inlining, parts, done = cls(), [], 0
        for start, end, content, kind in _taken(source):
            for token in (hiding.tokens[number] for number in hiding.numbers(content) if kind == "mj-style"):
                if token.kind == "block":
                    problems.add(token.start, "What is inlined holds for every mail. Put this into a plain mj-style.")
            rest = inlining._styles(content) if kind == "mj-style" else inlining._attributes(content)
            parts += [source[done:start], f"<mj-style>{rest}</mj-style>" if rest.strip() else ""]
            done = end
        return inlining, "".join([*parts, source[done:]])

    def _add(self, selectors: str, **what: tuple[tuple[str, str, bool], ...] | tuple[tuple[str, str], ...]) -> str:
        """Note a rule for each selector; those that cannot be read are answered."""
        unread = []
        for text in selectors.split(","):
            if (selector := read_selector(text)) is None:
                unread.append(text.strip())
                continue
            self.count += 1
            for key in selector.keys:
                self.rules[key].append(_Rule(selector, self.count, **what))  # type: ignore[arg-type]
        return ", ".join(unread)

    def _styles(self, css: str) -> str:
        rest = ""
        for head, body in _rules(_COMMENT.sub("", css)):
            if head.startswith("@"):
                rest += f"{head} {{{body}}}\n"
            elif unread := self._add(head, declarations=tuple(_declarations(body))):
                rest += f"{unread} {{{body}}}\n"
        return rest

    def _attributes(self, content: str) -> str:
        path, name = "", ""
        for node in scan(content):
            if isinstance(node, Tag) and node.kind == "open":
                path = (node.get("path") or "") if node.name == "mj-selector" else path
                name = (node.get("name") or "") if node.name == "mj-html-attribute" else ""
            elif isinstance(node, Tag):
                name = ""
            elif isinstance(node, Text) and name:
                self._add(path, attributes=((name, content[node.start : node.end].strip()),))
        return ""

    def into(self, compiled: str) -> str:
        """The compiled markup with every rule in the elements that it means."""
        if not self.rules:
            return compiled
        parts, done = [], 0
        for tag, around, node in _body(compiled):
            rules = [
                rule for key in _keys(node) for rule in self.rules.get(key, ()) if rule.selector.means(around, node)
            ]
            if rules:
                changed, stop = _changed(compiled, tag, sorted(rules, key=lambda rule: rule.weight))
                parts += [compiled[done : tag.start], changed]
                done = stop
        return "".join([*parts, compiled[done:]])


def _taken(source: str) -> Iterator[tuple[int, int, str, str]]:
    opened: Tag | None = None
    for node in scan(source):
        if not isinstance(node, Tag):
            continue
        inlined = node.name == "mj-style" and node.get("inline") == "inline"
        if node.kind == "open" and (inlined or node.name == "mj-html-attributes") and opened is None:
            opened = node
        elif node.kind == "close" and opened is not None and node.name == opened.name:
            yield opened.start, node.end, source[opened.end : node.start], opened.name
            opened = None


def _rules(css: str) -> Iterator[tuple[str, str]]:
    """What stands before each outermost pair of braces, and between them."""
    head, body, depth = "", "", 0
    for match in _PIECE.finditer(css):
        piece = match.group()
        depth -= piece == "}"
        if depth > 0:
            body += piece
        elif piece == "}":
            yield head.strip(), body.strip()
            head, body, depth = "", "", 0
        elif piece == ";" and head.strip().startswith("@"):
            head = ""
        elif piece != "{":
            head += piece
        depth += piece == "{"


def _declarations(body: str) -> Iterator[tuple[str, str, bool]]:
    text = ""
    for piece in [*(match.group() for match in _PIECE.finditer(body)), ";"]:
        if piece != ";":
            text += piece
            continue
        if match := _DECLARATION.fullmatch(text):
            value = _IMPORTANT.sub("", match.group(2))
            yield match.group(1).lower(), value, value != match.group(2)
        text = ""


def _body(compiled: str) -> Iterator[tuple[Tag, list[Node], Node]]:
    """Each opening tag of the body that every mail program reads, with the elements around it."""
    around: list[Node] = []
    for tag in (node for node in scan(compiled) if isinstance(node, Tag) and not node.outlook):
        if tag.kind == "close":
            if tag.name in [node.tag for node in around]:
                while around.pop().tag != tag.name:
                    pass
            continue
        if tag.name in OPTIONAL_END and around and around[-1].tag == tag.name and tag.name != "body":
            around.pop()  # an author may leave a paragraph or a list item open
        node = Node(tag.name, tag.get("id") or "", frozenset((tag.get("class") or "").split()))
        if any(outer.tag == "body" for outer in around):
            yield tag, around, node
        if tag.kind == "open" and tag.name not in VOID:
            around.append(node)


def _keys(node: Node) -> list[str]:
    return ["*", node.tag, f"#{node.identity}", *(f".{name}" for name in sorted(node.classes))]


def _changed(compiled: str, tag: Tag, rules: list[_Rule]) -> tuple[str, int]:
    """The opening tag with the rules in it, and where it ends."""
    values: dict[str, str] = {}
    normal, important = _sorted_out(rules)
    written = tag.get("style") or ""
    if normal or important:
        between = "" if not written or written.rstrip().endswith(";") else ";"
        values["style"] = normal + written + (between + important if important else "")
    for rule in rules:
        values |= {name: value.replace('"', "&quot;") for name, value in rule.attributes}
    known = {attribute.name: attribute for attribute in tag.attributes}
    text, done = "", tag.start
    for attribute in tag.attributes:
        if attribute.name in values and attribute.value is not None:
            text += compiled[done : attribute.value_start] + _quoted(values[attribute.name], compiled, attribute)
            done = attribute.value_start + len(attribute.value)
    added = "".join(
        f' {name}="{value.replace(chr(34), chr(39)) if name == "style" else value}"'
        for name, value in values.items()
        if name not in known
    )
    name_end = tag.start + 1 + len(tag.name)
    if done > tag.start:
        return text[: 1 + len(tag.name)] + added + text[1 + len(tag.name) :] + compiled[done : tag.end], tag.end
    return compiled[tag.start : name_end] + added + compiled[name_end : tag.end], tag.end


def _quoted(value: str, compiled: str, attribute: Attribute) -> str:
    quote = compiled[attribute.value_start - 1]
    return value.replace(quote, "'" if quote == '"' else "&#39;") if quote in value else value


def _sorted_out(rules: list[_Rule]) -> tuple[str, str]:
    """What stands before the author's own declarations, and what is important enough to stand behind them."""
    normal: dict[str, str] = {}
    important: dict[str, str] = {}
    for rule in rules:
        for name, value, strong in rule.declarations:
            into = important if strong else normal
            into.pop(name, None)
            into[name] = value
    return "".join(f"{n}:{v};" for n, v in normal.items()), "".join(f"{n}:{v};" for n, v in important.items())
