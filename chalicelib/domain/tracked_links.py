"""What a tracked link carries: the send that it stands in, which of the template's links it is, where it leads."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackedLink:
    """One link of one person's mail."""

    message_id: str
    batch_id: str
    customer_id: str
    number: int | None = None  # its place in the version's `links`, from 0; None: of no `href`, or of an older version
    url: str

    def to_fields(self) -> list[str]:
        """What its token carries."""
        number = "" if self.number is None else str(self.number)
        return [self.message_id, self.batch_id, self.customer_id, number, self.url]


def tracked_link(fields: Sequence[str]) -> TrackedLink:
    """The link that a token's fields tell of. Those of mails sent before links had numbers carry none."""
    *send, url = fields
    message_id, batch_id, customer_id = send[:3]
    number = int(send[3]) if len(send) > 3 and send[3] else None
    return TrackedLink(message_id=message_id, batch_id=batch_id, customer_id=customer_id, number=number, url=url)
