"""Templates → pieces: text, `${ }` and `%{ }`, with escapes, strip markers and the indentation of heredocs resolved.

What is in the braces is only found here; expressions.py makes sense of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from checkov_keys.iac.hcl.tokens import raise_problem, skip_code

QUOTED = '"'
HEREDOC = "<<"
FLUSH_HEREDOC = "<<-"
BARE = ""
"""A template without quotes: a file for `templatefile`, a string of Terraform's JSON syntax."""

TEXT = "text"
INTERPOLATION = "${"
DIRECTIVE = "%{"

# What Go calls a space.
_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_QUOTED_TEXT = re.compile(r'(?:[^"\\$%\r\n]+|\\[^\r\n]|\$\$\{|%%\{|\$(?!\{)|%(?!\{))+')
_BARE_LINE = re.compile(r"(?:[^$%\n]+|\$\$\{|%%\{|\$(?!\{)|%(?!\{))*\n?")
_ESCAPE = re.compile(r"\\(?:u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)|\$\$\{|%%\{", re.DOTALL)
_BRACE_ESCAPE = re.compile(r"\$\$\{|%%\{")
_ESCAPES = {"\\n": "\n", "\\r": "\r", "\\t": "\t", '\\"': '"', "\\\\": "\\", "$${": "${", "%%{": "%{"}
_LAST_CODE_POINT = 0x10FFFF


@dataclass
class Piece:
    """A part of a template: its kind, and from where to where it (for braces: what is in them) is in the source.

    `text` is the text that a TEXT stands for; "" for the other kinds.
    """

    kind: str
    at: int
    end: int
    text: str = ""


def split_template(source: str, at: int, end: int, form: str) -> list[Piece]:
    """Return the pieces of the template between two offsets of a source; raise SyntaxProblem."""
    pieces: list[Piece] = []
    strips_next = False
    while at < end:
        piece_end = _read_text(source, at, end, form)
        if piece_end > at:
            text = _resolve_escapes(source, at, piece_end, form)
            pieces.append(Piece(TEXT, at, piece_end, text.lstrip(_SPACE) if strips_next else text))
            strips_next = False
            at = piece_end
            continue
        if not source.startswith((INTERPOLATION, DIRECTIVE), at):
            raise_problem("a quoted text must end in its line; use a heredoc for more than one line", source, at)
        piece, strips_next, at = _read_braces(source, at, end, pieces)
        pieces.append(piece)
    if form == FLUSH_HEREDOC:
        _flush_indentation(pieces)
    return pieces


def _read_text(source: str, at: int, end: int, form: str) -> int:
    """Return where the text that starts at an offset ends; outside of quotes, each line is a text of its own."""
    found = (_QUOTED_TEXT if form == QUOTED else _BARE_LINE).match(source, at, end)
    return found.end() if found else at


def _read_braces(source: str, at: int, end: int, pieces: list[Piece]) -> tuple[Piece, bool, int]:
    """Return the braces at an offset, whether the text behind them loses its leading blanks, and the offset after."""
    inside = at + 2
    if source.startswith("~", inside):
        inside += 1
        if pieces and pieces[-1].kind == TEXT:
            pieces[-1].text = pieces[-1].text.rstrip(_SPACE)
    close = skip_code(source, inside)
    if close >= end or source[close] != "}":
        raise_problem("this template is not closed", source, at)
    strips_next = close > inside and source[close - 1] == "~"
    return Piece(source[at : at + 2], inside, close - strips_next), strips_next, close + 1


def _resolve_escapes(source: str, at: int, end: int, form: str) -> str:
    text = source[at:end]
    if form != QUOTED:
        return _BRACE_ESCAPE.sub(_resolve_escape, text) if "{" in text else text
    if "\\" not in text and "{" not in text:
        return text
    try:
        return _ESCAPE.sub(_resolve_escape, text)
    except KeyError as error:
        raise_problem(f"{error.args[0]} is not an escape sequence", source, at)


def _resolve_escape(found: re.Match[str]) -> str:
    escape = found[0]
    if len(escape) > 3:  # noqa: PLR2004  # longer than the others
        point = int(f"0x{escape[2:]}", 0)
        if point > _LAST_CODE_POINT or 0xD800 <= point <= 0xDFFF:  # noqa: PLR2004  # surrogates
            raise KeyError(escape)
        return chr(point)
    return _ESCAPES[escape]


def _flush_indentation(pieces: list[Piece]) -> None:
    """Take off every line of a heredoc what the least indented line is indented by; blank lines do not count."""
    least: int | None = None
    starts: list[Piece] = []
    is_line_start = True
    for piece in pieces:
        if is_line_start:
            is_line_start = False
            content = piece.text.lstrip(_SPACE)
            if piece.kind != TEXT or content or not piece.text.endswith("\n"):
                indentation = len(piece.text) - len(content)
                least = indentation if least is None else min(least, indentation)
                starts.append(piece)
        if piece.text.endswith("\n"):
            is_line_start = True
    for piece in starts:
        piece.text = piece.text[least:]
