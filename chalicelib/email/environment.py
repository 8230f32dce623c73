"""The Jinja in which mails are rendered: a sandbox that reaches no attribute of any Python object."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from jinja2 import Undefined
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from chalicelib.email import filters
from chalicelib.email.known_variables import FILTERS, LOOP, MAX_NUMBER, MAX_RANGE, TESTS
from chalicelib.email.missing import Missing, Unknown
from chalicelib.errors import RenderingFailed

_OURS: dict[str, Callable[..., Any]] = {
    "money": filters.money,
    "number": filters.number,
    "round": filters.rounded,
    "int": filters.whole,
    "countdown": filters.countdown,
    "day": filters.day,
    "datetime": filters.datetime_,
    "plural": filters.plural,
    "default": filters.default,
    "d": filters.default,
    "escape": filters.escaped,
    "e": filters.escaped,
    # Put in by the compiler; an author cannot write them.
    "tracked": filters.tracked,
    "picture": filters.picture,
    "css": filters.css,
    "css_url": filters.css_url,
    "url_value": filters.url_value,
    "url_path": filters.url_path,
    "url_mailbox": filters.url_mailbox,
}
_MAX_TEXT = 100_000  # characters that `+` may make


def _range(count: int) -> range:
    if not 0 <= count <= MAX_RANGE:
        raise RenderingFailed(f"range goes up to {MAX_RANGE}.")
    return range(count)


class MailEnvironment(ImmutableSandboxedEnvironment):
    """Fields come from mappings only, items from lists; calls go to `link`, `picks` and `range` alone."""

    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%", "**"})

    def __init__(self, *, autoescape: bool) -> None:
        super().__init__(autoescape=autoescape, undefined=Unknown, trim_blocks=False, keep_trailing_newline=False)
        built_in = self.filters
        self.filters = {name: built_in[name] for name in FILTERS if name in built_in} | _OURS
        self.tests = {name: test for name, test in self.tests.items() if name in TESTS or name in ("none", "undefined")}
        self.tests["none"] = lambda value: value is None or isinstance(value, Missing)
        self.globals = {"range": _range}

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A field of a mapping, by `.`; a missing or null one is Missing."""
        if isinstance(obj, Mapping):
            value = obj.get(attribute)
            return Missing(name=attribute) if value is None else value
        if isinstance(obj, LoopContext) and attribute in LOOP.known:
            return getattr(obj, attribute)
        return self._no_field(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """A field of a mapping by name, or an item of a list by number."""
        if isinstance(obj, Mapping) and isinstance(argument, str):
            return self.getattr(obj, argument)
        if isinstance(obj, Sequence) and not isinstance(obj, str) and isinstance(argument, int):
            return obj[argument] if -len(obj) <= argument < len(obj) else Missing(name=str(argument))
        return self._no_field(obj, str(argument))

    def _no_field(self, obj: Any, name: str) -> Undefined:
        if isinstance(obj, Undefined):
            return obj
        return Unknown(f"There is no field `{name[:50]}` here.")

    def is_safe_callable(self, obj: Any) -> bool:
        """Only plain functions: those that the mail was given."""
        return callable(obj) and not isinstance(obj, type)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Arithmetic on numbers; `+` also on short texts."""
        if isinstance(left, int | float) and isinstance(right, int | float) and operator != "**":
            if max(abs(left), abs(right)) > MAX_NUMBER:  # products of products would grow for ever
                raise RenderingFailed(f"`{operator}` works on numbers up to {MAX_NUMBER:,}.")
            return self.binop_table[operator](left, right)
        if operator == "+" and isinstance(left, str) and isinstance(right, str) and len(left + right) <= _MAX_TEXT:
            return left + right
        if isinstance(left, Missing) or isinstance(right, Missing):
            str(left if isinstance(left, Missing) else right)
        raise RenderingFailed(f"`{operator}` works on numbers only.")
