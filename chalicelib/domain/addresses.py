"""What an e-mail address is: its one normal form, by which consent and suppression are kept, and what is refused."""

import re
import unicodedata

from chalicelib.errors import InvalidInput

MAX_LOCAL = 64  # RFC 5321, 4.5.3.1.1
MAX_ADDRESS = 254  # RFC 5321, 4.5.3.1.3: a path of 256 with its two angle brackets
_MAX_LABEL = 63
_LONGEST_INPUT = 1000  # characters that are looked at at all

_ATOM = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_PLAIN_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
# What IDNA2008 allows in a label, by category (RFC 5892, 2.1). Characters that need a look at their neighbours
# (joiners, middle dots: RFC 5892, appendix A) are refused.
_LETTERS = frozenset({"Ll", "Lo", "Lm", "Mn", "Mc", "Nd"})
_MARKS = frozenset({"Mn", "Mc"})
_BREAKS = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def normalise_address(text: str) -> str:
    """The normal form of one address: NFKC, small letters, the domain in punycode. Normalising again changes nothing.

    The domain is taken as IDNA2008 takes it: no character is mapped away, so `faß.de` and `fass.de` stay two domains
    (RFC 5891, 5.3). The local part is made small too: no provider of note tells `Ann@` from `ann@`, and one person
    must not be mailed twice for it.

    Raises:
        InvalidInput: anything but one plain address. The message tells why and does not repeat the address.
    """
    if not isinstance(text, str) or not text.strip(" \t"):
        raise InvalidInput("the address is empty")
    if len(text) > _LONGEST_INPUT:
        raise InvalidInput(f"the address is too long: {len(text)} characters, at most {MAX_ADDRESS}")
    _refuse_control_characters(text)
    plain = unicodedata.normalize("NFKC", text.strip(" \t"))
    _refuse_control_characters(plain)
    _refuse_more_than_an_address(plain)
    local, _, domain = plain.partition("@")
    address = f"{_local_part(local)}@{ascii_domain(domain)}"
    if len(address) > MAX_ADDRESS:
        raise InvalidInput(f"the address is too long: {len(address)} characters, at most {MAX_ADDRESS}")
    return address


def _refuse_control_characters(text: str) -> None:
    for character in text.strip(" \t"):
        if unicodedata.category(character) in _BREAKS:
            raise InvalidInput(f"the address has a character that none may have: U+{ord(character):04X}")


def _refuse_more_than_an_address(text: str) -> None:
    if "<" in text or ">" in text:
        raise InvalidInput("the address has angle brackets; give the bare address, without a name")
    if "," in text or ";" in text:
        raise InvalidInput("this is a list; give one address")
    if any(character.isspace() for character in text):
        raise InvalidInput("the address has white space inside")
    if text.count("@") != 1:
        raise InvalidInput(f"an address has one @, this one has {text.count('@')}")


def _local_part(text: str) -> str:
    if not text.isascii():
        raise InvalidInput("the part before the @ is not ASCII; mail to such addresses (RFC 6531) is not supported")
    if len(text) > MAX_LOCAL:
        raise InvalidInput(f"the part before the @ has {len(text)} characters, at most {MAX_LOCAL}")
    local = text.lower()
    if not _ATOM.fullmatch(local):
        raise InvalidInput("the part before the @ is empty, or has a dot or a character where none may stand")
    return local


def ascii_domain(text: str) -> str:
    """The normal form of a domain: small letters, punycode. Raises: InvalidInput."""
    # U+3002 is the full stop that Chinese and Japanese keyboards give; browsers read it as a dot too (UTS 46).
    labels = [_label(label) for label in text.replace("\u3002", ".").split(".")]
    if len(labels) < 2 or labels[-1].isdigit():
        raise InvalidInput("the part after the @ is no domain; it needs a name with a dot, such as example.com")
    return ".".join(labels)


def _label(text: str) -> str:
    # Lower, then compose: `lower` may take a letter apart ("İ" becomes "i" and a dot above).
    label = unicodedata.normalize("NFC", text.lower())
    if not label.isascii():
        return _bounded(f"xn--{_international(label).encode('punycode').decode('ascii')}")
    if not _PLAIN_LABEL.fullmatch(label):
        raise InvalidInput("the domain has an empty part, or a dash or a character where none may stand")
    if label.startswith("xn--"):
        return _checked_punycode(label)
    if label[2:4] == "--":
        raise InvalidInput("the domain has a part with dashes in third and fourth place; such names are reserved")
    return _bounded(label)


def _bounded(label: str) -> str:
    if len(label) > _MAX_LABEL:
        raise InvalidInput(f"a part of the domain has {len(label)} characters, at most {_MAX_LABEL}")
    return label


def _international(label: str) -> str:
    """The label, if IDNA2008 allows each of its characters."""
    for character in label:
        if character != "-" and unicodedata.category(character) not in _LETTERS:
            raise InvalidInput(f"the domain has a character that none may have: U+{ord(character):04X}")
    if label.startswith("-") or label.endswith("-") or label[2:4] == "--":
        raise InvalidInput("the domain has a dash where none may stand")
    if unicodedata.category(label[0]) in _MARKS:
        raise InvalidInput("a part of the domain begins with a mark that belongs to a letter before it")
    return label


def _checked_punycode(label: str) -> str:
    """The label, if it is what a real name becomes: two spellings of one domain would be two mailboxes."""
    try:
        name = _bounded(label)[4:].encode("ascii").decode("punycode")
        if not name.isascii() and _label(unicodedata.normalize("NFKC", name)) == label:
            return label
    except (UnicodeError, OverflowError, IndexError):
        pass
    raise InvalidInput("the domain has a part that begins with xn-- but is no punycode")
