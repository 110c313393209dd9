"""Checkov's graph of Terraform files without what Checkov evaluates.

Readers take no value from Checkov, and give every instance a vertex of its own. So if nothing but this pack's checks
runs, Checkov need not render variables, unfold blocks, or load a module once for every way that leads from a root to
it: a local that doubles forty times, a count of a billion, or thirty modules of which each calls the next one twice
would take it all the time and memory that there is.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from checkov.terraform.graph_builder.local_graph import TerraformLocalGraph
from checkov.terraform.tf_parser import TFParser

if TYPE_CHECKING:
    from collections.abc import Iterator


def _find_root_file(way: dict[str, Any]) -> str:
    while way["nested_modules_data"] is not None:
        way = way["nested_modules_data"]
    return str(way["file"])


@contextmanager
def plain_graphs() -> Iterator[None]:
    """Have Checkov build graphs of blocks as they are written, as long as this lasts."""
    build = TerraformLocalGraph.build_graph

    def build_plainly(graph: TerraformLocalGraph, render_variables: bool) -> None:  # noqa: ARG001, FBT001  # as Checkov
        graph.enable_foreach_handling = graph.enable_modules_foreach_handling = False
        build(graph, render_variables=False)

    load = TFParser._internal_dir_load  # noqa: SLF001
    called: set[tuple[int, str, str, str]] = set()

    def load_once(parser: TFParser, directory: str, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  # as Checkov
        way = kwargs.get("nested_modules_data")
        if way is not None:
            # Checkov drops what a directory calls that turns out to be a module itself, so each root has its own.
            place = id(parser), os.path.realpath(directory), str(way["file"]), _find_root_file(way)
            if place in called:
                return
            called.add(place)
        load(parser, directory, *args, **kwargs)

    plain_graph = patch.object(TerraformLocalGraph, "build_graph", build_plainly)
    with plain_graph, patch.object(TFParser, "_internal_dir_load", load_once):
        yield
