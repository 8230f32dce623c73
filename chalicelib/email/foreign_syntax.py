"""What authors bring along from other template languages, and how the same is written here."""

from re import compile as regex

from chalicelib.email.jinja_tokens import Token

_BLOCKS = "{% if ... %} ... {% endif %}, {% for product in products %} ... {% endfor %}"
_HANDLEBARS = regex(r"\s*(?:[#^&!]|/\s*\w|else\b\s*(?:if\b.*)?\Z)")
_PARTIAL = regex(r"\s*>")
_TRIPLE = regex(r"\s*\{")
_COLON = regex(r"""\|\s*(\w+)\s*:\s*("[^"]*"|'[^']*'|[\w.]+)""")
_TAGS = {
    **dict.fromkeys(("unless", "case", "when"), "Write {% if not ... %} or {% if ... == ... %}."),
    **dict.fromkeys(("assign", "capture"), "Write {% set name = value %}."),
    **dict.fromkeys(("render", "layout", "partial"), "Write {% include 'partials/NAME.mjml' %}."),
    **dict.fromkeys(("trans", "translate", "blocktrans", "blocktranslate"), "Upload a version for each locale."),
    **dict.fromkeys(("load", "static"), "Leave it out: addresses are written out, from https:// on."),
    "url": "Write the address out, from https:// on.",
    "now": "Write the day of an event with | day.",
    "empty": "Write {% else %}.",
    "comment": "Write {# ... #}.",
}


def foreign(token: Token) -> str:
    """What an author should write instead of this tag of another language; empty where it is none."""
    if token.kind == "print":
        return _print(token.inner)
    mend = _TAGS.get(token.keyword) if token.kind == "block" else None
    return f"There is no `{{% {token.keyword} %}}` here. {mend}" if mend else ""


def _print(inner: str) -> str:
    if _TRIPLE.match(inner):
        return "Values stand in two braces, {{ value }}, and are always escaped."
    if _PARTIAL.match(inner):
        return "This is Handlebars or Mustache. Write {% include 'partials/NAME.mjml' %}."
    if _HANDLEBARS.match(inner):
        return f"This is Handlebars or Mustache. Write {_BLOCKS}."
    if match := _COLON.search(inner):
        name, value = match.groups()
        return f"The value of a filter stands in brackets: | {name}({value})."
    return ""
