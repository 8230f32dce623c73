"""The composition root: every port bound, once, late; and what each client is told."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from chalicelib import wiring
from chalicelib.config import Settings
from chalicelib.ports import App
from chalicelib.system import OffsetClock, SystemClock
from tests.fakes.mailer import MemoryMailer
from tests.infra import environment, tables

SETTINGS = Settings.from_env(environment({name: f"{name}-table" for name in tables()}))
SECRETS = {
    "api-key": "key-1",
    "link-keys": "k" * 32 + "," + "o" * 32,
    "mailbox-key": "m" * 32,
    "voucher-key": "v" * 32,
}


def build(settings: Settings = SETTINGS) -> App:
    return wiring.build_app(settings, SECRETS, boto3.client, boto3.client("sesv2"))


@pytest.fixture
def app() -> App:
    return build()


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """A process that has wired nothing yet, with the settings in its environment."""
    for name, value in environment({name: f"{name}-table" for name in tables()}).items():
        monkeypatch.setenv(name, value)
    caches = [wiring.get_settings, wiring._real_app, wiring._client, wiring._ses_client]
    monkeypatch.setattr(wiring, "_secrets_cache", {})
    for cached in caches:
        cached.cache_clear()
    yield monkeypatch
    for cached in caches:
        cached.cache_clear()


def test_importing_the_root_imports_no_boto3():
    """Importing touches no AWS, no environment, no clock; the click handler must start fast."""
    script = (
        "import sys, chalicelib.wiring; print([m for m in sys.modules if m.split('.')[0] in {'boto3', 'botocore'}])"
    )

    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[1],
        env={},
    )

    assert done.stdout == "[]\n"


def test_every_port_is_bound(app):
    assert {field.name for field in fields(App) if getattr(app, field.name) is None} == set()
    assert app.configuration_set_prefix == "habitue-test"


@pytest.mark.parametrize(
    ("port", "table"),
    [
        ("customers", "Customers"),
        ("mailboxes", "Mailboxes"),
        ("orders", "Orders"),
        ("products", "Products"),
        ("catalog", "Catalog"),
        ("messages", "Sends"),
        ("batches", "Sends"),
        ("rows", "Sends"),
        ("pace", "Sends"),
        ("vouchers", "Vouchers"),
    ],
)
def test_each_store_has_its_own_table(app, port, table):
    assert f"{table}-table" in vars(getattr(app, port)).values()


def test_links_are_signed_with_the_newest_key_and_older_ones_are_read(app):
    """F2."""
    old = wiring.build_app(SETTINGS, SECRETS | {"link-keys": "o" * 32}, boto3.client, boto3.client("sesv2"))
    new = wiring.build_app(SETTINGS, SECRETS | {"link-keys": "k" * 32}, boto3.client, boto3.client("sesv2"))

    assert app.signer.read("v", old.signer.sign("v", ["a", "b", "c"])) == ["a", "b", "c"]
    assert new.signer.read("v", app.signer.sign("v", ["a", "b", "c"])) == ["a", "b", "c"]


def test_the_library_is_the_one_that_ships(app):
    assert ("birthday", "en") in app.library.sources()


def test_only_a_local_stack_has_a_clock_that_can_be_moved(app, tmp_path):
    assert type(app.clock) is SystemClock
    file = tmp_path / "clock"
    file.write_text("86400")

    local = build(replace(SETTINGS, clock_file=str(file)))

    assert type(local.clock) is OffsetClock
    assert local.clock.now() - local.clock.real() > timedelta(hours=23)


def test_a_test_puts_its_own_app_in_place_and_takes_it_away_again(app):
    other = replace(app, mailer=MemoryMailer())
    take_away = wiring.override_app(app)
    take_other_away = wiring.override_app(other)
    assert wiring.get_app() is other

    take_away()
    assert wiring.get_app() is other
    take_other_away()
    assert wiring._override == []


def test_the_real_app_is_built_once_from_environment_and_secrets(fresh):
    with mock_aws():
        _put_secrets()

        assert wiring.get_app() is wiring.get_app()
        assert wiring.get_api_key() == "key-1"


def _put_secrets(**changes: str) -> None:
    for name, value in (SECRETS | changes).items():
        boto3.client("ssm").put_parameter(
            Name=f"/habitue/test/{name}", Value=value, Type="SecureString", Overwrite=True
        )


def test_a_rotated_api_key_is_known_after_five_minutes(fresh):
    now = [1000.0]
    fresh.setattr("chalicelib.wiring.time.monotonic", lambda: now[0])
    with mock_aws():
        _put_secrets()
        assert wiring.get_api_key() == "key-1"
        _put_secrets(**{"api-key": "key-2"})

        now[0] += 300
        assert wiring.get_api_key() == "key-1"
        now[0] += 1
        assert wiring.get_api_key() == "key-2"


def test_the_mail_client_never_sends_twice(fresh):
    """A3."""
    config: Any = wiring._ses_client().meta.config

    assert config.retries["total_max_attempts"] == 1
    assert (config.connect_timeout, config.read_timeout) == (5, 10)


def test_upload_forms_are_signed_as_every_region_wants_and_go_to_the_buckets_own_region(fresh):
    """The old signature is refused by new buckets, and the address of us-east-1 redirects a post."""
    form = wiring._client("s3").generate_presigned_post("bucket-1", "uploads/a.csv", ExpiresIn=60)

    assert form["fields"]["x-amz-algorithm"] == "AWS4-HMAC-SHA256"
    assert form["url"] == "https://bucket-1.s3.eu-west-1.amazonaws.com/"


def test_on_a_local_stack_upload_forms_go_to_its_own_address(fresh):
    fresh.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")

    form = wiring._client("s3").generate_presigned_post("bucket-1", "uploads/a.csv", ExpiresIn=60)

    assert form["url"] == "http://127.0.0.1:4566/bucket-1"


def test_a_client_is_made_once(fresh):
    assert wiring._client("sqs") is wiring._client("sqs")


def test_a_webhooks_secrets_are_lines_and_are_known_after_seconds(fresh):
    now = [1000.0]
    fresh.setattr("chalicelib.wiring.time.monotonic", lambda: now[0])
    with mock_aws():
        _put_secrets()
        assert wiring.get_webhook_secrets("shopify") == []
        _put_secrets(**{"shopify-secret": "new, with a comma\r\n  old \n\n"})

        now[0] += 15
        assert wiring.get_webhook_secrets("shopify") == []
        now[0] += 1
        assert wiring.get_webhook_secrets("shopify") == ["new, with a comma", "old"]
        assert wiring.get_webhook_secrets("woocommerce") == []
