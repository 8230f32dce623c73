"""What the table of routes says of one: what goes in, what comes out."""

from dataclasses import dataclass

JSON = "application/json"
YAML = "application/yaml"
HTML = "text/html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One method of one path: what goes in, what comes out."""

    method: str
    path: str
    about: str
    body: str | None = None  # a name in SCHEMAS
    body_types: tuple[str, ...] = (JSON,)
    answer: str | None = None  # a name in SCHEMAS; None: a page
    status: int = 200
    query: tuple[str, ...] = ()
    once: bool = False  # takes an Idempotency-Key
    key: bool = True  # asks for the API key
