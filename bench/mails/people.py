"""The customers and mailboxes of the benchmark, any number of them, made when they are read."""

import json
from datetime import UTC, date, datetime, timedelta

from chalicelib.domain.customers import Customer, Statistics
from chalicelib.domain.mailboxes import Claim, Consent, Mailbox
from chalicelib.storage.customer_items import customer_to_item
from chalicelib.storage.items import pack
from chalicelib.storage.mailbox_items import mailbox_to_item

SINCE = datetime(2025, 3, 1, 9, 30, tzinfo=UTC)
_PAGE = 1000  # customers of about 1 KB that a page of a scan holds
_NUMBER = "00000000"  # stands in the examples wherever a person's number belongs
_EXAMPLE = Customer(
    id=f"c-{_NUMBER}",
    email=f"customer.{_NUMBER}@example.com",
    mailbox=f"{'ab' * 12}{_NUMBER}",
    first_name=f"Ann{_NUMBER}",
    last_name=f"O'Hara-Smith{_NUMBER}",
    locale="en-GB",
    time_zone="Europe/London",
    country="GB",
    region="Devon",
    birthday=date(1980, 4, 12),
    joined_on=date(2021, 6, 3),
    interests=("Tea",),
    tracking="full",
    as_of=SINCE,
    consent_status="granted",
    stats=Statistics(
        orders=11,
        receipts=11,
        spent=45_210,
        first_order_at=SINCE,
        last_order_at=SINCE + timedelta(days=300),
        mean_gap_days=30.5,
        gap_variance=81.25,
        categories={"Tea": 1210, "Mugs": 300, "Coffee beans": 250},
        brands={"Kettle": 900},
    ),
    stage="regular",
    segments=("fans-of-tea", "regulars"),
    revision=7,
)
_CONSENT = Consent(status="granted", at=SINCE, source="checkout", text="Yes, write to me.", tracking="full")


class People:
    """Numbered from 0 on. Their ids, addresses and names differ; all of them may be mailed."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._customer = _text({**customer_to_item(_EXAMPLE), "rev": 7})
        recent = {f"{n:024x}": Claim(batch_id=f"{n:016x}", at=SINCE) for n in range(3)}  # what was sent before
        box = Mailbox(hash=_EXAMPLE.mailbox or "", consent=_CONSENT, recent=recent)
        self._mailbox = _text({**mailbox_to_item(box), "rev": 4})

    def customer(self, customer_id: str) -> str:
        """The item of a customer, as JSON."""
        return self._customer.replace(_NUMBER, customer_id[-8:])

    def mailbox(self, hash_: str) -> str:
        """The item of a mailbox, as JSON."""
        return self._mailbox.replace(f"{'ab' * 12}{_NUMBER}", hash_)

    def page(self, after: str | None) -> tuple[list[str], str | None]:
        """The items after this id, and the last id where more follow."""
        start = int(after[-8:]) + 1 if after else 0
        end = min(start + _PAGE, self.count)
        return [self.customer(f"{n:08}") for n in range(start, end)], f"c-{end - 1:08}" if end < self.count else None


def _text(values: dict[str, object]) -> str:
    return json.dumps(pack(values))
