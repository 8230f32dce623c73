"""How a link's token is built: what it carries, which key signed it, and that it was made for one purpose only.

Only the standard library is imported: the code that answers a click starts with this module.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Sequence
from hashlib import sha256
from hmac import compare_digest
from hmac import digest as hmac_digest

from chalicelib.errors import InvalidInput, InvalidToken

VERSION = 1
KEY_ID_BYTES = 2
MAC_BYTES = 16  # 128 bits: nobody guesses one
MAX_TOKEN = 4096  # characters; longer than any URL that mail programs keep whole
SHORTEST_KEY = 16  # bytes
_HEAD_BYTES = 1 + KEY_ID_BYTES
_LENGTH_BYTES = 2  # before each field
_DOMAIN = b"habitue link"  # keeps these signatures apart from any other use of the same key


class LinkSigner:
    """Signs with the newest key, reads with every key that is still allowed. Implements `ports.Signer`.

    A token is base64url of: version, key id, each field after its length, and a MAC over all that and the purpose.

    Args:
        keys: newest first. A retired key stays in the list for as long as its links are to work.
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys:
            raise ValueError("a signer needs a key")
        if any(len(key) < SHORTEST_KEY for key in keys):
            raise ValueError(f"a link key needs {SHORTEST_KEY} bytes or more")
        self._keys = [(_key_id(key), key) for key in keys]

    def sign(self, purpose: str, fields: Sequence[str]) -> str:
        """A URL-safe token for these fields, good for this purpose only.

        Raises:
            InvalidInput: the fields are longer than a link can carry.
        """
        key_id, key = self._keys[0]
        signed = bytes([VERSION]) + key_id + b"".join(_packed(field) for field in fields)
        token = urlsafe_b64encode(signed + _mac(key, purpose, signed)).rstrip(b"=").decode()
        if len(token) > MAX_TOKEN:
            raise InvalidInput(f"A link of {len(token)} characters is over the limit of {MAX_TOKEN}. Shorten the URL.")
        return token

    def read(self, purpose: str, token: str) -> list[str]:
        """The fields of a token that one of our keys made for this purpose. Raises: InvalidToken."""
        content = _decoded(token)
        signed, mac = content[:-MAC_BYTES], content[-MAC_BYTES:]
        key_id = signed[1:_HEAD_BYTES]
        candidates = [key for known, key in self._keys if known == key_id]
        if signed[0] != VERSION or not any(compare_digest(mac, _mac(key, purpose, signed)) for key in candidates):
            raise InvalidToken
        return list(_unpacked(signed[_HEAD_BYTES:]))


def _key_id(key: bytes) -> bytes:
    return sha256(_DOMAIN + b" key" + key).digest()[:KEY_ID_BYTES]


def _mac(key: bytes, purpose: str, signed: bytes) -> bytes:
    return hmac_digest(key, _DOMAIN + _packed(purpose) + signed, "sha256")[:MAC_BYTES]


def _packed(field: str) -> bytes:
    # The length before each field keeps ["a", "bc"] and ["ab", "c"] apart.
    content = field.encode()
    if len(content) >= 1 << 8 * _LENGTH_BYTES:
        raise InvalidInput(f"A link field of {len(content)} bytes is too long. Shorten the URL.")
    return len(content).to_bytes(_LENGTH_BYTES, "big") + content


def _decoded(token: str) -> bytes:
    if len(token) > MAX_TOKEN or not token.isascii():
        raise InvalidToken
    try:
        content = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        raise InvalidToken from None
    # The decoder skips foreign signs and ignores spare bits: only the one spelling that we wrote is a token.
    if urlsafe_b64encode(content).rstrip(b"=") != token.encode() or len(content) < _HEAD_BYTES + MAC_BYTES:
        raise InvalidToken
    return content


def _unpacked(content: bytes) -> Iterator[str]:
    place = 0
    while place < len(content):
        start = place + _LENGTH_BYTES
        place = start + int.from_bytes(content[place:start], "big")
        yield content[start:place].decode()
