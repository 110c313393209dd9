"""How the lines of a text file are indented and ended."""

from __future__ import annotations

import re

_INDENT = re.compile(r"[ \t]*")


def indent(text: str, at: int) -> str:
    """Return the white space that the line of an offset starts with."""
    return _INDENT.match(text, text.rfind("\n", 0, at) + 1).group()  # type: ignore[union-attr]  # matches nothing, too


def line_break(text: str, at: int) -> str:
    r"""Return the line break that ends the line of an offset, or the one before it: "\n" or "\r\n"."""
    end = text.find("\n", at)
    end = text.rfind("\n") if end < 0 else end
    return "\r\n" if end > 0 and text[end - 1] == "\r" else "\n"
