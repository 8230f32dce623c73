"""The SES stand-in with the client that wiring makes for it; and a mail as it is composed."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from unittest import mock

from chalicelib import wiring
from chalicelib.domain.send_tags import send_tags
from chalicelib.domain.templates import Mail, Slotted
from chalicelib.email.ses import SesMailer
from chalicelib.local.ses import SesStandIn

_STREAMS = ("marketing", "marketing-opens", "transactional")
SETS = ("habitue-test-marketing", *[f"habitue-local-{name}" for name in _STREAMS])
UNSUBSCRIBE = "<https://links.shop.example.com/u/" + "t" * 865 + ">"
MAIL = Mail(
    to="ann@example.com",
    sender="hello@shop.example.com",
    sender_name="Kettle & Crane",
    reply_to="care@shop.example.com",
    subject="Your birthday tea",
    body=Slotted(("<p>Tea, ", ".</p>"), (("Ann",),)),
    text="Tea, Ann.",
    headers={"List-Unsubscribe": UNSUBSCRIBE, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    tags=send_tags("f.birthday.2026-11-22", "0a1b2c3d4e5f6071", "ann/1 ü"),
    configuration_set="habitue-test-marketing",
)


class Bench:
    """The stand-in, and a mailer that speaks to it."""

    def __init__(self, stand_in: SesStandIn, client: Any) -> None:
        self.stand_in, self.client, self.mailer = stand_in, client, SesMailer(client)

    def fault(self, name: str, **more: Any) -> None:
        self.stand_in.account.faults.order([{"fault": name, **more}])

    @property
    def arrived(self) -> list[Any]:
        return self.stand_in.mails()


@contextmanager
def ses_bench() -> Iterator[Bench]:
    """A fresh stand-in of 14 mails a second, and a mailer on wiring's own client."""
    settings: dict[str, Any] = {
        "clock": lambda: datetime(2026, 11, 22, 12, 0, tzinfo=UTC),
        "configuration_sets": dict.fromkeys(SETS, ()),
        "publish": lambda destination, event: None,
    }
    with SesStandIn(rate=14.0, daily_quota=50_000.0, **settings) as stand_in:
        with mock.patch.dict(os.environ, {"AWS_ENDPOINT_URL_SESV2": stand_in.url}):
            client = wiring._ses_client.__wrapped__()  # past its cache: each test has a stand-in of its own
        try:
            yield Bench(stand_in, client)
        finally:
            client.close()
