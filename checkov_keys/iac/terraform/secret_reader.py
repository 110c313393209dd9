"""Terraform HCL, Terraform JSON and plans → where the secrets of access keys are in plain sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkov.common.graph.graph_builder.graph_components.attribute_names import CustomAttributes
from checkov.common.util.consts import END_LINE, START_LINE

from checkov_keys.domain.users import Unjudged
from checkov_keys.iac.common.exposed_secrets import DeclaredExposure, SecretReading
from checkov_keys.iac.terraform.addresses import ADDRESS, CALLS, BlockName, is_planned
from checkov_keys.iac.terraform.module_tree import ModuleTree
from checkov_keys.iac.terraform.planned_exposures import find_planned_exposures
from checkov_keys.iac.terraform.resource_types import KEY_TYPES
from checkov_keys.iac.terraform.root import Root
from checkov_keys.iac.terraform.scan_context import ScanContext, guess_context
from checkov_keys.iac.terraform.secret_exposures import ExposureFinder, FoundExposure
from checkov_keys.iac.terraform.secret_reach import SecretReach
from checkov_keys.iac.terraform.vertices import MADE_HERE, Vertices

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checkov_keys.iac.common.graph_view import GraphView, Vertex
    from checkov_keys.iac.terraform.configuration import Section


class TerraformSecretReader:
    """Follows the secrets of access keys for Checkov's Terraform, Terraform JSON and plan runners."""

    framework = "terraform"
    key_types: tuple[str, ...] = KEY_TYPES

    def find_exposures(self, graph: GraphView) -> SecretReading:
        """Return every place in configurations and plans where the secret of a key is in plain sight."""
        vertices = graph.blocks("resource")
        found: list[DeclaredExposure | Unjudged] = []
        found += find_planned_exposures(graph.notes.get("plans", ()), filter(is_planned, vertices))
        found += _find_configured(graph.notes.get("terraform") or guess_context(graph), graph)
        return SecretReading(
            tuple(each for each in found if isinstance(each, DeclaredExposure)),
            tuple(each for each in found if isinstance(each, Unjudged)),
        )


def find_root_exposures(context: ScanContext) -> Iterator[FoundExposure | Unjudged]:
    """Yield the sinks of every root module of a scan, whichever of Checkov's runners reports them."""
    tree = context.tree or ModuleTree()
    for module in tree.find_roots(context.directories):
        reach = SecretReach(tree, module)
        if reach.list_outputs(module) or reach.is_needed(module):
            root = Root(tree, module, [context.root], context.value_files, follows_secrets=True)
            yield from ExposureFinder(root, reach).find()


def _find_configured(context: ScanContext, graph: GraphView) -> Iterator[DeclaredExposure | Unjudged]:
    """Yield the sinks in the files of the runner that asks, and what could not be looked at."""
    vertices: Vertices | None = None
    for found in find_root_exposures(context):
        if isinstance(found, Unjudged):
            yield found
        elif found.section.path.endswith(".json") is context.is_json:
            if vertices is None:
                vertices = Vertices(vertex for vertex in graph.blocks("resource") if not is_planned(vertex))
            yield DeclaredExposure(found.exposure, _find_vertex(found, vertices))


def _find_vertex(found: FoundExposure, vertices: Vertices) -> Vertex:
    """Return what Checkov makes a record from: of a resource its vertex if Checkov has one, else one made here."""
    section, address = found.section, found.exposure.address
    vertex: Vertex | None = None
    if section.block.type == "resource":
        vertex = vertices.find(found.owner, section, found.instance, address)
        if vertex is None:
            vertex = vertices.make(section, found.instance, address)
    else:
        vertex = _make_vertex(section, address)
    return {**vertex, CALLS: (found.owner.root.module.directory, found.owner.names)}


def _make_vertex(section: Section, address: str) -> Vertex:
    """Return a vertex for an output or a data source, as for a resource: Checkov's records know no other block."""
    kind, name = section.block.type, ".".join(section.labels)
    return {
        CustomAttributes.ID: address,
        CustomAttributes.BLOCK_NAME: BlockName(f"{kind}.{name}"),
        CustomAttributes.BLOCK_TYPE: "resource",
        CustomAttributes.RESOURCE_TYPE: kind,
        CustomAttributes.FILE_PATH: section.path,
        CustomAttributes.CONFIG: {kind: {name: {}}},
        ADDRESS: address,
        START_LINE: section.block.range.line,
        END_LINE: section.block.range.end_line,
        MADE_HERE: True,
    }
