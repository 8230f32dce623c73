"""The keys of a stage are made once and then left alone."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from chalicelib.deploy.secrets import NAMES, ensure_secrets

PREFIX = "/habitue/test"


@pytest.fixture
def ssm() -> Iterator[Any]:
    with mock_aws():
        yield boto3.client("ssm")


def _stored(ssm: Any) -> dict[str, tuple[str, str]]:
    names = [f"{PREFIX}/{name}" for name in NAMES]
    found = ssm.get_parameters(Names=names, WithDecryption=True)["Parameters"]
    return {item["Name"].removeprefix(f"{PREFIX}/"): (item["Type"], item["Value"]) for item in found}


def test_each_key_is_its_own_long_and_encrypted(ssm: Any) -> None:
    values = ensure_secrets(ssm, PREFIX)

    assert _stored(ssm) == {name: ("SecureString", value) for name, value in values.items()}
    assert len(set(values.values())) == 4
    assert all(len(value) == 43 for value in values.values())


def test_a_second_deployment_keeps_every_key(ssm: Any) -> None:
    first = ensure_secrets(ssm, PREFIX)

    assert ensure_secrets(ssm, PREFIX) == first
    assert {name: value for name, (_, value) in _stored(ssm).items()} == first


def test_a_rotated_key_is_kept_and_only_a_missing_one_is_made(ssm: Any) -> None:
    first = ensure_secrets(ssm, PREFIX)
    ssm.put_parameter(Name=f"{PREFIX}/link-keys", Value="new,old", Type="SecureString", Overwrite=True)
    ssm.delete_parameter(Name=f"{PREFIX}/api-key")

    second = ensure_secrets(ssm, PREFIX)

    assert second["link-keys"] == "new,old"
    assert second["api-key"] != first["api-key"]
    assert second["mailbox-key"] == first["mailbox-key"]


def test_a_given_key_takes_the_place_of_the_stored_one(ssm: Any) -> None:
    first = ensure_secrets(ssm, PREFIX)

    second = ensure_secrets(ssm, PREFIX, {"api-key": "mine"})

    assert second == {**first, "api-key": "mine"}
    assert _stored(ssm)["api-key"] == ("SecureString", "mine")
