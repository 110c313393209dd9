"""Checkov's graph of Terraform files, with an end to what Checkov evaluates for it.

Readers take no value from Checkov, and give every instance a vertex of its own. So if nothing but this pack's checks
runs, Checkov need not render variables, unfold blocks, or load a module once for every way that leads to it, as soon as
that takes more than any template that a person writes. A local that doubles forty times, a count of a billion, or
thirty modules of which each calls the next one twice would take it all the time and memory that there is.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, Callable
from unittest.mock import patch

from checkov.terraform.graph_builder.foreach.module_handler import ForeachModuleHandler
from checkov.terraform.graph_builder.foreach.resource_handler import ForeachResourceHandler
from checkov.terraform.graph_builder.variable_rendering.renderer import TerraformVariableRenderer
from checkov.terraform.tf_parser import TFParser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checkov.terraform.graph_builder.local_graph import TerraformLocalGraph

# How often one value may be written into another one, directly or through others.
_MOST_COPIES = 20_000
# How many instances Checkov makes vertices of in one graph, and how many calls of modules it follows in one scan.
_MOST_INSTANCES, _MOST_LOADED = 500, 500
_ALL = ("all",)


@contextmanager
def bound_graphs() -> Iterator[None]:
    """Have Checkov leave blocks as they are written where more would take too much, as long as this lasts."""
    render = TerraformVariableRenderer.render_variables_from_local_graph

    def render_boundedly(renderer: TerraformVariableRenderer) -> None:
        if count_copies(renderer.local_graph) <= _MOST_COPIES:
            render(renderer)

    made: Counter[int] = Counter()
    with ExitStack() as stack:
        stack.enter_context(
            patch.object(TerraformVariableRenderer, "render_variables_from_local_graph", render_boundedly)
        )
        stack.enter_context(patch.object(TFParser, "_internal_dir_load", _load_boundedly()))
        for handler in (ForeachResourceHandler, ForeachModuleHandler):
            for name in ("_create_new_resources_count", "_create_new_resources_foreach"):
                unfold = _unfold_boundedly(getattr(handler, name), made)
                stack.enter_context(patch.object(handler, name, unfold))
        yield


def _unfold_boundedly(unfold: Callable[..., None], made: Counter[int]) -> Callable[..., None]:
    def unfold_some(handler: Any, statement: Any, block: int) -> None:  # noqa: ANN401  # as Checkov
        graph = id(handler.local_graph)
        made[graph] += statement if isinstance(statement, int) else len(statement)
        if made[graph] <= _MOST_INSTANCES:
            unfold(handler, statement, block)

    return unfold_some


def _load_boundedly() -> Callable[..., None]:
    load = TFParser._internal_dir_load  # noqa: SLF001
    loaded: Counter[tuple[str, ...]] = Counter()

    def load_some(parser: TFParser, directory: str, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  # as Checkov
        way = kwargs.get("nested_modules_data")
        if way is not None:
            # Checkov drops what a directory calls that turns out to be a module itself, so each root has its own.
            place = str(id(parser)), os.path.realpath(directory), str(way["file"]), _find_root_file(way)
            loaded[place] += 1
            loaded[_ALL] += 1
            if loaded[place] > 1 and loaded[_ALL] > _MOST_LOADED:
                return
        load(parser, directory, *args, **kwargs)

    return load_some


def _find_root_file(way: dict[str, Any]) -> str:
    while way["nested_modules_data"] is not None:
        way = way["nested_modules_data"]
    return str(way["file"])


def count_copies(graph: TerraformLocalGraph) -> int:
    """Return how often the value that most others are written into would have another one written into it.

    A name that is in a text twice counts twice, which the edges of Checkov's graph do not tell.
    """
    inside: dict[int, list[tuple[int, int]]] = {}
    for edge in graph.edges:
        origin, target = graph.vertices[edge.origin], graph.vertices[edge.dest]
        word = str(target.name).rpartition(".")[2]
        times = len(re.findall(rf"\b{re.escape(word)}\b", str(origin.attributes.get(edge.label, ""))))
        inside.setdefault(edge.origin, []).append((edge.dest, max(times, 1)))
    copies: dict[int, int] = {}
    for start in inside:
        _count_from(start, inside, copies)
    return max(copies.values(), default=0)


def _count_from(start: int, inside: dict[int, list[tuple[int, int]]], copies: dict[int, int]) -> None:
    """Note the copies in a vertex and in all that it refers to; what refers to itself counts once."""
    waiting, opened = [start], set()
    while waiting:
        vertex = waiting[-1]
        if vertex in copies:
            waiting.pop()
        elif vertex in opened:
            waiting.pop()
            copies[vertex] = sum(times * (1 + copies.get(other, 0)) for other, times in inside.get(vertex, ()))
        else:
            opened.add(vertex)
            waiting += [other for other, _ in inside.get(vertex, ()) if other not in copies and other not in opened]
