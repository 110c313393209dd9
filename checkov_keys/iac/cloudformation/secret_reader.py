"""CloudFormation templates → where the secrets of access keys are in plain sight."""

from __future__ import annotations

import os
from collections import defaultdict
from typing import TYPE_CHECKING

from checkov.cloudformation.cfn_utils import parse_entity_tags
from checkov.cloudformation.graph_builder.graph_components.block_types import BlockType
from checkov.common.graph.graph_builder.graph_components.attribute_names import CustomAttributes
from checkov.common.util.consts import END_LINE, START_LINE

from checkov_keys.iac.cloudformation.exposures import RESOURCES, find_exposures
from checkov_keys.iac.cloudformation.sections import KEY_TYPE, logical_id
from checkov_keys.iac.cloudformation.template_file import Extent, may_read_secret, read_template
from checkov_keys.iac.common.exposed_secrets import DeclaredExposure, SecretReading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checkov_keys.iac.cloudformation.exposures import Found
    from checkov_keys.iac.cloudformation.template_file import Template
    from checkov_keys.iac.common.graph_view import GraphView, Vertex

# In a vertex made for what Checkov makes no records of, such as outputs: its section and its name.
MADE_FOR = "checkov_keys_made_for_"


class CloudFormationSecretReader:
    """Follows the secrets of access keys for Checkov's CloudFormation and Serverless runners."""

    framework = "cloudformation"
    key_types: tuple[str, ...] = (KEY_TYPE,)

    def find_exposures(self, graph: GraphView) -> SecretReading:
        """Return every place in the templates where the secret of a key is in plain sight."""
        by_path: dict[str, list[Vertex]] = defaultdict(list)
        for vertex in graph.vertices():
            by_path[str(vertex.get(CustomAttributes.FILE_PATH))].append(vertex)
        keys = [
            (path, logical_id(vertex))
            for path, vertices in by_path.items()
            for vertex in vertices
            if vertex.get(CustomAttributes.RESOURCE_TYPE) == KEY_TYPE
        ]
        found = [each for path, vertices in by_path.items() for each in _declare(path, vertices)]
        return SecretReading(tuple(found), keys=tuple(keys))


def declare_exposures(template: Template, path: str, vertices: list[Vertex]) -> Iterator[DeclaredExposure]:
    """Yield the exposures of a template, with the vertices of its file, which Checkov has under this path."""
    resources = {
        logical_id(vertex): vertex
        for vertex in vertices
        if vertex.get(CustomAttributes.BLOCK_TYPE) == BlockType.RESOURCE
    }
    for found in find_exposures(template):
        if found.section != RESOURCES:
            yield DeclaredExposure(found.exposure, _make_vertex(found, template, path))
        elif found.name in resources:
            yield DeclaredExposure(found.exposure, _drop_odd_tags(resources[found.name]))


def _declare(path: str, vertices: list[Vertex]) -> Iterator[DeclaredExposure]:
    has_key = any(vertex.get(CustomAttributes.RESOURCE_TYPE) == KEY_TYPE for vertex in vertices)
    if has_key and may_read_secret(path):
        template = read_template(os.path.abspath(path), vertices)  # noqa: PTH100  # as Checkov
        yield from declare_exposures(template, path, vertices)


def _make_vertex(found: Found, template: Template, path: str) -> Vertex:
    """Return a vertex from which Checkov makes a record of it: a resource's, with a name that none has."""
    extent = template.extents.get((found.section, found.name), Extent())
    return {
        CustomAttributes.BLOCK_TYPE: BlockType.RESOURCE,
        # No resource has such a name, as one might have the output's; Checkov cuts names at dots.
        CustomAttributes.BLOCK_NAME: f"{found.section} {found.name}".replace(".", "\0"),
        CustomAttributes.ID: found.exposure.address,
        CustomAttributes.FILE_PATH: path,
        CustomAttributes.RESOURCE_TYPE: found.section,
        START_LINE: extent.first,
        END_LINE: extent.last,
        MADE_FOR: [found.section, found.name],
    }


def _drop_odd_tags(vertex: Vertex) -> Vertex:
    """Return a resource's vertex without tags at which Checkov would break when it makes a record of it."""
    try:
        parse_entity_tags(vertex.get("Tags"))
    except Exception:  # noqa: BLE001  # whatever Checkov breaks at
        return {name: value for name, value in vertex.items() if name != "Tags"}
    return vertex
