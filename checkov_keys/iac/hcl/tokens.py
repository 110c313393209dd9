"""Text → tokens, without a look at what is inside templates: those are found to their end and handed on as text.

https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
"""

from __future__ import annotations

import re
from typing import NoReturn

from checkov_keys.iac.hcl.limits import DEEPEST_NESTING, MOST_TOKENS

Token = tuple[str, str, int]
"""The kind, the text, and the offset of the text.

kind: "name" · "number" · "newline" · "end" · an operator or bracket, as itself
      "plain"    a quoted text with neither escapes nor templates; the text is what is between the quotes
      '"'        any other quoted text; the text is what is between the quotes
      "<<" "<<-" a heredoc; the text is the lines between the markers
"""

_NAME = r"[A-Za-z_][A-Za-z0-9_-]*(?![A-Za-z0-9_-]|[^\x00-\x7f])"
_TOKEN = re.compile(
    rf"""[ \t]*(?:(?P<name>{_NAME})
    |"(?P<plain>[^"\\$%\r\n]*)"
    |(?P<operator>\.\.\.|=>|::|==|!=|<=|>=|&&|\|\||<(?!<)|[]{{}}()[.,=?:+*%>!-]|/(?![/*]))
    |(?P<number>[0-9](?:[0-9]|\.[0-9]|[eE][+-]?[0-9])*)
    |(?P<newline>\r?\n)
    |(?P<comment>\#[^\n]*|//[^\n]*|/\*.*?\*/))""",
    re.VERBOSE | re.DOTALL,
)
_ASCII_NAME = re.compile(_NAME)
_BLANK = re.compile(r"[ \t]*")
_NOT_CODE = re.compile(r'(?:[^"#/<{}()\[\]\n]+|"[^"\\$%\r\n]*")*')
_NOT_CODE_OR_LINE = re.compile(r'(?:[^"#/<{}()\[\]]+|"[^"\\$%\r\n]*")*')
_COMMENT = re.compile(r"#[^\n]*|//[^\n]*|/\*.*?\*/", re.DOTALL)
_HEREDOC = re.compile(r"<<(-?)([^\W\d][\w-]*)\r?\n")
_QUOTED_TEXT = re.compile(r'(?:[^"\\$%\r\n]+|\\[^\r\n]|\$\$\{|%%\{|\$(?!\{)|%(?!\{))*')
_HEREDOC_TEXT = re.compile(r"(?:[^$%\n]+|\$\$\{|%%\{|\$(?!\{)|%(?!\{))*")
_QUOTE = '"'


class SyntaxProblem(ValueError):  # noqa: N818  # a fact about a text, not a mistake of the program
    """Text that is not the language of Terraform; line and column count from 1."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(message, line, column)
        self.message = message
        self.line = line
        self.column = column

    def __str__(self) -> str:
        return f"{self.message} (line {self.line}, column {self.column})"


def raise_problem(message: str, text: str, at: int) -> NoReturn:
    """Raise SyntaxProblem for an offset of a text."""
    at = min(at, len(text))
    raise SyntaxProblem(message, text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))


def read_tokens(text: str, at: int, end: int) -> list[Token]:
    """Return the tokens from one offset to another, closed by an "end"; raise SyntaxProblem."""
    tokens: list[Token] = []
    append = tokens.append
    match = _TOKEN.match
    while True:
        found = match(text, at, end)
        if found is None:
            token, at = _read_rare_token(text, at, end)
            append(token)
            if token[0] == "end":
                return tokens
            continue
        kind = found.lastgroup
        at = found.end()
        if kind == "operator":
            operator = found[kind]
            append((operator, operator, found.start(kind)))
        elif kind != "comment":
            append((kind, found[kind], found.start(kind)))  # type: ignore[arg-type,index]  # a group always matches
        if len(tokens) > MOST_TOKENS:
            raise_problem("this expression is too long", text, at)


def _read_rare_token(text: str, at: int, end: int) -> tuple[Token, int]:
    at = _BLANK.match(text, at, end).end()  # type: ignore[union-attr]  # it matches nothing, too
    if at >= end:
        return ("end", "", end), end
    if text[at] == _QUOTE:
        after = _checked_end(text, at, _skip(text, at + 1, [_Place(_QUOTE)]), end)
        return (_QUOTE, text[at + 1 : after - 1], at + 1), after
    heredoc = _HEREDOC.match(text, at, end)
    if heredoc:
        after = _checked_end(text, at, _skip(text, heredoc.end(), [_Place(heredoc[2])]), end)
        lines_end = max(text.rfind("\n", heredoc.end() - 1, after) + 1, heredoc.end())
        return (f"<<{heredoc[1]}", text[heredoc.end() : lines_end], heredoc.end()), after
    name = match_name(text, at)
    if name:
        return ("name", name, at), at + len(name)
    raise_problem(f"{text[at]!r} is not allowed here", text, at)


def _checked_end(text: str, at: int, after: int, end: int) -> int:
    if after > end:
        raise_problem("this text does not end where its expression does", text, at)
    return after


def match_name(text: str, at: int) -> str:
    """Return the identifier that starts at an offset, "" if none does."""
    found = _ASCII_NAME.match(text, at)
    if found:
        return found[0]
    if not text[at : at + 1].isidentifier():
        return ""
    after = at + 1
    while after < len(text) and (text[after] == "-" or f"a{text[after]}".isidentifier()):
        after += 1
    return text[at:after]


def is_name(text: str) -> bool:
    """Say whether a text is an identifier from its first character to its last."""
    return bool(text) and match_name(text, 0) == text


def skip_blank(text: str, at: int, *, lines: bool) -> int:
    """Return the offset after blanks and comments, and if `lines`, after line breaks; raise SyntaxProblem."""
    blank = " \t\r\n" if lines else " \t"
    length = len(text)
    while at < length:
        character = text[at]
        if character in blank:
            at += 1
        elif character == "#" or (character == "/" and text[at + 1 : at + 2] in ("/", "*")):
            at = _skip_comment(text, at)
        else:
            break
    return at


def _skip_comment(text: str, at: int) -> int:
    found = _COMMENT.match(text, at)
    if found is None:
        raise_problem("this comment is not closed", text, at)
    return found.end()


class _Place:
    """What encloses an offset: code (`marker` is ""), quoted text, or a heredoc; code counts its open brackets."""

    __slots__ = ("depth", "marker")

    def __init__(self, marker: str) -> None:
        self.marker = marker
        self.depth = 0


def skip_code(text: str, at: int) -> int:
    """Return the offset of the bracket that closes what encloses `at`, or of the end of the text if nothing does.

    Comments, texts, and templates in texts may hold any brackets. Raise SyntaxProblem if a text, template or comment is
    not closed.
    """
    return _skip(text, at, [_Place("")])


def find_expression_end(text: str, at: int) -> int:
    """Return where the expression of an argument ends, which starts at an offset: with its line, or its block.

    A comment behind it is not part of it. Raise SyntaxProblem as `skip_code` does.
    """
    places = [_Place("")]
    end = at
    while True:
        if len(places) > 1 or places[0].depth:
            at = end = _step(text, at, places)
            if at >= len(text):
                return end
            continue
        start, at = at, _NOT_CODE.match(text, at).end()  # type: ignore[union-attr]  # it matches nothing, too
        code = text[start:at].rstrip()
        end = start + len(code) if code else end
        if at >= len(text) or text[at] in ")]}\n":
            return end
        is_comment = text[at] in "#/"
        at = _step_code(text, at, places)
        end = end if is_comment else at


def _skip(text: str, at: int, places: list[_Place]) -> int:
    """Return the offset after the end of the first place, at its end if it is code."""
    first = places[0]
    while places:
        if len(places) == 1 and not first.marker:
            at = _NOT_CODE_OR_LINE.match(text, at).end()  # type: ignore[union-attr]  # it matches nothing, too
            if at >= len(text) or (not first.depth and text[at] in ")]}"):
                return at
            at = _step_code(text, at, places)
        else:
            at = _step(text, at, places)
    return at


def _step(text: str, at: int, places: list[_Place]) -> int:
    marker = places[-1].marker
    if marker:
        return _step_quoted(text, at, places) if marker == _QUOTE else _step_heredoc(text, at, places)
    at = _NOT_CODE_OR_LINE.match(text, at).end()  # type: ignore[union-attr]  # it matches nothing, too
    if len(places) > 2 * DEEPEST_NESTING:
        raise_problem("this template nests too deep", text, at)
    return at if at >= len(text) and len(places) == 1 else _step_code(text, at, places)


def _step_code(text: str, at: int, places: list[_Place]) -> int:
    """Return the offset after one thing that means something in code, having noted what it opens or closes."""
    if at >= len(text):
        raise_problem("a template is not closed", text, at)
    place = places[-1]
    character = text[at]
    if character in "([{":
        place.depth += 1
    elif character in ")]}":
        if place.depth:
            place.depth -= 1
        else:
            places.pop()
    elif character == _QUOTE:
        places.append(_Place(_QUOTE))
    elif character == "#" or (character == "/" and text[at + 1 : at + 2] in ("/", "*")):
        return _skip_comment(text, at)
    elif character == "<":
        heredoc = _HEREDOC.match(text, at)
        if heredoc:
            places.append(_Place(heredoc[2]))
            return heredoc.end()
    return at + 1


def _step_quoted(text: str, at: int, places: list[_Place]) -> int:
    """Return the offset after the closing quote, or after the next `${` or `%{`."""
    at = _QUOTED_TEXT.match(text, at).end()  # type: ignore[union-attr]  # it matches nothing, too
    if at >= len(text) or text[at] in "\r\n\\":
        raise_problem("a quoted text must end in its line; use a heredoc for more than one line", text, at)
    if text[at] == _QUOTE:
        places.pop()
        return at + 1
    places.append(_Place(""))
    return at + 2


def _step_heredoc(text: str, at: int, places: list[_Place]) -> int:
    """Return the offset after the closing marker, after the next `${` or `%{`, or of the next line."""
    marker = places[-1].marker
    if text[at - 1] == "\n":
        line_end = text.find("\n", at)
        line = text[at:] if line_end < 0 else text[at:line_end]
        if line.strip() == marker:
            places.pop()
            return at + len(line.rstrip())
    at = _HEREDOC_TEXT.match(text, at).end()  # type: ignore[union-attr]  # it matches nothing, too
    if at >= len(text):
        raise_problem(f"the heredoc {marker} is not closed", text, at)
    if text[at] == "\n":
        return at + 1
    places.append(_Place(""))
    return at + 2
