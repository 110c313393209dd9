"""Files that are written completely or not at all."""

from __future__ import annotations

import shutil
import stat
import tempfile
import uuid
from contextlib import suppress
from typing import TYPE_CHECKING

from checkov_keys.domain.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def write_whole(path: Path, text: str | Iterable[str], *, private: bool = False) -> None:
    """Write a text, or its parts one after the other, so that the file is complete or absent.

    It is UTF-8, and line breaks are those of the text on every system: a script with CR LF is none. `private`: only its
    owner may read it. Raises UsageError if that is not possible.
    """
    parts = (text,) if isinstance(text, str) else text
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not path.is_file():
            # A device or a pipe, such as /dev/stdout, is written to, never replaced.
            with path.open("w", encoding="utf-8", newline="") as file:
                file.writelines(parts)
            return
        target = path.resolve()
        partial = target.with_name(f".checkov-keys-{uuid.uuid4().hex}")
        try:
            # "x": if others may write here too, a link that they made beforehand is not followed.
            with partial.open("x", encoding="utf-8", newline="") as file:
                if private:
                    partial.chmod(0o600)
                file.writelines(parts)
            if target.exists() and not private:
                shutil.copymode(target, partial)
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from error


def check_writable(path: Path) -> None:
    """Make the folder of a file and raise UsageError if the file could not be written there."""
    try:
        # Path.is_dir() and the like hide what is wrong with a name since Python 3.14.
        with suppress(FileNotFoundError):
            mode = path.stat().st_mode
            if stat.S_ISDIR(mode):
                raise UsageError(f"cannot write {path}: it is a directory")
            if not stat.S_ISREG(mode):
                return
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path.resolve().parent):
            pass
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from error
