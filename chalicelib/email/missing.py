"""What a template sees where a customer lacks a value: false in a test, an error when printed."""

from typing import Any, NoReturn

from jinja2 import StrictUndefined, Undefined
from jinja2.exceptions import UndefinedError


class Missing(Undefined):
    """A field that is there for some and null for this one. Printing it fails this mail only."""

    __slots__ = ()

    def _fail(self, *_: Any, **__: Any) -> NoReturn:
        name = self._undefined_name
        raise UndefinedError(f"`{name}` is empty for this mail. Put it inside {{% if %}}, or add | default('...').")

    __str__ = __iter__ = __len__ = __int__ = __float__ = _fail
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __mod__ = __rmod__ = _fail
    __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = __neg__ = __lt__ = __le__ = __gt__ = __ge__ = _fail
    __getitem__ = __call__ = _fail
    __hash__ = Undefined.__hash__

    def __bool__(self) -> bool:
        return False

    def __eq__(self, other: object) -> bool:
        return other is None or isinstance(other, Missing)


class Unknown(StrictUndefined):
    """A name that no mail has. Whatever is done with it fails."""

    __slots__ = ()
