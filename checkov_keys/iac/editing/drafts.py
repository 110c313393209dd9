"""Files as they are to be: read from the disk once, then as edits leave them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.iac.editing.refusal import EditRefusedError
from checkov_keys.iac.terraform.module_files import FileStore

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class FileEdit(NamedTuple):
    """A template as it is, and as it is to be."""

    path: Path
    before: str
    after: str


class Drafts(FileStore):
    """The texts of files by path, with their line breaks, and a byte order mark if there is one."""

    def __init__(self, texts: Mapping[str, str] | None = None) -> None:
        """Start with some texts, or with those on the disk."""
        super().__init__()
        self._drafts: dict[str, str] = dict(texts or {})

    def read(self, path: str) -> str:
        """Return the text of a file; raise EditRefusedError if it cannot be read as UTF-8."""
        key = str(Path(path).resolve())
        if key in self._drafts:
            return self._drafts[key]
        try:
            return super().read(key)
        except OSError as error:
            raise EditRefusedError(f"the file cannot be read: {error.strerror or error}", 1, Path(key)) from error
        except UnicodeDecodeError as error:
            raise EditRefusedError("the file is not UTF-8", 1, Path(key)) from error

    def write(self, path: Path, text: str) -> None:
        """Take another text for a file; the file on the disk stays as it is."""
        self._drafts[str(path.resolve())] = text

    def list_edits(self) -> Iterator[FileEdit]:
        """Yield the files that are to change, in the order of their paths."""
        for path, after in sorted(self._drafts.items()):
            before = super().read(path)
            if after != before:
                yield FileEdit(Path(path), before, after)
