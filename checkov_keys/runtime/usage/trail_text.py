"""The bytes of a trail file → the text of its records, piece by piece: memory does not grow with the file."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator

try:
    # The same functions, twice as fast: https://python-isal.readthedocs.io
    from isal import isal_zlib

    _ZLIBS: tuple[Any, ...] = (isal_zlib, zlib)
except ImportError:
    _ZLIBS = (zlib,)

_GZIP = b"\x1f\x8b"
_GZIP_FORMAT = 31  # of zlib: a gzip header and trailer
# Compressed bytes at a time, and text at a time, however well it was compressed: what a processor's cache can hold.
_READ, _LARGEST = 1 << 14, 1 << 18
# Log files are compressed to a tenth, some to a thirtieth. What is far above that was made to keep its reader busy.
_MOST_TIMES, _HARMLESS = 200, 1 << 26


class UnreadableError(Exception):
    """A file cannot be read on, for the reason that is its message."""


def inflate(file: BinaryIO) -> Iterator[bytes]:
    """Yield the text of a file, which may be compressed with gzip; raise UnreadableError if it is damaged."""
    start = file.read(_READ)
    if not start:
        raise UnreadableError("the file is empty")
    if not start.startswith(_GZIP):
        while start:
            yield start
            start = file.read(_READ)
        return
    yield from _inflate_members(file, start)


def _inflate_members(file: BinaryIO, data: bytes) -> Iterator[bytes]:
    library = _ZLIBS[0]
    member, size, length = library.decompressobj(_GZIP_FORMAT), len(data), 0
    while True:
        try:
            text = member.decompress(data, _LARGEST)
        except library.error as error:
            raise UnreadableError("the gzip data is damaged") from error
        if text:
            yield text
        length += len(text)
        if length > max(_HARMLESS, size * _MOST_TIMES):
            raise UnreadableError("the gzip data is compressed far more than a log file can be")
        # Several members may follow one another, and zeros may fill up a block behind the last.
        data = member.unconsumed_tail or member.unused_data.lstrip(b"\0")
        if not data:
            data = file.read(_READ)
            size += len(data)
        if member.eof:
            data = data.lstrip(b"\0")
            if not data:
                return
            member = library.decompressobj(_GZIP_FORMAT)
        elif not data and not text:
            raise UnreadableError("the gzip data ends early")
