"""What a format is: how a report of one kind, live or of templates, becomes a text in a file and on the console."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Generic, TypeVar

from checkov_keys.report.destinations import ANSI, DEFAULT_SARIF_FILE
from checkov_keys.report.files import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checkov_keys.report.destinations import Destinations, Style

R = TypeVar("R")
_AT_ONCE = 1 << 20


@dataclass(frozen=True)
class Format(Generic[R]):
    """One format of reports `R`.

    `name` is what -o takes. `text` yields the parts of a report's text, `file_text` those of the text in a file if that
    differs. Reports are written to files first, then shown.
    """

    name: str
    text: Callable[[R, Style], Iterable[str]]
    file_text: Callable[[R, Style], Iterable[str]] | None = None

    def write(self, report: R, destinations: Destinations, style: Style) -> str:
        """Write the format's file, and return in words what was written, "" for nothing.

        Raises UsageError if the file cannot be written.
        """
        path = destinations.files[self.name]
        make = self.file_text or self.text
        write_whole(path, make(report, style))
        return str(path)

    def introduce(self, style: Style) -> str:  # noqa: ARG002
        """Return what the console says before the format, even if its text goes to a file."""
        return ""

    def show(self, report: R, destinations: Destinations, style: Style) -> Iterator[str]:
        """Yield the parts of what the console shows."""
        path = destinations.files.get(self.name)
        # Reading the file takes less time than making its text again; a device cannot be read back.
        if self.file_text is None and path is not None and path.is_file():
            yield from _read_parts(path)
        else:
            yield from self.text(report, style)
        yield "\n"


class SarifFormat(Format[R]):
    """SARIF always goes to a file; what the console shows instead is the format's `text`."""

    def show(self, report: R, destinations: Destinations, style: Style) -> Iterator[str]:
        """Yield the text, unless the console has it as a format of its own, and the file's name if nobody chose it."""
        if "cli" not in destinations.formats:
            yield from self.text(report, style)
        if destinations.files[self.name] == Path(DEFAULT_SARIF_FILE) and not destinations.sarif_per_account:
            yield f"\nWrote output in SARIF format to the file '{DEFAULT_SARIF_FILE}'\n"


def without_colours(text: Callable[[R, Style], Iterable[str]]) -> Callable[[R, Style], Iterable[str]]:
    """Return what yields the parts of a text without escape sequences, which no part ends within."""
    return lambda report, style: (ANSI.sub("", part) for part in text(report, style))


def _read_parts(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8", newline="") as file:
        while part := file.read(_AT_ONCE):
            yield part
