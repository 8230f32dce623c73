"""How the keys of a stage are made: once, from the machine's secure source, into SSM, never into a file or a log."""

import secrets
from collections.abc import Mapping
from typing import Any

# 32 random bytes each. `link-keys` is a list, newest first: rotating it puts a new one in front.
# `mailbox-key` and `voucher-key` are never rotated: stored hashes and codes depend on them.
NAMES = ("api-key", "link-keys", "mailbox-key", "voucher-key")


def ensure_secrets(ssm: Any, prefix: str, given: Mapping[str, str] | None = None) -> dict[str, str]:
    """Create each secret below `prefix` that does not exist; leave the others as they are. Returns all values.

    Args:
        given: values that replace what is there (a local stack's fixed API key).
    """
    given = given or {}
    return {name: _ensure(ssm, f"{prefix}/{name}", given.get(name)) for name in NAMES}


def _ensure(ssm: Any, name: str, given: str | None) -> str:
    value = given or secrets.token_urlsafe(32)
    try:
        ssm.put_parameter(Name=name, Value=value, Type="SecureString", Overwrite=given is not None)
    except ssm.exceptions.ParameterAlreadyExists:
        return str(ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"])
    return value
