"""Who may speak to `/v1`: whoever holds the API key, compared in constant time."""

from hashlib import sha256
from hmac import compare_digest

from chalice.app import Request

from chalicelib.errors import NotSignedIn
from chalicelib.wiring import get_api_key

_HOW = (
    "Send the header `Authorization: Bearer <API key>`; "
    "the key stands in the SSM parameter `api-key`, and in .local/stack.json of a local stack."
)


def require_key(request: Request) -> None:
    """Let the request through only with the right key.

    Raises:
        NotSignedIn: no key, or a wrong one: the same words for both.
    """
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    key = get_api_key()
    # Hashed first: compare_digest tells the length of what it compares, and refuses text beyond ASCII.
    right = compare_digest(_digest(given.strip()), _digest(key)) and key != ""
    if scheme.lower() != "bearer" or not right:
        raise NotSignedIn(f"The API key is missing or wrong. {_HOW}")


def source_of(request: Request) -> str:
    """Who asks, for counting: a hash of the key and the network address, so that neither is stored."""
    address = request.context.get("identity", {}).get("sourceIp", "")
    return sha256(f"{request.headers.get('authorization', '')}\n{address}".encode()).hexdigest()[:32]


def _digest(text: str) -> bytes:
    return sha256(text.encode(errors="surrogateescape")).digest()
