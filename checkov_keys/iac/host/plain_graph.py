"""Checkov's graph of Terraform files without what Checkov evaluates.

Readers take no value from Checkov, and give every instance a vertex of its own. So where nothing but this pack's checks
runs, Checkov need not render variables or unfold blocks: a local that doubles forty times, or a count of a billion,
would take it all memory there is.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING
from unittest.mock import patch

from checkov.terraform.graph_builder.local_graph import TerraformLocalGraph

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def plain_graphs() -> Iterator[None]:
    """Have Checkov build graphs of blocks as they are written, as long as this lasts."""
    build = TerraformLocalGraph.build_graph

    def build_plainly(graph: TerraformLocalGraph, render_variables: bool) -> None:  # noqa: ARG001, FBT001  # as Checkov
        graph.enable_foreach_handling = graph.enable_modules_foreach_handling = False  # type: ignore[assignment]  # int
        build(graph, render_variables=False)

    with patch.object(TerraformLocalGraph, "build_graph", build_plainly):
        yield
