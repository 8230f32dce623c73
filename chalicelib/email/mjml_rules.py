"""What is wrong with an element of MJML: its place, its name, its attributes."""

from chalicelib.email.author_source import Problems, nearest
from chalicelib.email.markup import Attribute, Tag
from chalicelib.email.mjml_tags import ATTRIBUTES, CHILDREN, EVERY_ATTRIBUTE, SETTABLE

# What MJML had before version 4, and what came instead.
_OLD = {
    "mj-container": "This is MJML 3: take <mj-container> away, its attributes belong to <mj-body>.",
    "mj-html": "This is MJML 3: write <mj-raw>.",
    "mj-list": "This is MJML 3: write <ul> into <mj-text>.",
    "mj-li": "This is MJML 3: write <li> into <mj-text>.",
    "mj-invoice": "This is MJML 3: write an <mj-table>.",
    "mj-location": "This is MJML 3: write an <mj-text> with a link.",
}
# Of MJML 3. MJML 4 takes them, and does nothing with them.
_OLD_ATTRIBUTES = frozenset({"horizontal-spacing", "vertical-spacing", "word-wrap"})


def refuse_tag(tag: Tag, problems: Problems) -> None:
    """Say why a tag that MJML does not know cannot stand where only MJML may."""
    if tag.name == "mj-include":
        message = "mj-include is not allowed: no file or address is read. Use {% include 'partials/...' %}."
    elif tag.name in _OLD:
        message = _OLD[tag.name]
    elif tag.name.startswith("mj"):
        message = f"<{tag.name}> is no MJML tag.{nearest(tag.name, frozenset(ATTRIBUTES))}"
    else:
        message = f"<{tag.name}> stands outside of any text. Put HTML into mj-text, mj-table or mj-raw."
    problems.add(tag.start, message)


def refuse_case(tag: Tag, written: str, problems: Problems) -> None:
    """MJML is XML, where `MJ-TEXT` is another tag than `mj-text`."""
    if written != tag.name:
        problems.add(tag.start, f"The tags of MJML are written in small letters: <{tag.name}>.")


def refuse_place(tag: Tag, around: str, problems: Problems) -> None:
    """Say where an element of MJML belongs instead."""
    homes = sorted(parent or "the template" for parent, children in CHILDREN.items() if tag.name in children)
    where = f"inside <{around}>" if around else "here"
    homes = [home for home in homes if home not in ("mj-attributes", "mj-class")]
    problems.add(tag.start, f"<{tag.name}> cannot stand {where}; it belongs in {' or '.join(homes)}.")


def check_mjml_attribute(tag: Tag, attribute: Attribute, around: str, problems: Problems) -> bool:
    """Refuse what MJML cannot read. Answers whether the attribute does something for this element."""
    if attribute.value is None:
        problems.add(attribute.start, f'`{attribute.name}` in <{tag.name}> needs a value: {attribute.name}="...".')
    if not attribute.quoted:
        equals = attribute.start + len(attribute.name)
        problems.add(equals, f"The value after `=` in <{tag.name}> needs quotes.")
    known = EVERY_ATTRIBUTE if around in ("mj-attributes", "mj-class") else ATTRIBUTES[tag.name]
    if attribute.name in known:
        if tag.name == "mj-html-attribute" and not SETTABLE.fullmatch(attribute.value or ""):
            mend = "It sets data-*, aria-*, role, class, id, title, alt, lang, dir, align, width and the like."
            problems.add(attribute.start, f"mj-html-attribute cannot set `{attribute.value}`. {mend}")
    elif attribute.name in EVERY_ATTRIBUTE | _OLD_ATTRIBUTES:
        return False
    else:
        mend = nearest(attribute.name, known)
        problems.add(attribute.start, f"<{tag.name}> has no attribute `{attribute.name}`.{mend}")
    return True
