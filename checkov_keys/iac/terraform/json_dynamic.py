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


def read_nested(attribute: Attribute) -> list[Body]:
    """Return what a property holds as bodies of nested blocks if a `dynamic` block is in it, nothing otherwise.

    Raise SyntaxProblem if it cannot be read.
    """
    mappings = list(_list_mappings(attribute.expression))
    return [_make_body(attribute, each) for each in mappings] if any(map(_has_dynamic, mappings)) else []


def _has_dynamic(node: Mapping) -> bool:
    """Tell whether a `dynamic` block is somewhere in a mapping."""
    waiting: list[Mapping] = [node]
    while waiting:
        for name, inner in _list_pairs(waiting.pop()):
            if name == "dynamic" and any(map(_is_dynamic, _list_mappings(inner))):
                return True
            waiting.extend(_list_mappings(inner))
    return False


def _is_dynamic(node: Mapping) -> bool:
    """Tell whether a property named `dynamic` says for what each block is made, and what is in it."""
    blocks = [block for _, inner in _list_pairs(node) for block in _list_mappings(inner)]
    return any({name for name, _ in _list_pairs(block)} >= {"for_each", "content"} for block in blocks)


def _make_body(whole: Attribute, node: Mapping) -> Body:
    return Body({name: _make_attribute(whole, name, inner) for name, inner in _list_pairs(node)}, [])


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
