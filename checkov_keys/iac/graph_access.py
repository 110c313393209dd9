"""Checkov's graph of a scan, whichever library holds it: its vertices, and the edges that leave them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from networkx import DiGraph

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from checkov.common.typing import LibraryGraph

# What Checkov knows of one block: rendered values under their names, its own notes under `file_path_` and the like.
Vertex = dict[str, Any]


class GraphView:
    """A read-only view of a graph, the same for rustworkx (Checkov's default) and networkx.

    https://www.checkov.io/2.Basics/CLI%20Command%20Reference.html, CHECKOV_GRAPH_FRAMEWORK, chooses the library.
    """

    def __init__(self, graph: LibraryGraph) -> None:
        """Index the graph once, in time linear in its size."""
        self._vertices: dict[Hashable, Vertex] = {}
        self._targets: dict[tuple[Hashable, str], list[Hashable]] = defaultdict(list)
        if isinstance(graph, DiGraph):
            nodes, edges = graph.nodes(data=True), graph.edges(data=True)
        else:
            nodes, edges = graph.nodes(), graph.weighted_edge_list()
        for node, attributes in nodes:
            self._vertices[node] = attributes
        for origin, target, data in edges:
            self._targets[origin, data["label"]].append(target)
        self._nodes = {id(attributes): node for node, attributes in self._vertices.items()}

    def vertices(self) -> Iterator[Vertex]:
        """Yield every vertex, in the graph's own order."""
        yield from self._vertices.values()

    def targets(self, vertex: Vertex, label: str) -> list[Vertex]:
        """Return the vertices that the attribute `label` of a vertex refers to."""
        return [self._vertices[node] for node in self._targets.get((self._nodes[id(vertex)], label), [])]
