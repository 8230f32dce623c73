"""How a webhook proves who sent it: an HMAC-SHA256 over the bytes as they came, checked before anything is read."""

from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Sequence
from datetime import datetime, timedelta
from hmac import compare_digest, digest

from chalice.app import Request

from chalicelib.domain.dates import parse_instant
from chalicelib.errors import InvalidInput, NotSignedIn, TooLarge

MAX_DELIVERY = 4 * 1_048_576  # bytes; Lambda ends at 6 MB with everything around the body
OLDEST = timedelta(days=3)  # both shop systems give up long before


def signed_body(request: Request, header: str, secrets: Sequence[str]) -> bytes:
    """The raw body, which one of `secrets` signed.

    Args:
        request: also where API Gateway handed the body on as Base64.
        header: where the signature stands, in Base64.
        secrets: while one is replaced there are two.

    Raises:
        TooLarge: over 4 MiB. NotSignedIn: no signature, or none of these secrets made it.
    """
    body = raw_bytes(request)
    if len(body) > MAX_DELIVERY:
        raise TooLarge(f"The delivery has {len(body):,} bytes, the limit is {MAX_DELIVERY:,}.")
    given = _decoded(str(request.headers.get(header, "")))
    # All are compared, each in constant time: how long it takes tells nothing of which one was near.
    matches = [compare_digest(given, digest(secret.encode(), body, "sha256")) for secret in secrets]
    if not any(matches):
        raise NotSignedIn(
            f"The signature in {header} is missing or does not fit the body. "
            "The secret stands in docs/webhooks.md; it must be the one that the shop system signs with."
        )
    return body


def raw_bytes(request: Request) -> bytes:
    """The body exactly as it was sent."""
    raw = request.raw_body or b""
    return raw if isinstance(raw, bytes) else str(raw).encode()


def _decoded(text: str) -> bytes:
    try:
        return b64decode(text.strip(), validate=True)
    except (NotBase64, ValueError):
        return b""


def refuse_old(request: Request, header: str, now: datetime) -> None:
    """Refuse a delivery that says it was triggered more than three days ago. One without the header may pass.

    The header is not signed: what keeps old news from winning is the time inside the body.

    Raises:
        NotSignedIn: too old, or no time at all.
    """
    text = request.headers.get(header)
    if text is None:
        return
    try:
        triggered_at = parse_instant(text)
    except InvalidInput as error:
        raise NotSignedIn(f"{header} is no time. Send the delivery as the shop system made it.") from error
    if now - triggered_at > OLDEST:
        raise NotSignedIn(f"The delivery was triggered at {text}, more than {OLDEST.days} days ago. It is not read.")
