"""What a condition becomes: the expression that tests it, and when time alone changes its answer."""

import ast
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.customers import Customer
from chalicelib.domain.history import History
from chalicelib.domain.segment_code import Writer

# The first moment after the time at which the answer may be another; None: never.
Flip = Callable[[Customer, datetime, History], datetime | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """One condition, ready to be written into a rule's function."""

    __test__ = False  # no test of pytest's

    code: Callable[[Writer], ast.expr]
    flip: Flip | None = None  # None: its answer follows from the record and the history alone
    needs_history: bool = False
