"""Checkov's graph of a scan, whichever library holds it: its vertices, and the edges that leave them."""

from __future__ import annotations

from collections import defaultdict
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from checkov.common.graph.graph_builder.graph_components.attribute_names import CustomAttributes
from networkx import DiGraph

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

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
        self._targets: dict[tuple[int, str], list[Vertex]] = defaultdict(list)
        self._blocks: dict[str, list[Vertex]] = defaultdict(list)
        # networkx keeps one edge between two vertices, the last one that Checkov adds; rustworkx keeps all.
        self.has_all_edges = not isinstance(graph, DiGraph)
        self.notes: dict[str, Any] = _notes_of(graph)
        if isinstance(graph, DiGraph):
            nodes, edges = graph.nodes(data=True), graph.edges(data=True)
        else:
            nodes, edges = graph.nodes(), graph.weighted_edge_list()
        for node, attributes in nodes:
            self._vertices[node] = attributes
            self._blocks[str(attributes.get(CustomAttributes.BLOCK_TYPE))].append(attributes)
        for origin, target, data in edges:
            self._targets[id(self._vertices[origin]), data["label"]].append(self._vertices[target])

    def vertices(self) -> Iterator[Vertex]:
        """Yield every vertex, in the graph's own order."""
        yield from self._vertices.values()

    def blocks(self, block_type: str) -> Sequence[Vertex]:
        """Return the vertices of one block type: `resource`, `module`, `provider` and so on."""
        return self._blocks.get(block_type, ())

    def targets(self, vertex: Vertex, label: str) -> Sequence[Vertex]:
        """Return the vertices that the attribute `label` of a vertex refers to."""
        return self._targets.get((id(vertex), label), ())


@contextmanager
def note_on_graph(graph: LibraryGraph, name: str, note: object) -> Iterator[None]:
    """Write something on a graph that its view finds among `notes`, meanwhile.

    Checks are given nothing else of a scan. Checkov sends the graph to another process afterwards, which may know no
    class of this package.
    """
    before = _notes_of(graph)
    _write_notes(graph, {**before, name: note})
    try:
        yield
    finally:
        _write_notes(graph, before)


def _write_notes(graph: LibraryGraph, notes: dict[str, Any]) -> None:
    if isinstance(graph, DiGraph):
        graph.graph = notes
    else:
        graph.attrs = notes or None


def _notes_of(graph: LibraryGraph) -> dict[str, Any]:
    notes = graph.graph if isinstance(graph, DiGraph) else graph.attrs
    return dict(notes) if isinstance(notes, dict) else {}
