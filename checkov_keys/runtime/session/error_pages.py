"""Answers of status 5xx that are not AWS's XML: a line of text, a page of a proxy, or the half of an error.

IAM itself sometimes says "Internal Failure" in plain text. botocore's parser raises an error at most of these, which
ends the call at its first attempt, although botocore tries again after any other answer of such a status.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from botocore.model import OperationModel

_SERVER_ERRORS = 500
# The parsers of other protocols take any text.
_OF_XML = frozenset({"query", "ec2", "rest-xml"})


def blank_error_page(operation_model: OperationModel, response_dict: dict[str, Any], **_: object) -> None:
    """Make an answer of status 5xx empty if it does not hold an error as AWS writes it.

    botocore emits before-parse with it. It takes an empty answer of such a status for what it is: an error whose code
    is the status, after which it tries again as its retry mode says.
    """
    if response_dict["status_code"] < _SERVER_ERRORS or _protocol_of(operation_model) not in _OF_XML:
        return
    if not _holds_error(response_dict.get("body") or b""):
        response_dict["body"] = b""


def _protocol_of(operation_model: OperationModel) -> str:
    """Return how a service is spoken to; newer releases of botocore choose one of several protocols."""
    service = operation_model.service_model
    return str(getattr(service, "resolved_protocol", service.metadata.get("protocol")))


def _holds_error(body: bytes) -> bool:
    try:
        # What botocore itself would parse.
        root = ET.fromstring(body)  # noqa: S314
    except (ET.ParseError, ValueError, LookupError):
        return False
    errors = (element for element in root.iter() if _name_of(element) == "Error")
    return any(_name_of(child) == "Code" and child.text for error in errors for child in error)


def _name_of(element: ET.Element) -> str:
    return str(element.tag).rpartition("}")[2]
