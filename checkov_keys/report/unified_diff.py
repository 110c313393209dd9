"""Changes of text files as a unified diff that `git apply` and `patch -p1` apply."""

from __future__ import annotations

import difflib
import re

# Every line with its line break. Unlike splitlines(), it ends lines as diffs do, at \n only.
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
# https://git-scm.com/docs/diff-format: names with these are quoted, and with what hides. So is the second of two #:
# they begin a command of a CI service.
_QUOTED = re.compile(r'[\x00-\x1f"\\\x7f]|(?<=#)#')
_NO_BREAK = "\\ No newline at end of file\n"


def unified_diff(name: str, before: str, after: str) -> str:
    """Return the diff of one file, "" if nothing changes; `name` is its path with slashes.

    https://www.gnu.org/software/diffutils/manual/html_node/Detailed-Unified.html
    """
    lines = difflib.unified_diff(
        _LINE.findall(before), _LINE.findall(after), _quote_name(f"a/{name}"), _quote_name(f"b/{name}")
    )
    return "".join(line if line.endswith("\n") else f"{line}\n{_NO_BREAK}" for line in lines)


def _quote_name(name: str) -> str:
    if _QUOTED.search(name) or not name.isprintable():
        quoted = _QUOTED.sub(lambda found: _quote(found.group()), name)
        return '"' + "".join(char if char.isprintable() else _quote(char) for char in quoted) + '"'
    # Without the tab, patch takes what follows a space for a date.
    return f"{name}\t" if " " in name else name


def _quote(char: str) -> str:
    return "".join(f"\\{byte:03o}" for byte in char.encode("utf-8", "surrogateescape"))
