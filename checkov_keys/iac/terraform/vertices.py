"""Which vertex of Checkov's graph stands for an instance of a block.

Checkov has one vertex for each block in each call of its module, or one for each instance, as far as it resolves them.
Its records are made from vertices, so every instance gets one of its own here, at the lines of the block.
"""

from __future__ import annotations

import os
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from checkov.common.graph.graph_builder.graph_components.attribute_names import CustomAttributes
from checkov.common.util.consts import END_LINE, START_LINE

from checkov_keys.domain.users import Unjudged
from checkov_keys.iac.terraform.addresses import ADDRESS, BlockName, address_of, block_index, file_path, root_of
from checkov_keys.iac.terraform.resource_types import KEY_TYPES
from checkov_keys.iac.terraform.resources import format_index

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator

    from checkov_keys.iac.common.graph_view import Vertex
    from checkov_keys.iac.terraform.configuration import Section
    from checkov_keys.iac.terraform.module_instance import ModuleInstance
    from checkov_keys.iac.terraform.module_tree import ModuleTree
    from checkov_keys.iac.terraform.repetition import Instance

# In a vertex that is not in the graph: lines and skip comments are read from the file.
MADE_HERE = "checkov_keys_made_here_"


class Vertices:
    """The vertices of one graph by what they stand for."""

    def __init__(self, vertices: Iterable[Vertex]) -> None:
        """Index the vertices of resources by file and name."""
        self._by_block: dict[tuple[str, str], list[Vertex]] = defaultdict(list)
        self._exact: dict[tuple[str, str], dict[Hashable, Vertex]] = {}
        for vertex in vertices:
            base, _ = block_index(vertex)
            # Checkov's runner of the JSON syntax keeps paths as they are given.
            self._by_block[os.path.abspath(file_path(vertex)), base].append(vertex)  # noqa: PTH100

    def find(self, owner: ModuleInstance, section: Section, instance: Instance, address: str) -> Vertex | None:
        """Return a vertex of its own for an instance of a block, None if Checkov has none of the block."""
        block = section.path, ".".join(section.labels)
        candidates = self._by_block.get(block, ())
        if not candidates:
            return None
        wanted, root = _path_of(owner), owner.root.module.directory
        exact = self._index(block)
        fitting = exact.get((root, *wanted, instance.key)) or exact.get((root, *wanted))
        if fitting is not None:
            return _at_address(fitting, address)
        best = max(candidates, key=lambda vertex: (root_of(vertex) == root, *_likeness(vertex, wanted, instance)))
        return _at_address(best, address)

    def _index(self, block: tuple[str, str]) -> dict[Hashable, Vertex]:
        """Return the first vertex of a block for each root, calls and key, and for each root and calls.

        A block may have thousands of vertices and as many instances: they are not compared with each other.
        """
        if block not in self._exact:
            self._exact[block] = {}
            for vertex in self._by_block[block]:
                place = (root_of(vertex), *_path_in_graph(vertex))
                self._exact[block].setdefault(place, vertex)
                self._exact[block].setdefault((*place, block_index(vertex)[1]), vertex)
        return self._exact[block]

    def find_unread(self, tree: ModuleTree) -> Iterator[Unjudged]:
        """Yield the keys in Checkov's graph whose blocks were not found in the files."""
        for (path, name), vertices in self._by_block.items():
            if vertices[0].get(CustomAttributes.RESOURCE_TYPE) not in KEY_TYPES:
                continue
            module = tree.module(os.path.dirname(path))  # noqa: PTH120  # as Checkov
            sections = module.resources.get(("resource", *name.partition(".")[::2]), ())
            if not any(section.path == path for section in sections) and not module.is_replaced(path):
                problem = next(
                    (each.reason for each in module.problems if each.path == path), "the file has no such block"
                )
                yield Unjudged(address_of(vertices[0]), f"it cannot be read: {problem}, in {path}")

    def make(self, section: Section, instance: Instance, address: str) -> Vertex:
        """Return a vertex for an instance of a block of which Checkov has none."""
        resource_type, name = section.labels[0], f"{section.labels[1]}{format_index(instance)}"
        lines = section.block.range
        return {
            CustomAttributes.ID: address,
            CustomAttributes.BLOCK_NAME: BlockName(f"{resource_type}.{name}"),
            CustomAttributes.BLOCK_TYPE: "resource",
            CustomAttributes.RESOURCE_TYPE: resource_type,
            CustomAttributes.FILE_PATH: section.path,
            CustomAttributes.CONFIG: {resource_type: {name: {}}},
            ADDRESS: address,
            START_LINE: lines.line,
            END_LINE: lines.end_line,
            MADE_HERE: True,
        }


def _at_address(vertex: Vertex, address: str) -> Vertex:
    """Return a copy of a vertex that Checkov reports under an address, and whose record it does not drop."""
    name = vertex[CustomAttributes.BLOCK_NAME]
    dotted = isinstance(name, str) and "[" in name and name.count(".") > 1
    return {
        **vertex,
        ADDRESS: address,
        # By this one the runner of the JSON syntax reports.
        CustomAttributes.ID: address,
        CustomAttributes.BLOCK_NAME: BlockName(name) if dotted else name,
    }


def _path_of(owner: ModuleInstance) -> list[tuple[str, object]]:
    """Return the calls that lead to a module instance, each with the key of its instance."""
    path: list[tuple[str, object]] = []
    call = owner.call
    while call is not None:
        path.insert(0, (call.name, call.instance.key))
        call = call.caller.call
    return path


def _path_in_graph(vertex: Vertex) -> list[tuple[str, object]]:
    path: list[tuple[str, object]] = []
    call: Any = vertex.get(CustomAttributes.SOURCE_MODULE_OBJECT)
    while call is not None:
        path.insert(0, (call.name, call.foreach_idx))
        call = call.nested_tf_module
    return path


def _likeness(vertex: Vertex, wanted: list[tuple[str, object]], instance: Instance) -> tuple[bool, int, bool]:
    """Return how well a vertex fits: the calls by name, their keys, then the key of the instance."""
    path = _path_in_graph(vertex)
    same_calls = [name for name, _ in path] == [name for name, _ in wanted]
    same_keys = sum(own == other for own, other in zip(path, wanted))
    _, index = block_index(vertex)
    return same_calls, same_keys, index == instance.key
