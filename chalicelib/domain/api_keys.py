"""What an API key of a named person looks like, and what is kept of it: its name and a hash, never the key."""

from hashlib import sha256
from re import compile as regex

from chalicelib.domain.reading import slug
from chalicelib.errors import InvalidInput

COMMAND = "habitue-command"  # how the `habitue` command calls itself: histories tell which way something came
MAIN = "main"  # the name of the key that the deployment makes: the operator's
_KEY = regex(r"hk_([a-z0-9-]{1,64})_([A-Za-z0-9_-]{1,64})")


def key_of(name: str, secret: str) -> str:
    """The key: it tells whose it is, so that finding it needs one read, and a scanner knows it for a secret."""
    return f"hk_{name}_{secret}"


def name_in(key: str) -> str | None:
    """Whose key this says to be; None where it is no key of a named person."""
    found = _KEY.fullmatch(key)
    return found[1] if found else None


def key_hash(key: str) -> str:
    """What is kept of a key. It is random and long, so one round of SHA-256 gives nothing away."""
    return sha256(key.encode()).hexdigest()


def require_name(name: str) -> str:
    """The name of a new key: it stands in the history of whatever its owner does. Raises: InvalidInput."""
    try:
        plain = slug(name)
    except ValueError as error:
        raise InvalidInput(f"The name of a key {error}.") from error
    if plain == MAIN:
        raise InvalidInput(f"{MAIN!r} is the key that the deployment makes. Choose the name of a person.")
    return plain
