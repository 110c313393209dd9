"""Names that others chose, made safe for a line of a report."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from checkov_keys.domain.users import Unjudged

if TYPE_CHECKING:
    from collections.abc import Iterable

# ECMA-48: a control sequence (colours, cursor), then an operating system command (titles, links).
_ESCAPES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?")
# What Markdown would take for the end of a cell, a link, an image, code, or markup.
_MARKUP = str.maketrans({"\\": "\\\\", "|": "\\|", "[": "\\[", "`": "\\`", "<": "&lt;"})


def one_line(text: str) -> str:
    """Return a text in one line, without what moves a cursor, turns the direction of writing, or cannot be seen."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    # Line separators are white space to split().
    return " ".join(_visible(text).split())


def source_line(text: str) -> str:
    """Return a line of source as it stands, indented as it is, without what `one_line` leaves out."""
    return _visible(" ".join(text.splitlines()).expandtabs(4)).rstrip()


def _visible(text: str) -> str:
    # Category C: control and formatting characters, lone surrogates.
    return "".join(" " if unicodedata.category(char)[0] == "C" else char for char in _ESCAPES.sub("", text))


def printable(unjudged: Iterable[Unjudged]) -> list[Unjudged]:
    """Return each address once, with all reasons for it in one line without control characters."""
    reasons: dict[str, list[str]] = {}
    for missed in unjudged:
        reasons.setdefault(one_line(missed.address), []).append(one_line(missed.reason))
    return [Unjudged(address, "; ".join(dict.fromkeys(each))) for address, each in reasons.items()]


def account_label(account: str, name: str) -> str:
    """Return how an account is named to people: its id, and its name if that is known."""
    shown = one_line(name)
    return f"{account} ({shown})" if shown else account


def table_cell(text: str) -> str:
    """Return a text as a cell of a table in GitHub's Markdown.

    https://github.github.com/gfm/#tables-extension-
    """
    return text.translate(_MARKUP)
