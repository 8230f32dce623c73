"""The composition root: settings -> App, lazily, once per process. Tests put their own App here."""

import gc
import os
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from chalicelib.config import Settings
from chalicelib.ports import App, Clock

_SECRETS_SECONDS = 300  # a rotated API key is known everywhere after five minutes
_WEBHOOK_SECRETS_SECONDS = 15

_override: list[App] = []


@cache
def get_settings() -> Settings:
    """The settings of this process."""
    return Settings.from_env(os.environ)


def get_app() -> App:
    """The App of this process: the real one, or the one that a test put in its place."""
    return _override[-1] if _override else _real_app()


def override_app(app: App) -> Callable[[], None]:
    """Put `app` in the place of the real one; the answer takes it away again. For tests."""
    _override.append(app)
    return lambda: _override.remove(app)


@cache
def _client(service: str) -> Any:
    if service == "dynamodb":
        from chalicelib.storage.answers import dynamodb_client  # noqa: PLC0415

        return dynamodb_client()
    import boto3  # noqa: PLC0415 - costs 0.2 s: not at import, so that small handlers stay fast
    from botocore.config import Config  # noqa: PLC0415

    # Left alone, boto3 signs upload forms the old way, which new buckets refuse, and sends them to the address of
    # us-east-1, which redirects:
    # https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-authentication-HTTPPOST.html
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
    config = Config(signature_version="s3v4", s3={"addressing_style": "virtual"}) if service == "s3" else None
    return boto3.client(service, config=config)


@cache
def _ses_client() -> Any:
    import boto3  # noqa: PLC0415
    from botocore.config import Config  # noqa: PLC0415

    # An SES mail must never be sent again by the SDK when an answer is lost. What is wrong in a request SES says
    # itself; walking along the model of fifty entries takes as long as rendering some mails.
    config = Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=10, parameter_validation=False)
    return boto3.client("sesv2", config=config)


_secrets_cache: dict[str, tuple[float, dict[str, str]]] = {}


def get_secrets(no_older_than: float = _SECRETS_SECONDS) -> dict[str, str]:
    """The keys from SSM, read again when they are older than these seconds."""
    from chalicelib.aws import Secrets  # noqa: PLC0415

    settings = get_settings()
    read_at, values = _secrets_cache.get(settings.secrets_prefix, (0.0, {}))
    if not values or time.monotonic() - read_at > no_older_than:
        values = Secrets(_client("ssm"), settings.secrets_prefix).read()
        _secrets_cache[settings.secrets_prefix] = (time.monotonic(), values)
    return values


def get_api_key() -> str:
    """The key that `/v1` asks for."""
    return get_secrets()["api-key"]


def get_webhook_secrets(system: str) -> list[str]:
    """The secrets with which a shop system ("shopify", "woocommerce") signs, one a line; none: it is not connected.

    Read again after seconds: whoever has just connected a shop tries it at once.
    """
    found = get_secrets(_WEBHOOK_SECRETS_SECONDS).get(f"{system}-secret", "")
    return [line.strip() for line in found.splitlines() if line.strip()]


def _clock(settings: Settings) -> Clock:
    from chalicelib.system import OffsetClock, SystemClock  # noqa: PLC0415

    return OffsetClock(Path(settings.clock_file)) if settings.clock_file else SystemClock()


@cache
def _real_app() -> App:
    app = build_app(get_settings(), get_secrets(), _client, _ses_client())
    settle_memory()
    return app


def settle_memory() -> None:
    """What is there now stays until the process ends: the collector need not look through the SDK's models again.

    It took a tenth of the CPU of sending. https://docs.python.org/3/library/gc.html#gc.freeze
    """
    gc.freeze()


def build_app(settings: Settings, secrets: dict[str, str], client: Callable[[str], Any], ses: Any) -> App:
    """Bind every port to AWS through the given clients."""
    from chalicelib.aws import S3Files, SqsQueue  # noqa: PLC0415
    from chalicelib.email.compiler import MjmlCompiler  # noqa: PLC0415
    from chalicelib.email.keys import KeyedHashes  # noqa: PLC0415
    from chalicelib.email.library import Library  # noqa: PLC0415
    from chalicelib.email.links import LinkSigner  # noqa: PLC0415
    from chalicelib.email.renderer import JinjaRenderer  # noqa: PLC0415
    from chalicelib.email.ses import SesMailer  # noqa: PLC0415
    from chalicelib.storage.batches import BatchesTable  # noqa: PLC0415
    from chalicelib.storage.catalog import CatalogTable  # noqa: PLC0415
    from chalicelib.storage.customers import CustomersTable  # noqa: PLC0415
    from chalicelib.storage.events import EventsTable  # noqa: PLC0415
    from chalicelib.storage.mailboxes import MailboxesTable  # noqa: PLC0415
    from chalicelib.storage.messages import MessagesTable  # noqa: PLC0415
    from chalicelib.storage.orders import OrdersTable  # noqa: PLC0415
    from chalicelib.storage.pace import PaceItem  # noqa: PLC0415
    from chalicelib.storage.products import ProductsTable  # noqa: PLC0415
    from chalicelib.storage.rows import RowsTable  # noqa: PLC0415
    from chalicelib.storage.vouchers import VouchersTable  # noqa: PLC0415
    from chalicelib.system import RandomIds  # noqa: PLC0415

    dynamodb = client("dynamodb")
    return App(
        clock=_clock(settings),
        ids=RandomIds(),
        customers=CustomersTable(dynamodb, settings.customers_table),
        mailboxes=MailboxesTable(dynamodb, settings.mailboxes_table),
        orders=OrdersTable(dynamodb, settings.orders_table),
        events=EventsTable(dynamodb, settings.orders_table),
        products=ProductsTable(dynamodb, settings.products_table),
        catalog=CatalogTable(dynamodb, settings.catalog_table),
        messages=MessagesTable(dynamodb, settings.sends_table),
        batches=BatchesTable(dynamodb, settings.sends_table),
        rows=RowsTable(dynamodb, settings.sends_table),
        pace=PaceItem(dynamodb, settings.sends_table),
        vouchers=VouchersTable(dynamodb, settings.vouchers_table),
        mailer=SesMailer(ses),
        queue=SqsQueue(client("sqs"), settings.queue_urls),
        files=S3Files(client("s3"), settings.bucket),
        signer=LinkSigner([key.encode() for key in secrets["link-keys"].split(",")]),
        keyed=KeyedHashes(secrets["mailbox-key"].encode(), secrets["voucher-key"].encode()),
        compiler=MjmlCompiler(),
        renderer=JinjaRenderer(),
        library=Library(Path(__file__).parents[1] / "templates"),
        configuration_set_prefix=settings.configuration_set_prefix,
    )
