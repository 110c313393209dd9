"""Files → bodies: attributes and blocks, with where they are. Expressions are only parsed when somebody asks.

`parse_file` reads Terraform's native syntax, also of `.tfvars`; json_syntax.py reads the JSON forms into the same.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING, Callable, NamedTuple, NoReturn

from checkov_keys.iac.hcl.expressions import parse_expression
from checkov_keys.iac.hcl.limits import DEEPEST_NESTING
from checkov_keys.iac.hcl.templates import QUOTED, TEXT, split_template
from checkov_keys.iac.hcl.tokens import find_expression_end, match_name, raise_problem, skip_blank, skip_code

if TYPE_CHECKING:
    from checkov_keys.iac.hcl.nodes import Node

Wanted = Callable[[str, "tuple[str, ...]"], bool]
"""Given the type and the labels of a block at the top of a file, says whether its body is to be read."""


TEMPLATES, TEXTS, EXPRESSIONS = "templates", "texts", "expressions"
"""What the strings of the JSON syntax may be read as."""

ReadExpression = Callable[["SourceRange", str], "Node"]
"""Given where an expression is and what its strings are, returns it; raises SyntaxProblem."""


class Source:
    """A text, and the lines of its offsets."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def _line_starts(self) -> list[int]:
        starts = [0]
        at = self.text.find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = self.text.find("\n", at + 1)
        return starts

    def find_position(self, offset: int) -> tuple[int, int]:
        """Return line and column of an offset, from 1."""
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1


class SourceRange(NamedTuple):
    """From where to where something is in a source: offsets in characters, the end is the offset behind it."""

    source: Source
    start: int
    end: int

    @property
    def text(self) -> str:
        """What is written there."""
        return self.source.text[self.start : self.end]

    @property
    def line(self) -> int:
        """The line it starts in, from 1."""
        return self.source.find_position(self.start)[0]

    @property
    def column(self) -> int:
        """The column it starts in, from 1, in characters."""
        return self.source.find_position(self.start)[1]

    @property
    def end_line(self) -> int:
        """The line of its last character."""
        return self.source.find_position(max(self.start, self.end - 1))[0]


class Attribute:
    """`name = expression`, or a property of the JSON syntax; `range` is all of it, without a comment behind it.

    What a string of the JSON syntax means depends on who reads it, so there are three readings of an expression. In the
    native syntax they are all the same. Each is parsed at the first time, and raises SyntaxProblem.
    """

    __slots__ = ("_nodes", "_read", "expression_range", "name", "name_range", "range")

    def __init__(self, name: str, name_range: SourceRange, expression_range: SourceRange, read: ReadExpression) -> None:
        self.name = name
        self.name_range = name_range
        self.expression_range = expression_range
        self.range = SourceRange(name_range.source, name_range.start, expression_range.end)
        self._read = read
        self._nodes: dict[str, Node] = {}

    @property
    def text(self) -> str:
        """The expression as the author wrote it."""
        return self.expression_range.text

    @property
    def expression(self) -> Node:
        """The expression; strings of the JSON syntax are templates."""
        return self._find(TEMPLATES)

    @property
    def literal(self) -> Node:
        """The expression of an argument that cannot refer to anything: strings of the JSON syntax are just text."""
        return self._find(TEXTS)

    @property
    def bare(self) -> Node:
        """The expression of an argument like `type` or `depends_on`: strings of the JSON syntax hold expressions."""
        return self._find(EXPRESSIONS)

    def _find(self, reading: str) -> Node:
        node = self._nodes.get(reading)
        if node is None:
            node = self._nodes[reading] = self._read(self.expression_range, reading)
        return node


class Body(NamedTuple):
    """What is in a file or in a block."""

    attributes: dict[str, Attribute]
    blocks: list[Block]

    def find_blocks(self, block_type: str) -> list[Block]:
        """Return the blocks of a type, in the order of the file."""
        return [block for block in self.blocks if block.type == block_type]


class Block(NamedTuple):
    """`type "label" { body }`.

    range         from the type to behind the closing brace
    header_range  from the type to behind the last label
    body_range    what is between the braces
    is_skipped    nobody wanted the body: it is empty here, whatever the file says
    """

    type: str
    labels: tuple[str, ...]
    body: Body
    range: SourceRange
    header_range: SourceRange
    body_range: SourceRange
    is_skipped: bool = False


def parse_file(text: str, wanted: Wanted | None = None) -> Body:
    """Return what a file holds; raise SyntaxProblem where it is not Terraform's native syntax.

    Expressions are not looked at, nor are the bodies of the blocks that are not wanted, but for where they end.
    """
    reader = _Reader(Source(text))
    return reader.read_file(wanted)


def read_body(block: Block) -> Body:
    """Return the body of a block of the native syntax, also of one that was skipped; raise SyntaxProblem."""
    if not block.is_skipped:
        return block.body
    return _Reader(block.range.source).read_block_body(block.body_range.start)


class _Reader:
    """Reads one source from its start to its end."""

    __slots__ = ("_source", "_text")

    def __init__(self, source: Source) -> None:
        self._source = source
        self._text = source.text

    def read_file(self, wanted: Wanted | None) -> Body:
        """Return the body of the whole source."""
        body, at = self._read_body(int(self._text.startswith("\ufeff")), 0, wanted)
        if at < len(self._text):
            self._refuse("this brace does not close anything", at)
        return body

    def read_block_body(self, at: int) -> Body:
        """Return the body behind an opening brace."""
        return self._read_braces(at, 1)[0]

    def _read_body(self, at: int, depth: int, wanted: Wanted | None = None) -> tuple[Body, int]:
        """Return a body and the offset of the brace that closes it, or of the end of the file."""
        text = self._text
        if depth > DEEPEST_NESTING:
            self._refuse("this block nests too deep", at)
        body = Body({}, [])
        while True:
            at = skip_blank(text, at, lines=True)
            if at >= len(text) or text[at] == "}":
                return body, at
            name = match_name(text, at)
            if not name:
                self._refuse("an argument or a block is expected here", at)
            after = skip_blank(text, at + len(name), lines=False)
            if text.startswith("=", after) and not text.startswith("==", after):
                at = self._read_attribute(body, name, at, after)
            else:
                block, at = self._read_block(name, at, after, depth, wanted)
                body.blocks.append(block)
            at = self._pass_line_end(at)

    def _pass_line_end(self, at: int) -> int:
        """Return the offset after what may follow an argument or a block in its line."""
        at = skip_blank(self._text, at, lines=False)
        if at < len(self._text) and not self._text.startswith(("\n", "\r\n"), at):
            self._refuse("a new line is expected here", at)
        return at

    def _read_attribute(self, body: Body, name: str, at: int, equals_at: int) -> int:
        """Add an attribute to the body; return the offset behind its expression."""
        text = self._text
        start = skip_blank(text, equals_at + 1, lines=False)
        end = find_expression_end(text, start)
        if end == start:
            self._refuse(f"the value of {name} is missing", start)
        if name in body.attributes:
            self._refuse(f"{name} is set twice", at)
        source = self._source
        name_range = SourceRange(source, at, at + len(name))
        body.attributes[name] = Attribute(name, name_range, SourceRange(source, start, end), _read_expression)
        return end

    def _read_block(self, name: str, start: int, at: int, depth: int, wanted: Wanted | None) -> tuple[Block, int]:
        """Return a block and the offset behind its closing brace."""
        text = self._text
        labels, header_end, brace_at = self._read_labels(start + len(name), at)
        is_skipped = wanted is not None and not wanted(name, labels)
        if is_skipped:
            body, close = Body({}, []), skip_code(text, brace_at + 1)
        else:
            body, close = self._read_braces(brace_at + 1, depth + 1)
        if not text.startswith("}", close):
            self._refuse(f"the block {name} is not closed", start)
        ranges = ((start, close + 1), (start, header_end), (brace_at + 1, close))
        block_range, header_range, body_range = (SourceRange(self._source, *one) for one in ranges)
        return Block(name, labels, body, block_range, header_range, body_range, is_skipped), close + 1

    def _read_labels(self, header_end: int, at: int) -> tuple[tuple[str, ...], int, int]:
        """Return the labels of a block, the offset behind the last of them, and that of the opening brace."""
        text = self._text
        labels: list[str] = []
        while not text.startswith("{", at):
            if text.startswith('"', at):
                label, header_end = self._read_quoted_label(at)
            else:
                label = match_name(text, at)
                header_end = at + len(label)
                if not label:
                    self._refuse("an equals sign, a label or an opening brace is expected here", at)
            labels.append(label)
            at = skip_blank(text, header_end, lines=False)
        return tuple(labels), header_end, at

    def _read_quoted_label(self, at: int) -> tuple[str, int]:
        text = self._text
        close = text.find('"', at + 1)
        while close > 0 and (close - len(text[at + 1 : close].rstrip("\\")) - at - 1) % 2:
            close = text.find('"', close + 1)
        if close < 0:
            self._refuse("this label is not closed", at)
        pieces = split_template(text, at + 1, close, QUOTED)
        if any(piece.kind != TEXT for piece in pieces):
            self._refuse("a label may not hold a template", at)
        return "".join([piece.text for piece in pieces]), close + 1

    def _read_braces(self, at: int, depth: int) -> tuple[Body, int]:
        """Return the body behind an opening brace, which is in lines of its own or one argument in the same line."""
        text = self._text
        first = skip_blank(text, at, lines=False)
        if text.startswith(("\n", "\r\n"), first):
            return self._read_body(first, depth)
        body = Body({}, [])
        name = match_name(text, first)
        if name:
            equals_at = skip_blank(text, first + len(name), lines=False)
            if not text.startswith("=", equals_at):
                self._refuse("a block in one line may only hold an argument", first)
            first = skip_blank(text, self._read_attribute(body, name, first, equals_at), lines=False)
        if not text.startswith("}", first):
            self._refuse("a block in one line ends after its argument", first)
        return body, first

    def _refuse(self, message: str, at: int) -> NoReturn:
        raise_problem(message, self._text, at)


def _read_expression(expression_range: SourceRange, _: str) -> Node:
    return parse_expression(expression_range.source.text, expression_range.start, expression_range.end)
