"""How a voucher code is written, shown, and read back from whatever a person typed."""

from unicodedata import category, normalize

# 31 signs: no 0 and O, no 1, I and L. What people cannot mistake they need not be asked for twice.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
SIGNS = 13  # 31**13 is above 2**64: of a million codes, one in 24 million million guesses meets one
MAX_TYPED = 100  # characters; nothing longer is a code


def encode_code(digest: bytes) -> str:
    """The 13 signs for a keyed digest of 16 bytes or more, in normal form, without dashes.

    The alphabet's size is no power of two, hence the remainder of a large number: with 128 bits the first codes are
    likelier than the last by less than one in 2**63.
    """
    if len(digest) < 16:
        raise ValueError(f"a code needs a digest of 16 bytes or more, got {len(digest)}")
    number = int.from_bytes(digest, "big")
    signs = []
    for _ in range(SIGNS):
        number, place = divmod(number, len(ALPHABET))
        signs.append(ALPHABET[place])
    return "".join(signs)


def show_code(code: str) -> str:
    """A code in normal form as people read it: XXXXX-XXXX-XXXX. One that the shop chose stays as it is."""
    if len(code) != SIGNS or not set(code) <= set(ALPHABET):
        return code
    return f"{code[:5]}-{code[5:9]}-{code[9:]}"


def normalise_code(text: str) -> str:
    """The one form under which a code is stored and looked up; empty for what cannot be a code.

    Case, width, spaces, dashes, dots and underscores do not count, in our own codes and in one that a shop chose.
    """
    if len(text) > MAX_TYPED:
        return ""
    signs = "".join(sign for sign in normalize("NFKC", text).upper() if not _separates(sign))
    return signs if signs.isalnum() and signs.isascii() else ""


def _separates(sign: str) -> bool:
    # Zs: spaces of every kind, Pd: dashes of every kind, Cf: what cannot be seen, such as a soft hyphen.
    return sign in "._\t\r\n" or category(sign) in ("Zs", "Pd", "Cf")
