"""An app in memory in the place of the real one, with one template that may be launched, and records of SQS."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.messages import Audience, Message
from chalicelib.ports import App
from chalicelib.services.activate_template import activate_template
from chalicelib.services.put_customer import put_customer
from chalicelib.services.put_template import put_template
from chalicelib.wiring import override_app
from tests.fakes import NOON, make_app

SOURCE = """<mjml><mj-head><mj-title>News for {{ customer.first_name }}</mj-title></mj-head><mj-body><mj-section>
<mj-column><mj-text>Hello. {{ postal_address }} <a href="{{ unsubscribe_url }}">Leave</a></mj-text></mj-column>
</mj-section></mj-body></mjml>"""
CONSENT = {"status": "granted", "at": "2026-01-01T00:00:00Z"}


@pytest.fixture(scope="session")
def stocked() -> App:
    """Three customers, born on 22 November, and the template `news`; compiled once for all tests."""
    app = make_app()
    version = put_template(app, "news", "en", None, SOURCE, mjml=True)["version"]
    activate_template(app, "news", version)
    return app


@pytest.fixture
def app(stocked: App) -> Iterator[App]:
    """A fresh app in memory with that template, in the place of the real one."""
    fresh = make_app(catalog=_copy(stocked.catalog), files=_copy(stocked.files))
    for name in ("ann", "bob", "cy"):
        fields = {"email": f"{name}@example.com", "first_name": name, "birthday": "1990-11-22", "consent": CONSENT}
        put_customer(fresh, name, fields)
    undo = override_app(fresh)
    yield fresh
    undo()


def _copy(store: Any) -> Any:
    """A store with the same things in it, which a test may change."""
    fresh = type(store)()
    for name, value in vars(store).items():
        if isinstance(value, dict):
            setattr(fresh, name, dict(value))
    return fresh


@pytest.fixture
def version(app: App) -> str:
    """The template's active version."""
    document = app.catalog.get("template", "news")
    assert document is not None
    return str(document.body["locales"]["en"]["active"])


@pytest.fixture
def launched(app: App, version: str) -> Message:
    """A message for everyone born on 22 November, launched and not planned yet."""
    message = Message(
        id="f.birthday.2026-11-22",
        source="flow",
        name="birthday",
        once_key="f.birthday.2026-11-22",
        template="news",
        versions={"en": version},
        audience=Audience(date_field="birthday", day=NOON.date()),
        send_at=NOON,
        max_lateness=timedelta(hours=12),
        created_at=NOON,
    )
    assert app.messages.create(message, NOON)
    return message


@pytest.fixture
def sqs() -> Callable[..., dict[str, Any]]:
    """An event of SQS with one record a body; bodies that are no text are written as JSON.

    https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event
    """

    def event(*bodies: Any) -> dict[str, Any]:
        return {"Records": [_record(n, body) for n, body in enumerate(bodies)]}

    return event


def _record(number: int, body: Any) -> dict[str, Any]:
    return {
        "messageId": f"m-{number}",
        "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a...",
        "body": body if isinstance(body, str) else json.dumps(body),
        "attributes": {
            "ApproximateReceiveCount": "1",
            "SentTimestamp": "1545082649183",
            "SenderId": "AIDAIENQZJOLO23YVJ4VO",
            "ApproximateFirstReceiveTimestamp": "1545082649185",
        },
        "messageAttributes": {},
        "md5OfBody": "e4e68fb7bd0e697a0ae8f1bb342846b3",
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:eu-west-1:123456789012:my-queue",
        "awsRegion": "eu-west-1",
    }
