"""What a Terraform file says, before Checkov rendered it.

Checkov keeps only rendered values, and some of them are wrong: it binds every reference to a module's output to the
first call of that module's source (https://github.com/bridgecrewio/checkov/issues/7674), renders `var.a == ""` as
None, and takes `var.a != "" ? 1 : 0` for 1 inside modules. Where that matters, the file itself is read again.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checkov.common.graph.graph_builder.graph_components.attribute_names import CustomAttributes

from checkov_keys.iac.hcl.syntax import (
    ExpressionError,
    Items,
    Literal,
    Node,
    Pairs,
    blocks,
    parse_expression,
    parse_template,
)
from checkov_keys.iac.terraform.addresses import block_name, file_path

if TYPE_CHECKING:
    from checkov_keys.iac.common.graph_view import Vertex

logger = logging.getLogger(__name__)

# The labels of a block, and the expression of each attribute as text or, from JSON, as a value.
_BlockKey = tuple[str, tuple[str, ...]]
_Attributes = dict[str, Any]


class TerraformSource:
    """Reads Terraform files, each once, when something is asked of it."""

    def __init__(self) -> None:
        """Start with nothing read."""
        self._files: dict[str, dict[_BlockKey, _Attributes]] = {}

    def attributes(self, vertex: Vertex) -> _Attributes | None:
        """Return the attributes that the file gives a block, None where the file cannot tell."""
        block_type = str(vertex[CustomAttributes.BLOCK_TYPE])
        name = block_name(vertex).split("[", 1)[0]
        labels = () if block_type == "locals" else tuple(name.split(".", 1))
        return self._file(file_path(vertex)).get((block_type, labels))

    def values(self, path: str) -> _Attributes:
        """Return the values that a file of variable definitions (tfvars) gives."""
        return self._file(path).get(("", ()), {})

    def _file(self, path: str) -> dict[_BlockKey, _Attributes]:
        if path not in self._files:
            try:
                text = Path(path).read_text(encoding="utf-8-sig")
                self._files[path] = _json_blocks(json.loads(text)) if path.endswith(".json") else _hcl_blocks(text)
            except (OSError, ValueError, RecursionError) as error:
                logger.info("cannot read %s again: %s", path, error)
                self._files[path] = {}
        return self._files[path]


def expression(source: object) -> Node:
    """Return an attribute that `attributes()` gave as a tree; raise ExpressionError where it is none."""
    return parse_expression(source) if isinstance(source, _NativeText) else _json_expression(source)


class _NativeText(str):
    """An expression in Terraform's native syntax, to tell it from a string of its JSON syntax."""

    __slots__ = ()


def _hcl_blocks(text: str) -> dict[_BlockKey, _Attributes]:
    found: dict[_BlockKey, _Attributes] = {}
    for block in blocks(text):
        attributes = found.setdefault((block.type, block.labels), {})
        attributes.update((name, _NativeText(value.text)) for name, value in block.attributes.items())
    return found


def _json_blocks(document: object) -> dict[_BlockKey, _Attributes]:
    """Return the blocks of a file in the JSON syntax.

    https://developer.hashicorp.com/terraform/language/syntax/json
    """
    found: dict[_BlockKey, _Attributes] = {("", ()): dict(_entries(document))}
    for block_type, content in _entries(document):
        depth = {"locals": 0, "resource": 2, "data": 2}.get(block_type, 1)
        for labels, attributes in _labelled(content, depth):
            found.setdefault((block_type, labels), {}).update(attributes)
    return found


def _labelled(content: object, depth: int) -> list[tuple[tuple[str, ...], _Attributes]]:
    bodies = content if isinstance(content, list) else [content]
    if not depth:
        return [((), body) for body in bodies if isinstance(body, dict)]
    return [
        ((label, *labels), attributes)
        for body in bodies
        for label, inside in _entries(body)
        for labels, attributes in _labelled(inside, depth - 1)
    ]


def _entries(value: object) -> list[tuple[str, Any]]:
    return list(value.items()) if isinstance(value, Mapping) else []


def _json_expression(value: object) -> Node:
    if isinstance(value, str):
        return parse_template(value)
    if isinstance(value, list):
        return Items(tuple(_json_expression(item) for item in value))
    if isinstance(value, dict):
        return Pairs(tuple((parse_template(str(key)), _json_expression(item)) for key, item in value.items()))
    if value is None or isinstance(value, (bool, int, float)):
        return Literal(value)
    raise ExpressionError(f"no expression: {value!r}")
