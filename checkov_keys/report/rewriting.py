"""Files of others that get another text, and stay what they are: owner, group, mode and extended attributes."""

from __future__ import annotations

import os
import stat
import uuid
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.domain.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_ANY_MAY_WRITE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


class _Staged(NamedTuple):
    """A file, and the new one beside it that is to take its place."""

    path: Path
    beside: Path


def rewrite_files(texts: Mapping[Path, tuple[str, str]]) -> None:
    """Give files another text: `texts` maps each to what it holds and to what it is to hold, with their line breaks.

    Each file is replaced as a whole, and keeps owner, group, mode and extended attributes. A symbolic link stays one.
    All new files are complete on the disk before the first one takes its place. Raises UsageError, with nothing
    changed, for a file that is read-only, has several hard links, has changed meanwhile, or cannot be made again as it
    is.
    """
    with ExitStack() as stack:
        staged = []
        for path, (before, after) in texts.items():
            try:
                # A link keeps leading to its file.
                target = path.resolve(strict=True)
                beside = target.with_name(f".checkov-keys-{uuid.uuid4().hex}")
                stack.callback(_remove, beside)
                _stage(target, beside, before.encode(), after.encode())
            except OSError as error:
                raise _refused(path, error.strerror or str(error)) from error
            staged.append(_Staged(target, beside))
        _replace(staged)


def _replace(staged: list[_Staged]) -> None:
    done: list[str] = []
    for each in staged:
        try:
            each.beside.replace(each.path)
        except OSError as error:
            written = f"; written before it: {', '.join(done)}" if done else "; nothing was written"
            raise UsageError(f"cannot write {each.path}: {error.strerror}{written}") from error
        done.append(str(each.path))


def _refused(path: Path, reason: str) -> UsageError:
    return UsageError(f"cannot write {path}: {reason}; nothing was written")


def _stage(path: Path, beside: Path, before: bytes, after: bytes) -> None:
    """Write a new file beside another that differs in its content alone; raise UsageError or OSError if it cannot."""
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise _refused(path, "it is not a regular file")
    if not status.st_mode & _ANY_MAY_WRITE or not os.access(path, os.W_OK):
        raise _refused(path, "it is read-only")
    if status.st_nlink > 1:
        raise _refused(path, f"it has {status.st_nlink} hard links, and the other names would keep the old text")
    if path.read_bytes() != before:
        raise _refused(path, "it has changed since it was read")
    # "x": if others may write here too, a link that they made beforehand is not followed.
    with beside.open("xb") as file:
        file.write(after)
        file.flush()
        os.fsync(file.fileno())
    _copy_attributes(path, beside, status)


def _copy_attributes(path: Path, beside: Path, status: os.stat_result) -> None:
    made = beside.stat()
    if hasattr(os, "chown") and (made.st_uid, made.st_gid) != (status.st_uid, status.st_gid):
        try:
            os.chown(beside, status.st_uid, status.st_gid)
        except OSError as error:
            raise _refused(path, "its owner and group could not be kept") from error
    # After the owner, since a new owner costs a file its set-id bits.
    beside.chmod(stat.S_IMODE(status.st_mode))
    for name, value in _extended_attributes(path).items():
        if _extended_attributes(beside).get(name) != value:
            try:
                os.setxattr(beside, name, value)
            except OSError as error:
                raise _refused(path, f"its attribute {name} could not be kept") from error
    if stat.S_IMODE(beside.stat().st_mode) != stat.S_IMODE(status.st_mode):
        raise _refused(path, f"its mode {stat.S_IMODE(status.st_mode):o} could not be kept")


def _extended_attributes(path: Path) -> dict[str, bytes]:
    """Return the extended attributes, access control lists among them, by name; none where the system has none."""
    if not hasattr(os, "listxattr"):
        return {}
    with suppress(OSError):
        return {name: os.getxattr(path, name) for name in os.listxattr(path)}
    return {}


def _remove(beside: Path) -> None:
    with suppress(OSError):
        beside.unlink(missing_ok=True)
