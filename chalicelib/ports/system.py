"""Ports: the time, fresh ids, what is signed and what is hashed under a key."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The service's time. A local stack runs it with an offset; lease expiry and signatures use `real`."""

    def now(self) -> datetime:
        """The business time, aware UTC."""
        ...

    def real(self) -> datetime:
        """The machine's own time, aware UTC."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait on the machine's own time; nothing for zero or less."""
        ...


class Ids(Protocol):
    """Fresh identifiers that nobody can guess."""

    def new(self) -> str:
        """22 characters of the URL-safe alphabet, 128 bits."""
        ...


FLIP_PARTS = 16  # parts of the index of those whose fields time changes next


class Signer(Protocol):
    """Signs what links carry; binds it to its purpose."""

    def sign(self, purpose: str, fields: Sequence[str]) -> str:
        """A URL-safe token. Purposes: c, u, p, v, r."""
        ...

    def read(self, purpose: str, token: str) -> list[str]:
        """The fields. Raises: InvalidToken."""
        ...


class Keyed(Protocol):
    """Keyed hashes whose keys are apart from the link keys and never rotated."""

    def mailbox(self, address: str) -> str:
        """The key of a mailbox: 32 hex digits from the normal form of an address."""
        ...

    def person(self, customer_id: str) -> str:
        """What stands for a customer's id where the id itself must not: 32 hex digits."""
        ...

    def voucher_code(self, offer: str, customer_id: str, message_id: str) -> str:
        """The code of this offer for this send: always the same, not to be guessed."""
        ...

    def place(self, run: str, customer_id: str) -> str:
        """What a customer's place in one walk over all customers is called: 32 hex digits, not to be led back."""
        ...
