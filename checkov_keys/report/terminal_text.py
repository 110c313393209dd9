"""Text that fits a terminal: lines wrapped at words, colours if somebody sees them."""

from __future__ import annotations

import os
import textwrap
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TextIO

_COLOURS = {"red": 31, "green": 32, "yellow": 33, "cyan": 36}
_USUAL_WIDTH = 80
# Below that, a line would hold one word.
_LEAST_WIDTH = 20


class Screen(NamedTuple):
    """What shows a text: its width in characters, None for a file or a pipe, and whether it shows colours."""

    width: int | None = None
    coloured: bool = False

    def paint(self, text: str, colour: str) -> str:
        """Return a text in a colour, as it is if there are none."""
        return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m" if self.coloured and text else text

    def wrap(self, text: str, indent: str = "", hanging: str | None = None) -> list[str]:
        """Return a line as lines that fit, the first after `indent`, others after `hanging`, or `indent` if it is None.

        A word that is too long, such as an ARN, is a line by itself.
        """
        if self.width is None or len(indent) + len(text) <= self.width:
            return [f"{indent}{text}"]
        return textwrap.wrap(
            text,
            self.width,
            initial_indent=indent,
            subsequent_indent=indent if hanging is None else hanging,
            break_long_words=False,
            break_on_hyphens=False,
        ) or [indent]

    def wrap_all(self, lines: Iterable[str], hanging: str = "  ") -> Iterator[str]:
        """Yield lines that fit, of lines that may be indented; what is wrapped is indented by `hanging` more."""
        for line in lines:
            text = line.lstrip(" ")
            indent = line[: len(line) - len(text)]
            yield from self.wrap(text, indent, f"{indent}{hanging}")

    def wrap_command(self, words: list[str], indent: str = "") -> list[str]:
        """Return a command of a POSIX shell as lines that fit, which the shell reads as one."""
        if self.width is None or len(indent) + len(" ".join(words)) <= self.width:
            return [f"{indent}{' '.join(words)}"]
        lines = [f"{indent}{words[0]}"]
        for word in words[1:]:
            # Two more for what continues the line.
            if len(lines[-1]) + 1 + len(word) + len(" \\") <= self.width:
                lines[-1] += f" {word}"
            else:
                lines[-1] += " \\"
                lines.append(f"{indent}  {word}")
        return lines


FILE = Screen()


def describe_screen(stream: TextIO | None) -> Screen:
    """Return what a stream is shown on; COLUMNS, NO_COLOR and TERM=dumb count at a terminal.

    https://no-color.org
    """
    try:
        if stream is None or not stream.isatty():
            return FILE
        columns = os.environ.get("COLUMNS", "")
        width = int(columns) if columns.isdecimal() else os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError):
        width = 0
    coloured = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return Screen(max(width or _USUAL_WIDTH, _LEAST_WIDTH), coloured)
