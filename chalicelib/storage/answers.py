"""How a client for DynamoDB is made: requests and answers are taken as the JSON that they are.

Botocore walks every attribute of a request and of an answer along the service's model, and asks each of ten kinds
whether it is the one (botocore/serialize.py, botocore/parsers.py). For DynamoDB the walk gives back what it got, but
for bytes: they are base64 in an answer as it came, which `storage.items` reads, and a request with bytes takes the
walk. Reading and claiming a batch took longer than rendering its mails. Errors are read the usual way; and all is where
botocore or AWS choose another protocol than JSON.
"""

from typing import Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.parsers import JSONParser, ResponseParserFactory
from botocore.serialize import JSONSerializer


def dynamodb_client() -> Any:
    """A client of the environment's region. Its parameters are not checked against the model: stores are tested."""
    session = botocore.session.get_session()
    session.register_component("response_parser_factory", _Factory())
    client = boto3.Session(botocore_session=session).client("dynamodb", config=Config(parameter_validation=False))
    if type(getattr(client, "_serializer", None)) is JSONSerializer:
        client._serializer = _AsGiven()
    return client


class _AsItCame(JSONParser):  # type: ignore[misc]
    def _handle_json_body(self, raw_body: bytes, shape: Any) -> Any:
        return self._parse_body_as_json(raw_body)


class _Factory(ResponseParserFactory):  # type: ignore[misc]
    def create_parser(self, protocol_name: str) -> Any:
        return _AsItCame() if protocol_name == "json" else super().create_parser(protocol_name)


class _AsGiven(JSONSerializer):  # type: ignore[misc]
    def serialize_to_request(self, parameters: Any, operation_model: Any) -> Any:
        try:
            return super().serialize_to_request(parameters, operation_model)
        except TypeError:  # bytes, which JSON does not know
            return JSONSerializer().serialize_to_request(parameters, operation_model)

    def _serialize(self, serialized: Any, value: Any, shape: Any, key: str | None = None) -> None:
        serialized.update(value)
