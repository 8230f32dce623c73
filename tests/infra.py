"""The tables of infra/resources.yaml for tests that need tables only: one description, read from the very template."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import yaml

from chalicelib.deploy.places import INFRA

# What a table for tests leaves out: it must not outlive its test, and it needs no backup.
QUEUES = ("MARKETING", "TRANSACTIONAL", "PLAN", "IMPORT", "SCAN")
LEFT_OUT = {"DeletionProtectionEnabled", "PointInTimeRecoverySpecification"}


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's short forms (`!Ref X`, `!GetAtt A.B`) as plain values: a table's definition has none."""


_Loader.add_multi_constructor("!", lambda loader, suffix, node: {suffix: getattr(node, "value", None)})


@cache
def infra() -> dict[str, Any]:
    """The merge template as it is written."""
    loaded: dict[str, Any] = yaml.load(INFRA.read_text(), Loader=_Loader)  # noqa: S506 - a SafeLoader
    return loaded


def tables() -> dict[str, dict[str, Any]]:
    """By logical id, the properties of each table, as `create_table` takes them."""
    return {
        name: _create(resource["Properties"])
        for name, resource in infra()["Resources"].items()
        if resource.get("Type") == "AWS::DynamoDB::Table"
    }


def create_tables(dynamodb: Any, suffix: str = "") -> Mapping[str, str]:
    """Create every table; its name is its logical id and `suffix`. Returns the names by logical id."""
    names = {name: f"{name}{suffix}" for name in tables()}
    for name, properties in tables().items():
        dynamodb.create_table(TableName=names[name], **properties)
    return names


def environment(names: Mapping[str, str]) -> dict[str, str]:
    """The settings that a function of the deployed stack would get for these tables."""
    found = {f"{name.upper()}_TABLE": table for name, table in names.items()}
    queues = {
        f"{name}_QUEUE_URL": f"http://queue.test/{name}"
        for name in ("MARKETING", "TRANSACTIONAL", "PLAN", "IMPORT", "SCAN")
    }
    return {
        **found,
        **queues,
        "HABITUE_STAGE": "test",
        "BUCKET": "habitue-test",
        "CONFIGURATION_SET_PREFIX": "habitue-test",
        "SECRETS_PREFIX": "/habitue/test",
    }


def _create(properties: Mapping[str, Any]) -> dict[str, Any]:
    wanted = {key: value for key, value in properties.items() if key not in LEFT_OUT}
    if "StreamSpecification" in wanted:
        wanted["StreamSpecification"] = {"StreamEnabled": True, **wanted["StreamSpecification"]}
    return wanted
