"""Where long words of a consent lie: once in the bucket for everybody who agreed to them, named by their hash.

A mailbox is written with every claim, and pays for each kilobyte; the words of a shop's lawyers are the same for all.
"""

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from re import compile as regex

from chalicelib.domain.mailboxes import Consent
from chalicelib.ports import App

INLINE = 240  # bytes of UTF-8 that stand in the mailbox itself
_NAMED = regex(r"sha256:([0-9a-f]{64})")


def short_text(text: str) -> str:
    """The text as a mailbox holds it: itself, or the name of a long one."""
    content = text.encode()
    return text if len(content) <= INLINE else f"sha256:{sha256(content).hexdigest()}"


def keep_text(app: App, text: str) -> None:
    """Write a long text, before a mailbox names it. The same again changes nothing."""
    name = short_text(text)
    if name != text:
        app.files.create(_key(name), text.encode(), "text/plain; charset=utf-8")


def with_full_text(app: App, consent: Consent) -> Consent:
    """The consent with the words themselves."""
    if not _NAMED.fullmatch(consent.text):
        return consent
    content = app.files.get(_key(consent.text))
    return consent if content is None else replace(consent, text=content.decode())


def forget_text(app: App, text: str, about: Callable[[str], bool]) -> None:
    """Delete the words that a consent's text names, where they are about one person; others' words are nobody's."""
    content = app.files.get(_key(text)) if _NAMED.fullmatch(text) else None
    if content is not None and about(content.decode()):
        app.files.delete([_key(text)])


def _key(name: str) -> str:
    return f"consent/texts/{name.removeprefix('sha256:')}.txt"
