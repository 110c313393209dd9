"""CloudFormation templates → declared access keys. One template is one account.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-iam-accesskey.html
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from checkov.common.graph.graph_builder.graph_components.attribute_names import CustomAttributes

from checkov_keys.domain.users import AccessKey, Unjudged, status_named
from checkov_keys.iac.declared_keys import DeclaredKey, Reading, UserIdentity

if TYPE_CHECKING:
    from checkov_keys.iac.graph_access import GraphView, Vertex

_USER_TYPE = "AWS::IAM::User"
_SUB_OF_ONE_RESOURCE = re.compile(r"\$\{([A-Za-z0-9]+)\}")


class CloudFormationReader:
    """Reads AWS::IAM::AccessKey out of the graph of Checkov's CloudFormation runner."""

    framework = "cloudformation"
    key_type = "AWS::IAM::AccessKey"
    status_attribute = "Status"

    def read(self, graph: GraphView) -> Reading:
        """Return the keys of every template in the graph."""
        users: dict[tuple[str, str], Vertex] = {}
        keys: list[Vertex] = []
        for vertex in graph.vertices():
            if vertex.get(CustomAttributes.RESOURCE_TYPE) == _USER_TYPE:
                users[vertex[CustomAttributes.FILE_PATH], _logical_id(vertex)] = vertex
            elif vertex.get(CustomAttributes.RESOURCE_TYPE) == self.key_type:
                keys.append(vertex)
        return Reading(
            tuple(_declared(vertex, users) for vertex in keys if vertex.get("UserName") is not None),
            tuple(
                Unjudged(_logical_id(v), f"it has no UserName, in {v[CustomAttributes.FILE_PATH]}")
                for v in keys
                if v.get("UserName") is None
            ),
        )


def _declared(vertex: Vertex, users: dict[tuple[str, str], Vertex]) -> DeclaredKey:
    template: str = vertex[CustomAttributes.FILE_PATH]
    key = AccessKey(_logical_id(vertex), status_named(vertex.get("Status")))
    return DeclaredKey(_identity(vertex["UserName"], template, users), key, vertex)


def _identity(value: object, template: str, users: dict[tuple[str, str], Vertex]) -> UserIdentity:
    value = _without_line_marks(value)
    user = users.get((template, _referenced(value) or ""))
    if user is not None:
        name = _without_line_marks(user.get("UserName"))
        if isinstance(name, str) and "${" not in name:
            return UserIdentity.named(template, name)
        return UserIdentity(template, "resource", _logical_id(user))
    if isinstance(value, (str, int)) and "${" not in str(value):
        return UserIdentity.named(template, str(value))
    return UserIdentity(template, "expression", json.dumps(value, sort_keys=True, default=str))


def _referenced(value: object) -> str | None:
    """Return the logical id that `Ref`, or a `Fn::Sub` of nothing else, refers to."""
    if not isinstance(value, dict) or len(value) != 1:
        return None
    if isinstance(value.get("Ref"), str):
        return str(value["Ref"])
    whole = _SUB_OF_ONE_RESOURCE.fullmatch(str(value.get("Fn::Sub")))
    return whole.group(1) if whole else None


def _logical_id(vertex: Vertex) -> str:
    # Checkov's block name is the type, a dot, the logical id, which holds letters and digits only.
    return str(vertex[CustomAttributes.BLOCK_NAME]).rsplit(".", 1)[-1]


def _without_line_marks(value: Any) -> Any:  # noqa: ANN401  # intrinsics nest dicts, lists and scalars
    """Return a value without the line numbers that Checkov's parser leaves in its dicts."""
    if isinstance(value, dict):
        return {k: _without_line_marks(v) for k, v in value.items() if not str(k).startswith("__")}
    if isinstance(value, list):
        return [_without_line_marks(item) for item in value]
    return value
