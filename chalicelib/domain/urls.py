"""Which addresses a mail may point at: http and https with a host and without a user, nothing else.

Only the standard library is imported, so that the code behind a click can ask too.
"""

import string
from functools import lru_cache
from urllib.parse import quote, urlsplit

from chalicelib.errors import InvalidInput

MAX_URL = 2000  # characters; what every mail program and browser still opens
SCHEMES = ("http", "https")
_FORBIDDEN = frozenset(map(chr, range(0x20))) | frozenset(' \\"<>\x7f\u2028\u2029')
_KEPT = string.punctuation  # also `%`: what the author encoded stays as it is


def safe_url(url: str) -> str:
    """The URL, unchanged but for the space around it, once it is sure to lead to a web page.

    Raises:
        InvalidInput: another scheme than http or https, no host, a user name before the host, a relative address,
            control characters or spaces, or more than MAX_URL characters.
    """
    url = url.strip()
    if reason := unsafe(url):
        raise InvalidInput(f"The link {shown(url)} {reason}.")
    return url


@lru_cache(maxsize=4096)  # the same addresses stand in thousands of mails
def unsafe(url: str) -> str:
    """Why a link must not lead there, as the end of a sentence; empty where it may."""
    if len(url) > MAX_URL:
        return f"has {len(url)} characters, over the limit of {MAX_URL}"
    if _FORBIDDEN & set(url):
        return "has a space, a control character or a sign that URLs do not have; write it percent-encoded"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        return f"is not a URL ({error})"
    if parts.scheme not in SCHEMES:
        return "must begin with https:// or http://"
    if not host:
        return "names no host"
    if "@" in parts.netloc:
        return "has a user name before the host; leave it out"
    return ""


def ascii_url(url: str) -> str:
    """The URL as a header may carry it: the host in punycode, all else that is not ASCII percent-encoded.

    It is the same address to every browser (RFC 3987, 3.1). A host that no domain can have is percent-encoded, too.
    """
    if url.isascii():
        return quote(url, safe=_KEPT)
    scheme, separator, rest = url.partition("://")
    end = min((rest.find(sign) for sign in "/?#" if sign in rest), default=len(rest))
    host, colon, port = rest[:end].partition(":")
    return scheme + separator + _ascii_host(host) + colon + port + quote(rest[end:], safe=_KEPT)


def _ascii_host(host: str) -> str:
    # Here and not at the top: hardly any link needs it, and a click answers faster without.
    from chalicelib.domain.addresses import ascii_domain  # noqa: PLC0415

    try:
        return ascii_domain(host)
    except InvalidInput:
        return quote(host, safe=_KEPT)


def shown(url: str) -> str:
    """A URL as a message may quote it: without what follows `?`, which may hold personal data, and not endless."""
    return repr(url.split("?")[0][:80])
