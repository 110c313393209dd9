"""A place in a list of tokens, for the parser of expressions."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from checkov_keys.iac.hcl.limits import DEEPEST_NESTING
from checkov_keys.iac.hcl.tokens import raise_problem

if TYPE_CHECKING:
    from checkov_keys.iac.hcl.tokens import Token


class TokenCursor:
    """The current token, how deep it is nested, and whether line breaks mean something there."""

    __slots__ = ("_depth", "_index", "_sees_lines", "_text", "_tokens")

    def __init__(self, text: str, tokens: list[Token], depth: int) -> None:
        self._text = text
        self._tokens = tokens
        self._depth = depth
        self._index = 0
        self._sees_lines = False
        self._skip_lines()

    def _advance(self) -> None:
        self._index += 1
        if not self._sees_lines:
            while self._tokens[self._index][0] == "newline":
                self._index += 1

    def _skip_lines(self) -> None:
        while self._tokens[self._index][0] == "newline":
            self._index += 1

    def _open(self) -> bool:
        """Pass the opening bracket; line breaks mean nothing behind it. Return whether they did before."""
        saw_lines, self._sees_lines = self._sees_lines, False
        self._advance()
        return saw_lines

    def _close(self, bracket: str, *, saw_lines: bool) -> None:
        """Pass the closing bracket, after which line breaks mean again what they did before the opening one."""
        if self._tokens[self._index][0] != bracket:
            self._refuse(f"{bracket} is expected here")
        self._sees_lines = saw_lines
        self._advance()

    def _expect(self, kind: str) -> str:
        if self._tokens[self._index][0] != kind:
            self._refuse(f"a {kind} is expected here")
        text = self._tokens[self._index][1]
        self._advance()
        return text

    def _expect_end(self) -> None:
        if self._tokens[self._index][0] != "end":
            self._refuse("the expression should end here")

    def _deepen(self) -> None:
        self._depth += 1
        if self._depth > DEEPEST_NESTING:
            self._refuse("this expression nests too deep")

    def _refuse(self, message: str) -> NoReturn:
        raise_problem(message, self._text, self._tokens[self._index][2])
