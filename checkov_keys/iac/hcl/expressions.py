"""Tokens → nodes: the parser of expressions and templates.

It needs three frames of Python's stack for each level of nesting, and bounds the levels.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from checkov_keys.iac.hcl.limits import DEEPEST_NESTING
from checkov_keys.iac.hcl.nodes import (
    Access,
    Binary,
    Call,
    Conditional,
    For,
    Index,
    Item,
    Literal,
    Mapping,
    Member,
    Name,
    Node,
    Number,
    Parentheses,
    Sequence,
    Splat,
    Step,
    Unary,
)
from checkov_keys.iac.hcl.template_nodes import TemplateBuilder
from checkov_keys.iac.hcl.templates import BARE, DIRECTIVE, TEXT, split_template
from checkov_keys.iac.hcl.token_cursor import TokenCursor
from checkov_keys.iac.hcl.tokens import raise_problem, read_tokens

if TYPE_CHECKING:
    from checkov_keys.iac.hcl.templates import Piece

_BINDING = {
    "||": 1,
    "&&": 2,
    "==": 3,
    "!=": 3,
    "<": 4,
    ">": 4,
    "<=": 4,
    ">=": 4,
    "+": 5,
    "-": 5,
    "*": 6,
    "/": 6,
    "%": 6,
}
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_WORDS = {"true": True, "false": False, "null": None}


def parse_expression(text: str, at: int = 0, end: int | None = None) -> Node:
    """Return the expression between two offsets of a text as a node; raise SyntaxProblem."""
    end = len(text) if end is None else end
    try:
        return _Parser(text, read_tokens(text, at, end), 0).parse_whole()
    except RecursionError:
        raise_problem("this expression nests too deep", text, at)


def parse_template(text: str, at: int = 0, end: int | None = None) -> Node:
    """Return the template without quotes between two offsets of a text as a node; raise SyntaxProblem."""
    end = len(text) if end is None else end
    try:
        return _Parser(text, [("end", "", end)], 0).parse_template(at, end, BARE)
    except RecursionError:
        raise_problem("this template nests too deep", text, at)


class _Parser(TokenCursor):
    """Reads one list of tokens; what is in the braces of a template is read by a parser of its own."""

    __slots__ = ()

    def parse_whole(self) -> Node:
        """Return all tokens as one expression."""
        node = self.parse()
        self._expect_end()
        return node

    def parse(self) -> Node:
        """Return the expression that starts at the current token."""
        self._deepen()
        operands: list[Node] = []
        operators: list[tuple[int, str, int]] = []
        choices: list[tuple[Node, Node, int]] = []
        while True:
            operands.append(self._parse_operand())
            kind, _, at = self._tokens[self._index]
            binding = _BINDING.get(kind, 0)
            while operators and operators[-1][0] >= binding:
                _, operator, operator_at = operators.pop()
                right = operands.pop()
                operands[-1] = Binary(operator, operands[-1], right, operator_at)
            if binding:
                operators.append((binding, kind, at))
                self._advance()
                continue
            if kind != "?":
                break
            self._advance()
            choices.append((operands.pop(), self.parse(), at))
            self._expect(":")
        node = operands[0]
        while choices:
            test, yes, at = choices.pop()
            node = Conditional(test, yes, node, at)
        self._depth -= 1
        return node

    def _parse_operand(self) -> Node:
        """Return one operand with its signs and with the steps behind it."""
        kind, text, at = self._tokens[self._index]
        if kind in ("-", "!"):
            return self._parse_signs()
        if kind == "name":
            self._advance()
            follows = self._tokens[self._index][0]
            if follows in ("(", "::"):
                node: Node = self._parse_call(text, at)
            else:
                node = Literal(_WORDS[text], at) if text in _WORDS else Name(text, at)
        elif kind == "plain":
            node = Literal(text, at)
            self._advance()
        elif kind == "number":
            if not _NUMBER.fullmatch(text):
                self._refuse("this is not a number")
            node = Number(text, at)
            self._advance()
        elif kind in ('"', "<<", "<<-"):
            node = self.parse_template(at, at + len(text), kind)
            self._advance()
        elif kind == "(":
            saw_lines = self._open()
            node = self.parse()
            self._close(")", saw_lines=saw_lines)
        elif kind in ("[", "{"):
            node = self._parse_brackets(kind, at)
        else:
            self._refuse("an expression is expected here")
        return self._parse_steps(node) if self._tokens[self._index][0] in (".", "[") else node

    def _parse_signs(self) -> Node:
        signs: list[tuple[str, int]] = []
        while self._tokens[self._index][0] in ("-", "!"):
            signs.append((self._tokens[self._index][0], self._tokens[self._index][2]))
            self._deepen()
            self._advance()
        node = self._parse_operand()
        self._depth -= len(signs)
        for sign, at in reversed(signs):
            node = Unary(sign, node, at)
        return node

    def _parse_call(self, name: str, at: int) -> Node:
        while self._tokens[self._index][0] == "::":
            self._advance()
            name += f"::{self._expect('name')}"
        if self._tokens[self._index][0] != "(":
            self._refuse("the arguments of a function are expected here")
        saw_lines = self._open()
        arguments: list[Node] = []
        is_expanded = False
        while self._tokens[self._index][0] != ")":
            arguments.append(self.parse())
            if self._tokens[self._index][0] == "...":
                is_expanded = True
                self._advance()
                break
            if self._tokens[self._index][0] != ",":
                break
            self._advance()
        self._close(")", saw_lines=saw_lines)
        return Call(name, tuple(arguments), is_expanded, at)

    def _parse_brackets(self, bracket: str, at: int) -> Node:
        """Return a sequence, a mapping or a `for`."""
        saw_lines = self._open()
        if self._tokens[self._index][:2] == ("name", "for"):
            node: Node = self._parse_for(bracket, at)
        elif bracket == "[":
            items: list[Node] = []
            while self._tokens[self._index][0] != "]":
                items.append(self.parse())
                if self._tokens[self._index][0] != ",":
                    break
                self._advance()
            node = Sequence(tuple(items), at)
        else:
            self._sees_lines = True
            pairs: list[tuple[Node, Node]] = []
            while True:
                self._skip_lines()
                if self._tokens[self._index][0] == "}":
                    break
                starts_with = self._tokens[self._index][0]
                key = self._read_key(self.parse(), starts_with)
                pairs.append((key, self.parse()))
                if self._tokens[self._index][0] not in (",", "newline"):
                    break
                self._advance()
            node = Mapping(tuple(pairs), at)
        self._close("]" if bracket == "[" else "}", saw_lines=saw_lines)
        return node

    def _read_key(self, key: Node, starts_with: str) -> Node:
        """Return what a key means, after the sign behind it: a bare word is a text, not a reference."""
        if starts_with != "name":
            key = protect_key(key)
        elif isinstance(key, Name):
            key = Literal(key.name, key.at)
        if self._tokens[self._index][0] not in ("=", ":"):
            self._refuse("an equals sign is expected after the key")
        self._advance()
        return key

    def _parse_for(self, bracket: str, at: int) -> For:
        self._advance()
        key_name, value_name = self._read_names()
        collection = self.parse()
        self._expect(":")
        key: Node | None = None
        result = self.parse()
        if bracket == "{":
            self._expect("=>")
            key, result = result, self.parse()
        is_grouped = bracket == "{" and self._tokens[self._index][0] == "..."
        if is_grouped:
            self._advance()
        test: Node | None = None
        if self._tokens[self._index][:2] == ("name", "if"):
            self._advance()
            test = self.parse()
        return For(key_name, value_name, collection, key, result, test, is_grouped, at)

    def _read_names(self) -> tuple[str, str]:
        """Return the one or two names of a `for`, after the `in` behind them."""
        key_name, value_name = "", self._expect("name")
        if self._tokens[self._index][0] == ",":
            self._advance()
            key_name, value_name = value_name, self._expect("name")
        if self._expect("name") != "in":
            self._refuse("`in` is expected here")
        return key_name, value_name

    def _parse_steps(self, source: Node) -> Node:
        """Return the source with the steps behind it.

        What follows `[*]` is taken of each item; of what follows `.*` only names and old indexes are.
        """
        splats: list[tuple[Node, int]] = []
        steps: list[Step] = []
        while True:
            kind, _, at = self._tokens[self._index]
            if kind == ".":
                self._advance()
                if self._tokens[self._index][0] == "*":
                    self._advance()
                    source, steps = Splat(_join(source, steps), _join(Item(at), self._read_members()), at), []
                else:
                    steps.append(self._read_member(at))
            elif kind == "[":
                saw_lines = self._open()
                if self._tokens[self._index][0] == "*":
                    self._advance()
                    splats.append((_join(source, steps), at))
                    source, steps = Item(at), []
                else:
                    steps.append(Index(self.parse(), at))
                self._close("]", saw_lines=saw_lines)
            else:
                break
        node = _join(source, steps)
        while splats:
            outer, at = splats.pop()
            node = Splat(outer, node, at)
        return node

    def _read_members(self) -> list[Step]:
        steps: list[Step] = []
        while self._tokens[self._index][0] == ".":
            at = self._tokens[self._index][2]
            self._advance()
            steps.append(self._read_member(at))
        return steps

    def _read_member(self, at: int) -> Step:
        kind, text, text_at = self._tokens[self._index]
        if kind == "number" and "." in text:
            self._refuse("two old indexes in a row are not allowed; write them in brackets")
        if kind not in ("name", "number"):
            self._refuse("the name of an attribute is expected here")
        self._advance()
        return Member(text, at) if kind == "name" else Index(Number(text, text_at), at)

    def parse_template(self, at: int, end: int, form: str) -> Node:
        """Return the template between two offsets of the text."""
        pieces = split_template(self._text, at, end, form)
        builder = TemplateBuilder(self._text, at, DEEPEST_NESTING - self._depth)
        for piece in pieces:
            if piece.kind == TEXT:
                builder.add_text(piece.text)
                continue
            inside = _Parser(self._text, read_tokens(self._text, piece.at, piece.end), self._depth)
            if piece.kind == DIRECTIVE:
                inside._read_directive(builder, piece)
            else:
                builder.add(inside.parse_whole())
        return builder.finish()

    def _read_directive(self, builder: TemplateBuilder, piece: Piece) -> None:
        word = self._expect("name")
        if word == "if":
            builder.open_if(self.parse(), piece.at)
        elif word == "for":
            names = self._read_names()
            builder.open_for(names, self.parse(), piece.at)
        elif word == "else":
            builder.open_else(piece.at)
        elif word in ("endif", "endfor"):
            builder.close(word, piece.at)
        else:
            raise_problem(f"{word} is not a directive of templates", self._text, piece.at)
        self._expect_end()


def protect_key(key: Node) -> Node:
    """Return the key of a Mapping so that it does not look like one that was written without quotes or parentheses."""
    return Parentheses(key, key.at) if isinstance(key, Access) else key


def _join(source: Node, steps: list[Step]) -> Node:
    return Access(source, tuple(steps), source.at) if steps else source
