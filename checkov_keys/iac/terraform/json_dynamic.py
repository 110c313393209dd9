"""`dynamic` blocks in Terraform's JSON syntax, where nothing but their names tells them from arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkov_keys.iac.hcl.blocks import Attribute, Block, Body
from checkov_keys.iac.hcl.nodes import Literal, Mapping, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checkov_keys.iac.hcl.nodes import Node


def read_dynamic(attribute: Attribute) -> list[Block]:
    """Return what a property named `dynamic` holds as blocks; raise SyntaxProblem if it cannot be read.

    It maps types of blocks to one `dynamic` block each, or to several in a list.
    """
    return [
        _make_block(attribute, "dynamic", name, node)
        for outer in _list_mappings(attribute.expression)
        for name, inner in _list_pairs(outer)
        for node in _list_mappings(inner)
    ]


def _make_block(attribute: Attribute, block_type: str, label: str, node: Mapping) -> Block:
    body = Body({}, [])
    for name, inner in _list_pairs(node):
        if block_type == "dynamic" and name == "content":
            body.blocks.extend(_make_block(attribute, "content", "", each) for each in _list_mappings(inner))
        else:
            body.attributes[name] = _make_attribute(attribute, name, inner)
    where = attribute.range
    return Block(block_type, (label,) if label else (), body, where, attribute.name_range, where)


def _make_attribute(whole: Attribute, name: str, node: Node) -> Attribute:
    return Attribute(name, whole.name_range, whole.expression_range, lambda *_: node)


def _list_mappings(node: Node) -> Iterator[Mapping]:
    for each in node.items if isinstance(node, Sequence) else (node,):
        if isinstance(each, Mapping):
            yield each


def _list_pairs(node: Mapping) -> Iterator[tuple[str, Node]]:
    for key, value in node.pairs:
        if isinstance(key, Literal) and isinstance(key.value, str):
            yield key.value, value
