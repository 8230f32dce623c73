"""How a client for DynamoDB is made: its answers are taken as the JSON that they are.

Botocore walks every attribute of an answer along the service's model and asks each of ten kinds whether it is the one
(botocore/parsers.py, `_handle_structure`). For DynamoDB the walk gives back what it got, but for bytes, which stay
base64 here and are read by `storage.items`. Reading a batch of customers took twice the time of rendering their mails.
Errors are read the usual way. So are all answers where botocore or AWS choose another protocol than JSON.
"""

from typing import Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.parsers import JSONParser, ResponseParserFactory


def dynamodb_client() -> Any:
    """A client of the environment's region. Its parameters are not checked against the model: stores are tested."""
    session = botocore.session.get_session()
    session.register_component("response_parser_factory", _Factory())
    return boto3.Session(botocore_session=session).client("dynamodb", config=Config(parameter_validation=False))


class _AsItCame(JSONParser):  # type: ignore[misc]
    def _handle_json_body(self, raw_body: bytes, shape: Any) -> Any:
        return self._parse_body_as_json(raw_body)


class _Factory(ResponseParserFactory):  # type: ignore[misc]
    def create_parser(self, protocol_name: str) -> Any:
        return _AsItCame() if protocol_name == "json" else super().create_parser(protocol_name)
