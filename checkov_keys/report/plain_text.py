"""Names that others chose, made safe for a line of a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkov_keys.domain.text import one_line
from checkov_keys.domain.users import Unjudged

if TYPE_CHECKING:
    from collections.abc import Iterable

# What Markdown would take to be the end of a cell, a link, an image, code, or markup.
_MARKUP = str.maketrans({"\\": "\\\\", "|": "\\|", "[": "\\[", "`": "\\`", "<": "&lt;"})

# What spreadsheets take for a formula; an IAM user's name may begin with any of these.
# https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def printable(unjudged: Iterable[Unjudged]) -> list[Unjudged]:
    """Return each address once for each rule, with all reasons for it in one line without control characters."""
    reasons: dict[tuple[str, str], list[str]] = {}
    for missed in unjudged:
        reasons.setdefault((one_line(missed.address), missed.rule), []).append(one_line(missed.reason))
    return [Unjudged(address, "; ".join(dict.fromkeys(each)), rule=rule) for (address, rule), each in reasons.items()]


def account_label(account: str, name: str) -> str:
    """Return how an account is named to people: its id, and its name if that is known."""
    shown = one_line(name)
    return f"{account} ({shown})" if shown else account


def table_cell(text: str) -> str:
    """Return a text as a cell of a table in GitHub's Markdown.

    https://github.github.com/gfm/#tables-extension-
    """
    return text.translate(_MARKUP)


def spreadsheet_cell(cell: object) -> str:
    """Return a value as a cell of CSV that no spreadsheet takes for a formula; None is empty."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text
