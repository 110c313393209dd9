"""The sections of one CloudFormation template, as they are in Checkov's graph; intrinsic functions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from checkov.cloudformation.graph_builder.graph_components.block_types import BlockType
from checkov.common.graph.graph_builder.graph_components.attribute_names import CustomAttributes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from checkov_keys.iac.common.graph_view import Vertex

USER_TYPE = "AWS::IAM::User"
KEY_TYPE = "AWS::IAM::AccessKey"
# Checkov's parser adds to each mapping where it is, under names like __startline__.
_MARK = "__"


class Function(NamedTuple):
    """An intrinsic function and its argument.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
    """

    name: str
    argument: Any


@dataclass
class Sections:
    """The sections of one template, each as properties by logical id."""

    path: str
    keys: dict[str, Vertex] = field(default_factory=dict)
    user_blocks: dict[str, Vertex] = field(default_factory=dict)
    users: dict[str, dict[str, Any]] = field(default_factory=dict)
    parameters: dict[str, dict[str, Any]] = field(default_factory=dict)
    mappings: dict[str, dict[str, Any]] = field(default_factory=dict)
    conditions: dict[str, dict[str, Any]] = field(default_factory=dict)


def group_sections(vertices: Iterable[Vertex]) -> Iterable[Sections]:
    """Return the templates in a graph, with the sections that decide about access keys."""
    templates: dict[str, Sections] = {}
    for vertex in vertices:
        path = str(vertex.get(CustomAttributes.FILE_PATH))
        template = templates.get(path)
        if template is None:
            template = templates[path] = Sections(path)
        block_type = vertex.get(CustomAttributes.BLOCK_TYPE)
        if block_type == BlockType.RESOURCE:
            resource_type = vertex.get(CustomAttributes.RESOURCE_TYPE)
            if resource_type == KEY_TYPE:
                template.keys[logical_id(vertex)] = vertex
            elif resource_type == USER_TYPE:
                template.user_blocks[logical_id(vertex)] = vertex
                template.users[logical_id(vertex)] = get_written(vertex)
        elif block_type == BlockType.PARAMETERS:
            template.parameters[logical_id(vertex)] = get_written(vertex)
        elif block_type == BlockType.MAPPINGS:
            template.mappings[logical_id(vertex)] = get_written(vertex)
        elif block_type == BlockType.CONDITIONS:
            template.conditions[logical_id(vertex)] = get_written(vertex)
    return templates.values()


def logical_id(vertex: Vertex) -> str:
    """Return a block's logical id. Checkov puts a resource's type and a dot before it."""
    name = str(vertex.get(CustomAttributes.BLOCK_NAME))
    return name.rsplit(".", 1)[-1] if vertex.get(CustomAttributes.BLOCK_TYPE) == BlockType.RESOURCE else name


def get_written(vertex: Vertex) -> dict[str, Any]:
    """Return a block as it is in the template, except for `Ref`s in resources, which may be replaced by defaults.

    Checkov's rendered attributes do not have Fn::If, only what it chooses with the defaults. The configuration that
    Checkov also keeps is as written, unless Checkov (3.3) has replaced a `Ref` or `Fn::Sub` in it by a rendered text.
    The call itself is then kept under its full name, `UserName.Fn::Sub`.
    """
    block = vertex.get(CustomAttributes.CONFIG)
    if not isinstance(block, dict):
        return {}
    rendered = vertex.get(CustomAttributes.RENDERING_BREADCRUMBS) or ()
    calls = [
        (path, {name: argument})
        for path in rendered
        for name in ("Ref", "Fn::Sub")
        if isinstance(argument := vertex.get(f"{path}.{name}"), str)
    ]
    if calls:
        block = strip_marks(block)
    for path, call in calls:
        _restore(block, path.split("."), call)
    return block


def find_function(value: object) -> Function | None:
    """Return the function that a value calls, None for any other value."""
    if not isinstance(value, dict):
        return None
    names = [name for name in value if not str(name).startswith(_MARK)]
    if len(names) != 1 or not isinstance(names[0], str):
        return None
    name = str(names[0])
    return Function(name, value[name]) if name in ("Ref", "Condition") or name.startswith("Fn::") else None


def get_entries(value: object) -> dict[str, Any]:
    """Return a mapping without the marks that Checkov's parser leaves in it, empty for any other value."""
    if not isinstance(value, dict):
        return {}
    return {spell_scalar(name): item for name, item in value.items() if not str(name).startswith(_MARK)}


def spell_scalar(scalar: object) -> str:
    """Return a scalar as a text, as CloudFormation does: 1 is "1", true is "true"."""
    return str(scalar).lower() if isinstance(scalar, bool) else str(scalar)


def strip_marks(value: Any) -> Any:  # noqa: ANN401  # templates nest dicts, lists and scalars
    """Return a value without the marks that Checkov's parser leaves in it."""
    if isinstance(value, dict):
        return {name: strip_marks(item) for name, item in get_entries(value).items()}
    return [strip_marks(item) for item in value] if isinstance(value, list) else value


def _restore(value: Any, path: list[str], call: dict[str, str]) -> None:  # noqa: ANN401  # see plain
    *parents, last = path
    for step in parents:
        if isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            value = value.get(step) if isinstance(value, dict) else None
    if isinstance(value, dict) and isinstance(value.get(last), str):
        value[last] = call
