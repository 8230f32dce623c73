"""How the packaged application is put on the local AWS: the same template, with what only a local stack has added."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.deploy.package import Package
from chalicelib.deploy.stack import Deployed, deploy, upload
from chalicelib.local.emulator import Emulator
from chalicelib.local.local_aws import client
from chalicelib.local.ses import EventDestination

STACK = "habitue-local"
SECRETS_PREFIX = "/habitue/local"  # noqa: S105 - a path, no secret
BUCKET = "habitue-deploy"
SENDING_DOMAIN = "shop.example"
# Each invocation at once is one more Python process here, and a laptop has few cores.
MOST_AT_ONCE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """The application as it stands on the local AWS."""

    endpoint: str
    resources: Mapping[str, str]  # physical ids by logical ids
    outputs: Mapping[str, str]
    environment: Mapping[str, str]  # what every function got

    @property
    def api_path(self) -> str:
        """Where the emulator serves the deployed API stage."""
        return f"/restapis/{self.outputs['RestAPIId']}/api/_user_request_"

    def invoke(self, function: str, event: Mapping[str, Any]) -> Any:
        """Call a function by its logical id and wait for its answer. Raises RuntimeError with its error."""
        answer = client("lambda", self.endpoint).invoke(
            FunctionName=self.resources[function], Payload=json.dumps(event).encode()
        )
        payload = answer["Payload"].read()
        if answer.get("FunctionError"):
            raise RuntimeError(f"{function} failed: {payload.decode(errors='replace')}")
        return json.loads(payload) if payload else None


def install(emulator: Emulator, package: Package, extra: Mapping[str, str]) -> Installed:
    """Deploy the package to the emulator, with `extra` environment variables for every function.

    Raises:
        DeployFailed: naming the resource that failed.
    """
    template = localised(package.load_template(), extra)
    upload(emulator.client, BUCKET, package.zip, template)
    key = f"{STACK}.json"
    emulator.client("s3").put_object(Bucket=BUCKET, Key=key, Body=json.dumps(template).encode())
    parameters = {"Stage": "local", "SendingDomain": SENDING_DOMAIN}
    deployed = deploy(emulator.client, STACK, f"{emulator.endpoint}/{BUCKET}/{key}", parameters)
    return _installed(emulator, deployed)


def localised(template: dict[str, Any], extra: Mapping[str, str]) -> dict[str, Any]:
    """The production template plus what only a local stack has; changed in place and returned."""
    template["Globals"]["Function"]["Environment"]["Variables"].update(extra)
    for resource in template["Resources"].values():
        for source in resource.get("Properties", {}).get("Events", {}).values():
            scaling = source["Properties"].get("ScalingConfig")
            if scaling:
                scaling["MaximumConcurrency"] = min(scaling["MaximumConcurrency"], MOST_AT_ONCE)
    return template


def configuration_sets(emulator: Emulator) -> dict[str, list[EventDestination]]:
    """By name, where each deployed SES configuration set publishes its events."""
    ses = emulator.client("sesv2")
    names = ses.list_configuration_sets()["ConfigurationSets"]
    return {name: [_destination(each) for each in _destinations(ses, name)] for name in names}


def _installed(emulator: Emulator, deployed: Deployed) -> Installed:
    functions = emulator.client("lambda")
    settings = functions.get_function_configuration(FunctionName=deployed.resources["Tick"])
    return Installed(
        endpoint=emulator.endpoint,
        resources=deployed.resources,
        outputs=deployed.outputs,
        environment=settings["Environment"]["Variables"],
    )


def _destinations(ses: Any, name: str) -> list[dict[str, Any]]:
    answer = ses.get_configuration_set_event_destinations(ConfigurationSetName=name)
    return [each for each in answer["EventDestinations"] if each["Enabled"]]


def _destination(described: Mapping[str, Any]) -> EventDestination:
    types = frozenset(described["MatchingEventTypes"])
    if "SnsDestination" in described:
        return EventDestination(event_types=types, kind="sns", target=described["SnsDestination"]["TopicArn"])
    stream = described["KinesisFirehoseDestination"]["DeliveryStreamArn"]
    return EventDestination(event_types=types, kind="firehose", target=stream.rsplit("/", 1)[-1])
