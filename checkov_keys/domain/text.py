"""The only place that makes text of others fit to print: names, reasons and paths that we did not write.

Whatever reaches a terminal, a log or a report goes through one of these functions.
"""

from __future__ import annotations

import re
import unicodedata

# ECMA-48: a control sequence (colours, cursor), then an operating system command (titles, links).
_ESCAPES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?")
_LARGEST_OF_FOUR_DIGITS = 0xFFFF
# What hides in a text of several lines, and what may be in one: colours, and line breaks of two characters.
_HIDDEN = re.compile(
    "(\x1b\\[[0-9;]*m|\r\n)"
    "|[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)
# What runners of GitHub, Azure and TeamCity take for a command: :: that begins a line, the others wherever they are.
# https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
_COMMAND = re.compile(r"##(?:\[|vso\[|teamcity\[)|(?<![^\n\r])[^\S\n\r]*::", re.IGNORECASE)
# Longer than a command's beginning.
_REMEMBERED = 16


def one_line(text: str) -> str:
    """Return a text in one line, without what moves a cursor, turns the direction of writing, or cannot be seen."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    # Line separators are white space to split().
    return " ".join(_blank_invisible(text).split())


def source_line(text: str) -> str:
    """Return a line of source with its indentation, without what `one_line` leaves out."""
    return _blank_invisible(" ".join(text.splitlines()).expandtabs(4)).rstrip()


def blank_unprintable(text: str) -> str:
    """Return a text of the same length in which a space replaces every character that cannot be printed."""
    return text if text.isprintable() else "".join(char if char.isprintable() else " " for char in text)


def escape_unprintable(text: str) -> str:
    """Return a text with an escape as Terraform writes it for every character that cannot be printed.

    Different texts stay different, as addresses must.
    """
    return text if text.isprintable() else "".join(map(_escape, text))


def show_hidden(text: str) -> str:
    """Return a text of several lines with an escape for what moves the cursor, or turns the direction of writing.

    Line breaks, tabs and colours are left.
    """
    return _HIDDEN.sub(lambda found: found.group(1) or _escape(found.group()), text)


def disarm_commands(text: str, line: str = "") -> str:
    """Return a text with a space within whatever a runner of a CI service would take for a command in its log.

    `line` is the line so far that the text goes on.
    """
    joined = line + text
    if "::" not in joined and "##" not in joined:
        return text
    return _COMMAND.sub(lambda found: f"{found.group()[:-1]} {found.group()[-1]}", joined)[len(line) :]


def last_line(text: str) -> str:
    """Return of a text what decides whether it goes on as a command: its last line, shortened.

    White space that it begins with does not matter.
    """
    line = text[max(text.rfind("\n"), text.rfind("\r")) + 1 :].lstrip()
    return line if len(line) <= _REMEMBERED else f".{line[-_REMEMBERED:]}"


def _escape(char: str) -> str:
    if char.isprintable():
        return char
    return f"\\u{ord(char):04x}" if ord(char) <= _LARGEST_OF_FOUR_DIGITS else f"\\U{ord(char):08x}"


def _blank_invisible(text: str) -> str:
    # JSON may write a character beyond U+FFFF as two surrogates, and YAML leaves these apart.
    joined = text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    # Category C: control and formatting characters, lone surrogates.
    return "".join(" " if unicodedata.category(char)[0] == "C" else char for char in _ESCAPES.sub("", joined))
