"""The lines of templates, for findings that stand at them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from checkov_keys.domain.templates import SourceRange


def in_repository(place: SourceRange) -> bool:
    """Tell whether a place is below the working directory, and so can be named in a report of a repository.

    https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
    """
    return not place.path.startswith(("../", "/")) and place.first_line > 0


def code_block(place: SourceRange) -> list[tuple[int, str]]:
    """Return the lines of a place with their numbers and line breaks, as Checkov has them; none where it is gone."""
    try:
        lines = Path(place.path).read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)
    except OSError:
        return []
    return list(enumerate(lines, 1))[place.first_line - 1 : place.last_line]
