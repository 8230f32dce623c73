"""Which keyed hash names a mailbox and which makes a voucher's code. Their keys are never rotated."""

from hmac import digest

from chalicelib.domain.codes import encode_code

SHORTEST_KEY = 16  # bytes
_MAILBOX_BYTES = 16  # 32 hex digits
_CODE_BYTES = 16


class KeyedHashes:
    """Hashes that nobody without the keys can compute or check. Implements `ports.Keyed`.

    Args:
        mailbox_key: for addresses. Losing or changing it forgets every consent and suppression.
        voucher_key: for codes. Changing it changes the code that a repeated send would issue.
    """

    def __init__(self, mailbox_key: bytes, voucher_key: bytes) -> None:
        if min(len(mailbox_key), len(voucher_key)) < SHORTEST_KEY:
            raise ValueError(f"the mailbox key and the voucher key need {SHORTEST_KEY} bytes or more each")
        self._mailbox_key = mailbox_key
        self._voucher_key = voucher_key

    def mailbox(self, address: str) -> str:
        """The key of a mailbox: 32 hex digits from the normal form of an address."""
        return digest(self._mailbox_key, address.encode(), "sha256")[:_MAILBOX_BYTES].hex()

    def person(self, customer_id: str) -> str:
        """What stands for a customer's id: 32 hex digits. No address has its first sign, so no mailbox is the same."""
        return digest(self._mailbox_key, b"\0person" + customer_id.encode(), "sha256")[:_MAILBOX_BYTES].hex()

    def voucher_code(self, offer: str, customer_id: str, message_id: str) -> str:
        """The code of this offer for this send: always the same, not to be guessed."""
        parts = (offer, customer_id, message_id)
        content = "".join(f"{len(part)}:{part}" for part in parts).encode()
        return encode_code(digest(self._voucher_key, content, "sha256")[:_CODE_BYTES])

    def place(self, run: str, customer_id: str) -> str:
        """What a customer's place in one walk over all customers is called: 32 hex digits."""
        # No address has a line break: no place is ever the name of a mailbox.
        return self.mailbox(f"place\n{run}\n{customer_id}")
