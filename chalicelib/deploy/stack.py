"""How a packaged application becomes a CloudFormation stack: upload, create or update, wait, say what went wrong."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

from botocore.exceptions import ClientError

from chalicelib.errors import HabitueError

CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]  # roles of our own; SAM is a transform
WAIT_SECONDS = 1800.0


class DeployFailed(HabitueError):
    """CloudFormation refused or undid the change; the message names the resource that failed first, and why."""

    code = "not_deployed"


class Clients(Protocol):
    """Gives a boto3 client of one service."""

    def __call__(self, service: str) -> Any:
        """The client."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployed:
    """A stack that stands."""

    name: str
    outputs: Mapping[str, str]
    resources: Mapping[str, str]  # physical ids by logical ids
    changed: bool  # False: there was nothing to update


def upload(clients: Clients, bucket: str, code: Path, template: dict[str, Any]) -> str:
    """Put the zip into the bucket, under a name made of its content, and point every function of the template at it.

    Returns the key. The template is changed in place.
    """
    key = f"code/{sha256(code.read_bytes()).hexdigest()[:32]}.zip"
    s3 = clients("s3")
    _ensure_bucket(s3, bucket)
    if not _exists(s3, bucket, key):
        s3.upload_file(str(code), bucket, key)
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = {"Bucket": bucket, "Key": key}
    return key


def deploy(clients: Clients, name: str, template_url: str, parameters: Mapping[str, str]) -> Deployed:
    """Create the stack, or update it, and wait until it stands.

    Raises:
        DeployFailed: with the first failed resource and CloudFormation's reason.
    """
    formation = clients("cloudformation")
    request = {
        "StackName": name,
        "TemplateURL": template_url,
        "Capabilities": CAPABILITIES,
        "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
    }
    before = _status(formation, name)
    if before in {"ROLLBACK_COMPLETE", "ROLLBACK_FAILED"}:
        raise DeployFailed(
            f"Stack {name} stands in {before}: its first creation failed, and CloudFormation takes no update. Delete "
            f"it (`aws cloudformation delete-stack --stack-name {name}`; tables and bucket are kept) and deploy again."
        )
    changed = _update(formation, request) if before else bool(formation.create_stack(**request))
    if changed:
        _wait(formation, name)
    return describe(clients, name, changed=changed)


def describe(clients: Clients, name: str, *, changed: bool = False) -> Deployed:
    """The stack as it stands."""
    formation = clients("cloudformation")
    [stack] = formation.describe_stacks(StackName=name)["Stacks"]
    pages = formation.get_paginator("list_stack_resources").paginate(StackName=name)
    return Deployed(
        name=name,
        outputs={output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", ())},
        resources={
            item["LogicalResourceId"]: item["PhysicalResourceId"]
            for page in pages
            for item in page["StackResourceSummaries"]
            if item.get("PhysicalResourceId")
        },
        changed=changed,
    )


def _ensure_bucket(s3: Any, bucket: str) -> None:
    region = s3.meta.region_name
    place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    try:
        s3.create_bucket(Bucket=bucket, **place)
    except (s3.exceptions.BucketAlreadyOwnedByYou, s3.exceptions.BucketAlreadyExists):
        s3.head_bucket(Bucket=bucket)  # refused where the name belongs to somebody else


def _exists(s3: Any, bucket: str, key: str) -> bool:
    try:
        s3.head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if error.response["Error"]["Code"] in {"404", "NoSuchKey", "NotFound"}:
            return False
        raise
    return True


def _status(formation: Any, name: str) -> str | None:
    try:
        [stack] = formation.describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    return None if stack["StackStatus"] in {"REVIEW_IN_PROGRESS", "DELETE_COMPLETE"} else str(stack["StackStatus"])


def _update(formation: Any, request: Mapping[str, Any]) -> bool:
    """False where CloudFormation found nothing to update."""
    try:
        formation.update_stack(**request)
    except ClientError as error:
        if "No updates are to be performed" in str(error):
            return False
        raise DeployFailed(f"CloudFormation refused the update of {request['StackName']}: {error}") from error
    return True


def _wait(formation: Any, name: str) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    pause = 0.05  # the emulator is done in a second, CloudFormation in minutes
    while (status := _status(formation, name) or "") in {"", "CREATE_IN_PROGRESS"} or status.endswith("_IN_PROGRESS"):
        if time.monotonic() > deadline:
            raise DeployFailed(f"Stack {name} is still {status or 'absent'} after {WAIT_SECONDS / 60:.0f} minutes.")
        time.sleep(pause)
        pause = min(5.0, pause * 1.5)
    if status not in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
        raise DeployFailed(f"Stack {name} ended in {status}. {_first_failure(formation, name)}")


def _first_failure(formation: Any, name: str) -> str:
    pages = formation.get_paginator("describe_stack_events").paginate(StackName=name)
    failed = [event for page in pages for event in page["StackEvents"] if event["ResourceStatus"].endswith("_FAILED")]
    if not failed:
        return "It names no failed resource: look at the stack's events."
    first = failed[-1]  # CloudFormation lists the newest first
    reason = first.get("ResourceStatusReason", "no reason was given")
    return f"{first['LogicalResourceId']} ({first['ResourceType']}) failed first: {reason}"
