"""A release on MiniStack: created, repeated without a change, updated, and a failure that says what failed."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib.deploy.package import Package, package
from chalicelib.deploy.release import release
from chalicelib.deploy.stack import DeployFailed, deploy
from chalicelib.local.emulator import Emulator
from chalicelib.local.session import MINISTACK_PYTHON

pytestmark = pytest.mark.xdist_group("package")


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """An emulator of this module's own: a stack with a schedule is nothing to share."""
    if not MINISTACK_PYTHON.exists():
        pytest.skip(f"{MINISTACK_PYTHON} is missing: run `make setup`")
    emulator = Emulator(MINISTACK_PYTHON, tmp_path_factory.mktemp("release") / "ministack.log")
    yield emulator.start()
    emulator.stop()


def _template(aws: Emulator, key: str, resources: dict[str, Any]) -> str:
    s3 = aws.client("s3")
    if "templates" not in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]:
        s3.create_bucket(Bucket="templates", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_object(Bucket="templates", Key=key, Body=json.dumps({"Resources": resources}).encode())
    return f"{aws.endpoint}/templates/{key}"


def test_f11_releasing_twice_changes_nothing_and_new_code_updates(aws: Emulator, tmp_path: Path) -> None:
    """F11."""
    made = package("local")
    first = release(aws.client, made, "trial", "mail.shop.example")
    secret = {"Name": first.api_key_parameter, "WithDecryption": True}
    key = aws.client("ssm").get_parameter(**secret)["Parameter"]["Value"]

    second = release(aws.client, made, "trial", "mail.shop.example")
    changed = tmp_path / "changed.zip"
    changed.write_bytes(made.zip.read_bytes() + b"\0")
    third = release(
        aws.client, Package(zip=changed, template=made.template, digest="new"), "trial", "mail.shop.example"
    )

    assert [each.stack.changed for each in (first, second, third)] == [True, False, True]
    assert first.stack.resources == second.stack.resources == third.stack.resources
    assert first.url.endswith("/api")
    assert first.api_key_parameter == "/habitue/trial/api-key"
    assert aws.client("ssm").get_parameter(**secret)["Parameter"]["Value"] == key
    code = {item["Key"] for item in _objects(aws, "code/")}
    assert len(code) == 2


def test_a_released_function_knows_its_stage_and_its_tables(aws: Emulator) -> None:
    released = release(aws.client, package("local"), "trial", "mail.shop.example")

    described = aws.client("lambda").get_function_configuration(FunctionName=released.stack.resources["Plan"])

    settings = described["Environment"]["Variables"]
    assert settings["HABITUE_STAGE"] == "trial"
    assert settings["SECRETS_PREFIX"] == "/habitue/trial"
    assert settings["CONFIGURATION_SET_PREFIX"] == "habitue-trial"
    assert settings["CUSTOMERS_TABLE"] == released.stack.resources["Customers"]
    assert not {"HABITUE_CLOCK_FILE", "HABITUE_CONSOLE", "AWS_ENDPOINT_URL_SESV2"} & set(settings)


def test_a_failed_stack_names_the_resource_and_why_and_the_next_try_says_how_to_go_on(aws: Emulator) -> None:
    # CloudFormation makes no secret parameters:
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-ssm-parameter.html
    secret = {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "SecureString", "Value": "x"}}
    broken = {"Topic": {"Type": "AWS::SNS::Topic"}, "Secret": secret}
    fine = {"Topic": {"Type": "AWS::SNS::Topic"}}

    with pytest.raises(DeployFailed, match=r"Secret \(AWS::SSM::Parameter\) failed first: .*SecureString"):
        deploy(aws.client, "broken", _template(aws, "broken.json", broken), {})

    with pytest.raises(DeployFailed, match="aws cloudformation delete-stack --stack-name broken"):
        deploy(aws.client, "broken", _template(aws, "fine.json", fine), {})


def _objects(aws: Emulator, prefix: str) -> list[dict[str, Any]]:
    bucket = "habitue-deploy-000000000000-eu-west-1"
    found: list[dict[str, Any]] = aws.client("s3").list_objects_v2(Bucket=bucket, Prefix=prefix)["Contents"]
    return found
