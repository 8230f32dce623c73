"""What an erasure must remember until it is done: who is forgotten, and under which random ids the rest lives on."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """One person who is being forgotten. It lies in the catalog under the customer's id, and goes last of all."""

    customer_id: str
    stand_in: str  # whose the orders and redemptions are from now on
    gone: str  # whom the records of sends name from now on; not the same, so that nobody can join the two
    mailboxes: tuple[str, ...] = ()  # hashes of the addresses that the person had
    addresses: tuple[str, ...] = ()  # normal form
    names: tuple[str, ...] = ()  # first and last name

    def mentioned_in(self, text: str) -> bool:
        """Whether a text is about the person: by an address in any case, or by the id as a whole word."""
        small = text.casefold()
        return any(address in small for address in self.addresses) or _has_word(text, self.customer_id)

    def hinted_at_in(self, text: str) -> bool:
        """Whether a text may be about the person: also by a name alone, which others may have, too."""
        small = text.casefold()
        return self.mentioned_in(text) or any(_has_word(small, name.casefold()) for name in self.names)


def with_traces(
    erasure: Erasure, mailboxes: Collection[str], addresses: Collection[str] = (), names: Collection[str] = ()
) -> Erasure:
    """The erasure with more that leads to the person."""
    return replace(
        erasure,
        mailboxes=tuple(sorted({*erasure.mailboxes, *mailboxes})),
        addresses=tuple(sorted({*erasure.addresses, *addresses})),
        names=tuple(sorted({*erasure.names, *names})),
    )


def erasure_body(erasure: Erasure) -> dict[str, Any]:
    """Plain JSON values, the customer's id aside."""
    return {
        "stand_in": erasure.stand_in,
        "gone": erasure.gone,
        "mailboxes": list(erasure.mailboxes),
        "addresses": list(erasure.addresses),
        "names": list(erasure.names),
    }


def erasure_from_body(customer_id: str, body: Mapping[str, Any]) -> Erasure:
    """The erasure of a stored body."""
    return Erasure(
        customer_id=customer_id,
        stand_in=body["stand_in"],
        gone=body["gone"],
        mailboxes=tuple(body["mailboxes"]),
        addresses=tuple(body["addresses"]),
        names=tuple(body["names"]),
    )


def _has_word(text: str, word: str) -> bool:
    place = text.find(word)
    while place >= 0:
        before, after = text[place - 1 : place] if place else "", text[place + len(word) : place + len(word) + 1]
        if not before.isalnum() and not after.isalnum():
            return True
        place = text.find(word, place + 1)
    return False
