"""The account, region and keys of the local AWS, and how a client reaches it and nothing else."""

from functools import cache
from typing import Any

import boto3
from botocore.config import Config
from botocore.session import Session as BotocoreSession

ACCOUNT = "000000000000"
REGION = "eu-west-1"
ACCESS_KEY = "habitue-local"
SECRET_KEY = "habitue-local-secret"  # noqa: S105 - opens nothing but an emulator on 127.0.0.1


@cache  # to make one costs as much as a hundred calls
def client(service: str, endpoint: str) -> Any:
    """The boto3 client of one service at `endpoint`; threads may share it.

    It takes nothing from the environment: no profile, no real keys, no proxy, so it can never reach a real account.
    """
    unprofiled = BotocoreSession({"profile": (None, None, None, None)})
    session = boto3.Session(ACCESS_KEY, SECRET_KEY, region_name=REGION, botocore_session=unprofiled)
    config = Config(proxies={}, s3={"addressing_style": "path"}, max_pool_connections=32)
    return session.client(service, endpoint_url=endpoint, config=config)


def local_environment(endpoint: str) -> dict[str, str]:
    """The variables with which any other process reaches the local AWS."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "AWS_DEFAULT_REGION": REGION,
    }
