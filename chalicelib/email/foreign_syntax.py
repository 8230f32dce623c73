"""What authors bring along from other template languages, and how the same is written here."""

from re import compile as regex

from chalicelib.email.jinja_tokens import Token

_BLOCKS = "{% if ... %} ... {% endif %}, {% for product in products %} ... {% endfor %}"
_HANDLEBARS = regex(r"\s*(?:[#^&!]|/\s*\w|else\b\s*(?:if\b.*)?\Z)")
_PARTIAL = regex(r"\s*>")
_TRIPLE = regex(r"\s*\{")
_COLON = regex(r"""\|\s*(\w+)\s*:\s*("[^"]*"|'[^']*'|[\w.]+)""")
_QUOTED = regex(r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*\"""")
# Signs of other languages, outside of quotes.
_SIGNS = (
    (regex(r"[\u2018-\u201f]"), "These are curly quotes. Write straight ones: 'text'."),
    (regex(r"&&"), "Write `and`."),
    (regex(r"\|\|"), "Write `or`, or | default('...')."),
    (regex(r"!(?!=)"), "Write `not`."),
    (regex(r"\?"), "Write {{ one if condition else other }}."),
    (regex(r"->|\$\w"), "Write the field behind a dot: customer.first_name."),
)
_TAGS = {
    **dict.fromkeys(("elseif", "elsif"), "Write {% elif ... %}."),
    "end": "Write {% endif %} or {% endfor %}.",
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
    if mend:
        return f"There is no `{{% {token.keyword} %}}` here. {mend}"
    return _signs(token.inner) if token.kind == "block" else ""


def _signs(inner: str) -> str:
    bare = _QUOTED.sub("''", inner)
    return next((mend for pattern, mend in _SIGNS if pattern.search(bare)), "")


def _print(inner: str) -> str:
    if _TRIPLE.match(inner):
        return "Values stand in two braces, {{ value }}, and are always escaped."
    if _PARTIAL.match(inner):
        return "This is Handlebars or Mustache. Write {% include 'partials/NAME.mjml' %}."
    if _HANDLEBARS.match(inner):
        return f"This is Handlebars or Mustache. Write {_BLOCKS}."
    if _COLON.search(_QUOTED.sub("''", inner)) and (match := _COLON.search(inner)):
        name, value = match.groups()
        return f"The value of a filter stands in brackets: | {name}({value})."
    return _signs(inner)


def syntax_mend(message: str) -> str:
    """What Jinja's own message about a syntax error means for the author."""
    for pattern, mend in _MESSAGES:
        if match := pattern.search(message):
            return mend.format(*match.groups())
    return f"Jinja: {message}"


_MESSAGES = (
    (regex(r"end of template.*needs to be closed is 'set'"), "`{{% set %}}` needs a value: {{% set name = value %}}."),
    (regex(r"end of template.*needs to be closed is '(\w+)'"), "`{{% {0} %}}` is never closed. Add {{% end{0} %}}."),
    (
        regex(r"unknown tag '(\w+)'.*needs to be closed is '(\w+)'"),
        "`{{% {0} %}}` cannot stand here: close `{{% {1} %}}` by {{% end{1} %}} first.",
    ),
    (regex(r"unknown tag '(else|elif|end\w+)'"), "`{{% {0} %}}` belongs to no block: nothing is open here."),
    (regex(r"unknown tag '(\w+)'"), "There is no `{{% {0} %}}` here. Templates have if, for, set and include."),
    (regex(r"Expected an expression"), "A value or a condition is missing here."),
    (regex(r"got '='"), "Two values are compared by `==`."),
    (regex(r"expected token 'in'"), "A loop is written {{% for product in products %}}."),
    (regex(r"expected token 'end of (?:print statement|statement block)', got '(.+)'"), "`{0}` does not belong here."),
    (regex(r"expected token 'name', got"), "The name of a filter is missing behind `|`."),
    (regex(r"expected name or number"), "The name of a field is missing behind the dot."),
)
