"""The names of the environment variables: the only place that knows them."""

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.errors import MissingSetting

_NEEDED = (
    "CUSTOMERS_TABLE",
    "MAILBOXES_TABLE",
    "ORDERS_TABLE",
    "PRODUCTS_TABLE",
    "CATALOG_TABLE",
    "SENDS_TABLE",
    "VOUCHERS_TABLE",
    "BUCKET",
    "MARKETING_QUEUE_URL",
    "TRANSACTIONAL_QUEUE_URL",
    "PLAN_QUEUE_URL",
    "IMPORT_QUEUE_URL",
    "SCAN_QUEUE_URL",
    "CONFIGURATION_SET_PREFIX",
    "SECRETS_PREFIX",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One stage's settings, read once per process and never changed after."""

    stage: str
    customers_table: str
    mailboxes_table: str
    orders_table: str
    products_table: str
    catalog_table: str
    sends_table: str
    vouchers_table: str
    bucket: str
    queue_urls: Mapping[str, str]  # by the names of ports.Queue
    configuration_set_prefix: str
    secrets_prefix: str  # the SSM path below which the keys stand
    clock_file: str | None = None  # only a local stack has one
    console_open: bool = False  # only a local stack serves the console without sign-in

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """Build from the environment, naming every missing variable at once."""
        if missing := [name for name in _NEEDED if not env.get(name)]:
            raise MissingSetting(f"set {', '.join(missing)}; see README.md, section Settings")
        return cls(
            stage=env.get("HABITUE_STAGE", "prod"),
            customers_table=env["CUSTOMERS_TABLE"],
            mailboxes_table=env["MAILBOXES_TABLE"],
            orders_table=env["ORDERS_TABLE"],
            products_table=env["PRODUCTS_TABLE"],
            catalog_table=env["CATALOG_TABLE"],
            sends_table=env["SENDS_TABLE"],
            vouchers_table=env["VOUCHERS_TABLE"],
            bucket=env["BUCKET"],
            queue_urls={
                "marketing": env["MARKETING_QUEUE_URL"],
                "transactional": env["TRANSACTIONAL_QUEUE_URL"],
                "plan": env["PLAN_QUEUE_URL"],
                "import": env["IMPORT_QUEUE_URL"],
                "scan": env["SCAN_QUEUE_URL"],
            },
            configuration_set_prefix=env["CONFIGURATION_SET_PREFIX"],
            secrets_prefix=env["SECRETS_PREFIX"],
            clock_file=env.get("HABITUE_CLOCK_FILE") or None,
            console_open=env.get("HABITUE_CONSOLE") == "open",
        )
