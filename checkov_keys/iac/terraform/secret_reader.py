"""Terraform HCL, Terraform JSON and plans → where the secrets of access keys are in plain sight."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from checkov.common.graph.graph_builder.graph_components.attribute_names import CustomAttributes
from checkov.common.util.consts import END_LINE, START_LINE

from checkov_keys.domain.users import Unjudged
from checkov_keys.iac.common.exposed_secrets import DeclaredExposure, SecretReading
from checkov_keys.iac.terraform.addresses import ADDRESS, CALLS, BlockName, address_of, file_path, is_planned
from checkov_keys.iac.terraform.module_tree import ModuleTree
from checkov_keys.iac.terraform.planned_exposures import find_planned_exposures
from checkov_keys.iac.terraform.resource_types import KEY_TYPES
from checkov_keys.iac.terraform.root import Root
from checkov_keys.iac.terraform.scan_context import ScanContext, guess_context
from checkov_keys.iac.terraform.secret_exposures import ExposureFinder, FoundExposure
from checkov_keys.iac.terraform.secret_reach import SecretReach
from checkov_keys.iac.terraform.vertices import MADE_HERE, Vertices

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checkov_keys.iac.common.graph_view import GraphView, Vertex
    from checkov_keys.iac.terraform.configuration import Section


class TerraformSecretReader:
    """Follows the secrets of access keys for Checkov's Terraform, Terraform JSON and plan runners."""

    framework = "terraform"
    key_types: tuple[str, ...] = KEY_TYPES

    def find_exposures(self, graph: GraphView) -> SecretReading:
        """Return every place in configurations and plans where the secret of a key is in plain sight."""
        planned = [vertex for vertex in graph.blocks("resource") if is_planned(vertex)]
        found: list[DeclaredExposure | Unjudged] = []
        found += find_planned_exposures(graph.notes.get("plans", ()), planned)
        keys = [
            (file_path(vertex), address_of(vertex))
            for vertex in planned
            if vertex.get(CustomAttributes.RESOURCE_TYPE) in KEY_TYPES
        ]
        context = graph.notes.get("terraform") or guess_context(graph)
        for root in follow_roots(context):
            keys += root.keys
            found += _declare(root.found, context, graph)
        return SecretReading(
            tuple(each for each in found if isinstance(each, DeclaredExposure)),
            tuple(each for each in found if isinstance(each, Unjudged)),
            tuple(keys),
        )


class FollowedRoot(NamedTuple):
    """A root module: the blocks of its keys, each by file and address, its sinks, and what could not be looked at."""

    keys: tuple[tuple[str, str], ...]
    found: tuple[FoundExposure | Unjudged, ...]


def follow_roots(context: ScanContext) -> Iterator[FollowedRoot]:
    """Yield what is found in every root module of a scan, whichever of Checkov's runners reports it."""
    tree = context.tree or ModuleTree()
    for module in tree.find_roots(context.directories):
        reach = SecretReach(tree, module)
        found: tuple[FoundExposure | Unjudged, ...] = ()
        if reach.list_outputs(module) or reach.is_needed(module):
            root = Root(tree, module, [context.root], context.value_files, follows_secrets=True)
            found = tuple(ExposureFinder(root, reach).find())
        yield FollowedRoot(reach.list_keys(), found)


def _declare(
    found: Iterable[FoundExposure | Unjudged], context: ScanContext, graph: GraphView
) -> Iterator[DeclaredExposure | Unjudged]:
    """Yield the sinks in the files of the runner that asks, and what could not be looked at."""
    vertices: Vertices | None = None
    for each in found:
        if isinstance(each, Unjudged):
            yield each
        elif each.section.path.endswith(".json") is context.is_json:
            if vertices is None:
                vertices = Vertices(vertex for vertex in graph.blocks("resource") if not is_planned(vertex))
            yield DeclaredExposure(each.exposure, _find_vertex(each, vertices))


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
