"""Who may speak to `/v1`: whoever holds the main API key, or one with their own name; compared in constant time."""

from hashlib import sha256
from hmac import compare_digest

from chalice.app import Request

from chalicelib.domain.api_keys import MAIN, name_in
from chalicelib.errors import NotSignedIn
from chalicelib.services.holder_of_key import holder_of_key
from chalicelib.wiring import get_api_key, get_app

_HOW = (
    "Send the header `Authorization: Bearer <API key>`; "
    "the key stands in the SSM parameter `api-key`, and in .local/stack.json of a local stack."
)


def require_key(request: Request) -> str:
    """Let the request through only with a right key; whose key it is.

    Raises:
        NotSignedIn: no key, or a wrong one: the same words for both.
    """
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    key = get_api_key()
    # Hashed first: compare_digest tells the length of what it compares, and refuses text beyond ASCII.
    main = compare_digest(_digest(given.strip()), _digest(key)) and key != ""
    holder = MAIN if main else _other_holder(given.strip())
    if scheme.lower() != "bearer" or holder is None:
        raise NotSignedIn(f"The API key is missing or wrong. {_HOW}")
    return holder


def source_of(request: Request) -> str:
    """Who asks, for counting: a hash of the key and the network address, so that neither is stored."""
    address = request.context.get("identity", {}).get("sourceIp", "")
    return sha256(f"{request.headers.get('authorization', '')}\n{address}".encode()).hexdigest()[:32]


def _other_holder(key: str) -> str | None:
    return holder_of_key(get_app(), key) if name_in(key) else None


def _digest(text: str) -> bytes:
    return sha256(text.encode(errors="surrogateescape")).digest()
