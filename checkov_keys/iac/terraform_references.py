"""References between Terraform blocks, followed to the values that they mean."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from checkov.common.graph.graph_builder.graph_components.attribute_names import CustomAttributes

from checkov_keys.iac.terraform_blocks import INDEX, module_instance, root_of
from checkov_keys.iac.terraform_source import TerraformSource, unwrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checkov_keys.iac.graph_access import GraphView, Vertex

_OUTPUT = re.compile(rf"(module\.[\w-]+)({INDEX}?)\.([\w-]+)")
_LOCAL = re.compile(r"local\.([\w-]+)")
_VARIABLE = re.compile(r"var\.([\w-]+)")
_BLOCK_TYPE = CustomAttributes.BLOCK_TYPE
_BLOCK_NAME = CustomAttributes.BLOCK_NAME


class Found(NamedTuple):
    """A value, the block that holds it, and the name under which it does."""

    value: object
    block: Vertex
    attribute: str


class References:
    """Follows references within one graph."""

    def __init__(self, graph: GraphView, vertices: Iterable[Vertex]) -> None:
        """Index the blocks that a reference can lead to, by root module, module instance, type and name."""
        self._graph = graph
        self._source = TerraformSource()
        self._blocks: dict[tuple[str, str, str, str], Vertex] = {
            (root_of(vertex), module_instance(vertex), str(vertex[_BLOCK_TYPE]), str(vertex[_BLOCK_NAME])): vertex
            for vertex in vertices
            if vertex.get(_BLOCK_TYPE) in ("locals", "module", "output", "variable")
        }

    def value(self, block: Vertex, attribute: str) -> Found:
        """Return an attribute's value, and the block that it was written in where references could be followed.

        What Checkov rendered stands, but for two things: outputs of modules, which are followed by what the files
        say, and variables that are null, which Checkov leaves unrendered.
        """
        found = self._through_outputs(Found(block.get(attribute), block, attribute))
        return found._replace(value=None) if self._is_null(found) else found

    def reachable(self, found: Found) -> Iterator[Vertex]:
        """Yield every block that a value comes from, hop by hop."""
        todo = [(found.block, found.attribute)]
        seen: set[tuple[int, str]] = set()
        while todo:
            block, attribute = todo.pop()
            if (id(block), attribute) in seen:
                continue
            seen.add((id(block), attribute))
            for target in self._graph.targets(block, attribute):
                yield target
                following = _attribute_that_matters(block, target)
                if following:
                    todo.append((target, following))

    def _is_null(self, found: Found) -> bool:
        variable = _VARIABLE.fullmatch(unwrapped(str(found.value)))
        return variable is not None and any(
            block.get(_BLOCK_TYPE) == "variable"
            and block[_BLOCK_NAME] == variable.group(1)
            and block.get("default", "") is None
            for block in self.reachable(found)
        )

    def _through_outputs(self, start: Found) -> Found:
        found = start
        seen = set()
        while id(found.block) not in seen and self._leads_through_output(found):
            seen.add(id(found.block))
            expression = self._source.expression(found.block, found.attribute)
            if expression is None:
                break
            following = self._referenced(expression, found.block)
            if following is None:
                return found._replace(value=expression)
            found = following
        return found

    def _leads_through_output(self, found: Found) -> bool:
        return any(block.get(_BLOCK_TYPE) == "output" for block in self.reachable(found))

    def _referenced(self, expression: str, block: Vertex) -> Found | None:
        """Return what an expression that is one reference refers to, None for any other expression."""
        root, place = root_of(block), module_instance(block)
        output, local, variable = (pattern.fullmatch(expression) for pattern in (_OUTPUT, _LOCAL, _VARIABLE))
        if output:
            call, index, name = output.groups()
            return self._found(root, f"{place}{call}{index}.", "output", name, "value")
        if local:
            return self._found(root, place, "locals", local.group(1), local.group(1))
        if variable:
            caller, _, call = place.rstrip(".").rpartition("module.")
            argument = self._found(root, caller, "module", call, variable.group(1))
            if argument is not None and variable.group(1) in argument.block:
                return argument
            return self._found(root, place, "variable", variable.group(1), "default")
        return None

    def _found(self, root: str, place: str, block_type: str, name: str, attribute: str) -> Found | None:
        block = self._blocks.get((root, place, block_type, name))
        return Found(block.get(attribute), block, attribute) if block is not None else None


def _attribute_that_matters(origin: Vertex, target: Vertex) -> str | None:
    """Return the attribute of a block through which a reference goes on, None where it ends."""
    block_type = target.get(_BLOCK_TYPE)
    if block_type == "module":
        # A variable's edge leads to the call that sets it, whose argument has the variable's name.
        return str(origin[_BLOCK_NAME])
    if block_type == "locals":
        return str(target[_BLOCK_NAME])
    return {"output": "value", "variable": "default", "data": "user_name"}.get(str(block_type))
