"""Finds what the module blocks of a file in Terraform's native syntax call, by its syntax."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkov_keys.iac.hcl.blocks import parse_file
from checkov_keys.iac.hcl.nodes import Literal
from checkov_keys.iac.hcl.tokens import SyntaxProblem

if TYPE_CHECKING:
    from checkov_keys.iac.hcl.blocks import Attribute


def parse_calls(content: bytes) -> tuple[tuple[str, ...] | None, str]:
    """Return the sources of the modules that a file calls, and why there may be more, "" if there are no others.

    The sources are None if the file cannot be parsed. A block without a source calls nothing.
    """
    try:
        body = parse_file(content.decode("utf-8"), _is_module)
    except SyntaxProblem as problem:
        return None, f"line {problem.line}: {problem.message}"
    except UnicodeDecodeError:
        return None, "it is not UTF-8"
    sources: list[str] = []
    unclear = ""
    for block in body.find_blocks("module"):
        attribute = block.body.attributes.get("source")
        if attribute is None:
            continue
        text = _read_literal(attribute)
        if text is None:
            unclear = f"line {attribute.range.line}: the source of a module is not a literal"
        else:
            sources.append(text)
    return tuple(sources), unclear


def _is_module(block_type: str, _: tuple[str, ...]) -> bool:
    return block_type == "module"


def _read_literal(attribute: Attribute) -> str | None:
    try:
        node = attribute.expression
    except SyntaxProblem:
        return None
    return node.value if isinstance(node, Literal) and isinstance(node.value, str) else None
