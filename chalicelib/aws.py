"""SQS, S3 and SSM behind their ports: what a queue, a bucket and a secret are to AWS."""

import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.errors import Busy, MissingSetting

_CHUNK = 1 << 20
_SQS_MOST = 10  # entries a SendMessageBatch takes
_COUNTS = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesDelayed",
    "ApproximateNumberOfMessagesNotVisible",
)
_S3_MOST = 1000  # keys a DeleteObjects takes
_CONFLICT_PAUSES = (0.1, 0.2, 0.4, 0.8, 1.6)  # seconds after each conditional write that S3 could not decide


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


class SqsQueue:
    """The work queues of `ports.Queue`, by name."""

    def __init__(self, client: Any, urls: Mapping[str, str]) -> None:
        self._client = client
        self._urls = urls

    def send(
        self,
        queue: str,
        bodies: Sequence[Mapping[str, Any]],
        delay: timedelta = timedelta(0),
        apart: timedelta = timedelta(0),
    ) -> None:
        """Ten messages a request; entries that SQS reports as failed are sent once more, then raise."""
        delays = [min(900, max(0, round((delay + i * apart).total_seconds()))) for i in range(len(bodies))]
        for start in range(0, len(bodies), _SQS_MOST):
            entries = [
                {
                    "Id": str(i),
                    "MessageBody": json.dumps(body, separators=(",", ":")),
                    "DelaySeconds": delays[start + i],
                }
                for i, body in enumerate(bodies[start : start + _SQS_MOST])
            ]
            self._send(queue, entries)

    def waiting(self, queue: str) -> int:
        """Visible, delayed and at work; an approximation.

        Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html
        """
        answer = self._client.get_queue_attributes(QueueUrl=self._urls[queue], AttributeNames=list(_COUNTS))
        return sum(int(answer["Attributes"][name]) for name in _COUNTS)

    def _send(self, queue: str, entries: list[dict[str, Any]]) -> None:
        answer = self._client.send_message_batch(QueueUrl=self._urls[queue], Entries=entries)
        failed = {entry["Id"] for entry in answer.get("Failed", ())}
        if not failed:
            return
        again = [entry for entry in entries if entry["Id"] in failed]
        answer = self._client.send_message_batch(QueueUrl=self._urls[queue], Entries=again)
        if answer.get("Failed"):
            raise RuntimeError(f"queue {queue}: {len(answer['Failed'])} messages were refused twice by SQS")


class S3Files:
    """The bucket behind `ports.Files`."""

    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def get(self, key: str) -> bytes | None:
        """The whole object; None where there is none."""
        try:
            return bytes(self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read())
        except self._client.exceptions.NoSuchKey:
            return None

    def stream(self, key: str, start: int = 0) -> Iterator[bytes]:
        """Chunks of 1 MiB from byte `start`; none where the object ends before it."""
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=key, Range=f"bytes={start}-")
        except ClientError as error:
            if _code(error) in {"InvalidRange", "416"}:
                return
            raise
        yield from answer["Body"].iter_chunks(_CHUNK)

    def size(self, key: str) -> int | None:
        """Bytes; None where there is no such object."""
        try:
            return int(self._client.head_object(Bucket=self._bucket, Key=key)["ContentLength"])
        except ClientError as error:
            if _code(error) in {"404", "NoSuchKey", "NotFound"}:
                return None
            raise

    def put(self, key: str, content: bytes, content_type: str = "application/octet-stream") -> None:
        """Write or replace."""
        self._client.put_object(Bucket=self._bucket, Key=key, Body=content, ContentType=content_type)

    def create(self, key: str, content: bytes, content_type: str = "application/octet-stream") -> bool:
        """Write if absent; False where the key exists.

        Raises:
            Busy: rivals were at the same key all the time.
        """
        for pause in _CONFLICT_PAUSES:
            created = self._create(key, content, content_type)
            if created is not None:
                return created
            time.sleep(pause)
        raise Busy(f"file {key!r}: others are writing it at this moment; nothing was changed, try again")

    def _create(self, key: str, content: bytes, content_type: str) -> bool | None:
        """412 says that it exists; 409 (None) that a rival is writing or deleting it, who may fail: then try again.

        Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
        """
        try:
            self._client.put_object(
                Bucket=self._bucket, Key=key, Body=content, ContentType=content_type, IfNoneMatch="*"
            )
        except ClientError as error:
            if _code(error) in {"PreconditionFailed", "412"}:
                return False
            if _code(error) in {"ConditionalRequestConflict", "409"}:
                return None
            raise
        return True

    def keys(self, prefix: str) -> list[str]:
        """All keys with that beginning, in order."""
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix)
        return [item["Key"] for page in pages for item in page.get("Contents", ())]

    def delete(self, keys: Iterable[str]) -> None:
        """Delete each; one that is not there is no error. S3 answers 200 also where some could not be deleted."""
        objects = [{"Key": key} for key in keys]
        for start in range(0, len(objects), _S3_MOST):
            part = {"Objects": objects[start : start + _S3_MOST], "Quiet": True}
            answer = self._client.delete_objects(Bucket=self._bucket, Delete=part)
            if errors := answer.get("Errors"):
                raise RuntimeError(
                    f"{len(errors)} files were not deleted, the first because of {errors[0].get('Code')}"
                )

    def upload_form(self, key: str, max_bytes: int, expires: timedelta) -> Mapping[str, Any]:
        """A presigned POST that takes this one key, up to `max_bytes`."""
        form: Mapping[str, Any] = self._client.generate_presigned_post(
            self._bucket,
            key,
            Conditions=[["content-length-range", 1, max_bytes]],
            ExpiresIn=int(expires.total_seconds()),
        )
        return form

    def download_url(self, key: str, expires: timedelta) -> str:
        """A presigned GET of this one key."""
        return str(
            self._client.generate_presigned_url(
                "get_object", Params={"Bucket": self._bucket, "Key": key}, ExpiresIn=int(expires.total_seconds())
            )
        )


_KEYS = ("api-key", "link-keys", "mailbox-key", "voucher-key")
_WEBHOOK_SECRETS = ("shopify-secret", "woocommerce-secret")  # only where the shop's system is connected


class Secrets:
    """The keys below one SSM path, read in one request."""

    def __init__(self, client: Any, prefix: str) -> None:
        self._client = client
        self._prefix = prefix.rstrip("/")

    def read(self) -> dict[str, str]:
        """By name: api-key, link-keys, mailbox-key, voucher-key, and those of webhooks that are there.

        Raises:
            MissingSetting: naming the absent ones that every stage needs.
        """
        names = (*_KEYS, *_WEBHOOK_SECRETS)
        answer = self._client.get_parameters(Names=[f"{self._prefix}/{name}" for name in names], WithDecryption=True)
        found = {item["Name"].rsplit("/", 1)[1]: str(item["Value"]) for item in answer["Parameters"]}
        if missing := [name for name in _KEYS if name not in found]:
            raise MissingSetting(
                f"SSM has no {', '.join(missing)} below {self._prefix}. Run `habitue deploy`, which makes them."
            )
        return found
