"""Settings from the environment."""

import pytest

from chalicelib.config import Settings
from chalicelib.errors import MissingSetting
from tests.infra import environment, infra

ENV = environment({name: f"{name}-table" for name in ("Customers", "Mailboxes", "Orders", "Products", "Catalog")}) | {
    "SENDS_TABLE": "Sends-table",
    "VOUCHERS_TABLE": "Vouchers-table",
}


def test_every_setting_is_read():
    settings = Settings.from_env(ENV | {"HABITUE_CLOCK_FILE": "/tmp/clock", "HABITUE_CONSOLE": "open"})  # noqa: S108

    assert settings == Settings(
        stage="test",
        customers_table="Customers-table",
        mailboxes_table="Mailboxes-table",
        orders_table="Orders-table",
        products_table="Products-table",
        catalog_table="Catalog-table",
        sends_table="Sends-table",
        vouchers_table="Vouchers-table",
        bucket="habitue-test",
        queue_urls={
            "marketing": "http://queue.test/MARKETING",
            "transactional": "http://queue.test/TRANSACTIONAL",
            "plan": "http://queue.test/PLAN",
            "import": "http://queue.test/IMPORT",
            "scan": "http://queue.test/SCAN",
        },
        configuration_set_prefix="habitue-test",
        secrets_prefix="/habitue/test",
        clock_file="/tmp/clock",  # noqa: S108
        console_open=True,
    )


def test_what_only_a_local_stack_sets_is_off_elsewhere():
    settings = Settings.from_env(ENV | {"HABITUE_CLOCK_FILE": "", "HABITUE_CONSOLE": "yes"})

    assert (settings.clock_file, settings.console_open) == (None, False)


def test_the_stage_is_prod_unless_it_is_named():
    assert Settings.from_env({name: ENV[name] for name in ENV if name != "HABITUE_STAGE"}).stage == "prod"


def test_every_missing_variable_is_named_at_once():
    env = {name: ENV[name] for name in ENV if name not in {"SENDS_TABLE", "PLAN_QUEUE_URL"}} | {"BUCKET": ""}

    with pytest.raises(MissingSetting) as caught:
        Settings.from_env(env)

    assert caught.value.message == "set SENDS_TABLE, BUCKET, PLAN_QUEUE_URL; see README.md, section Settings"


def test_the_template_gives_each_function_what_is_needed():
    variables = infra()["Globals"]["Function"]["Environment"]["Variables"]

    Settings.from_env(dict.fromkeys(variables, "given"))
