"""Where the parts of a Terraform file's blocks and arguments are, as far as an edit has to know."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.iac.hcl.blocks import parse_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checkov_keys.iac.hcl import blocks as syntax
    from checkov_keys.iac.hcl.nodes import Node

# What may follow an expression in its line.
_TAIL = re.compile(r"(?:[^\S\n]|/\*.*?\*/)*(?:(?:#|//)[^\n]*)?", re.DOTALL)
_COMMENT = re.compile(r"#|//|/\*")


class Attribute(NamedTuple):
    """An argument, and where its parts are in the file, as offsets.

    `text` is its expression. `end` is before the line break, or before the brace that closes a block in the same line;
    the comment in front of `end` starts at `comment_at`, which is `end` if there is none.
    """

    syntax: syntax.Attribute
    text: str
    name_at: int
    equals_at: int
    comment_at: int
    end: int

    @property
    def expression(self) -> Node:
        """The expression; raises SyntaxProblem if it cannot be read."""
        return self.syntax.expression


class Block(NamedTuple):
    """A block with its arguments and blocks, and the offsets of its first word, its opening brace, and its end."""

    type: str
    labels: tuple[str, ...]
    attributes: dict[str, Attribute]
    nested: tuple[Block, ...]
    at: int
    brace_at: int
    end: int


def lay_out(text: str, wanted: tuple[str, ...]) -> Iterator[Block]:
    """Yield the blocks of a file that have a type and labels; raise SyntaxProblem if the file cannot be read."""
    body = parse_file(text, lambda block_type, labels: (block_type, *labels) == wanted)
    for block in body.blocks:
        if (block.type, *block.labels) == wanted:
            yield _lay_out_block(text, block)


def _lay_out_block(text: str, block: syntax.Block) -> Block:
    return Block(
        block.type,
        block.labels,
        {name: _lay_out_attribute(text, attribute) for name, attribute in block.body.attributes.items()},
        tuple(_lay_out_block(text, inner) for inner in block.body.blocks),
        block.range.start,
        block.body_range.start - 1,
        block.range.end,
    )


def _lay_out_attribute(text: str, attribute: syntax.Attribute) -> Attribute:
    after = attribute.expression_range.end
    tail = _TAIL.match(text, after)
    end = tail.end() if tail else after
    comment = _COMMENT.search(text, after, end)
    if end < len(text) and text[end] != "\n" and comment is None:
        # The brace of the block follows in the same line.
        end = after
    return Attribute(
        attribute,
        attribute.text,
        attribute.name_range.start,
        text.rindex("=", attribute.name_range.end, attribute.expression_range.start),
        comment.start() if comment else end,
        end,
    )
