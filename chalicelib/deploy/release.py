"""How one stage goes live: its bucket for code, its stack, its secrets, in that order."""

import json
from dataclasses import dataclass

from chalicelib.deploy.package import Package
from chalicelib.deploy.secrets import ensure_secrets
from chalicelib.deploy.stack import Clients, Deployed, deploy, upload


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What an operator needs to know after a deployment."""

    url: str  # of the API, no slash at the end
    api_key_parameter: str  # the SSM parameter that holds the key
    stack: Deployed


def release(clients: Clients, package: Package, stage: str, sending_domain: str) -> Release:
    """Upload the package, create or update the stack `habitue-<stage>`, make the secrets that do not exist yet.

    Repeating it changes nothing.

    Args:
        sending_domain: the verified SES identity that the functions may send from.

    Raises:
        DeployFailed: naming the resource that failed first.
    """
    account = clients("sts").get_caller_identity()["Account"]
    s3 = clients("s3")
    bucket = f"habitue-deploy-{account}-{s3.meta.region_name}"
    template = package.load_template()
    upload(clients, bucket, package.zip, template)
    key = f"templates/habitue-{stage}.json"  # too large to be handed over in the request itself
    s3.put_object(Bucket=bucket, Key=key, Body=json.dumps(template).encode())
    parameters = {"Stage": stage, "SendingDomain": sending_domain}
    stack = deploy(clients, f"habitue-{stage}", f"{s3.meta.endpoint_url}/{bucket}/{key}", parameters)
    prefix = f"/habitue/{stage}"
    ensure_secrets(clients("ssm"), prefix)
    return Release(url=stack.outputs["EndpointURL"].rstrip("/"), api_key_parameter=f"{prefix}/api-key", stack=stack)
