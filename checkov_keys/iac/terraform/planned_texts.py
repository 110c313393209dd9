"""The secrets that a plan over an existing state tells in plain text, found again wherever they are.

Nothing here is ever shown: what is found is named by its key.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Letters of secrets, all of which are also those of base64. Shorter texts could be found by chance.
_SHORTEST = 16
_SECRET = re.compile(rf"[A-Za-z0-9+/]{{{_SHORTEST},}}={{0,2}}")
_RUN = re.compile(rf"[A-Za-z0-9+/]{{{_SHORTEST},}}")
_ENCODED = re.compile(rf"[A-Za-z0-9+/_-]{{{_SHORTEST + 4},}}={{0,2}}")
_GZIP = b"\x1f\x8b"
# Of a text, and of all of a plan, so many letters are decoded.
_MOST_UNPACKED = 2**20
_MOST_DECODED = 2**25
_DEEPEST = 3

# The address of a key, and the attribute.
Name = tuple[str, str]


class SecretTexts:
    """Finds secrets in texts, also in those of URLs, in base64 and in gzip, in time linear in their length."""

    def __init__(self, secrets: Iterable[tuple[str, Name]]) -> None:
        """Take secrets with their names; those that nobody could tell from other texts are left out."""
        self._by_start: dict[str, dict[str, Name]] = {}
        self._left = _MOST_DECODED
        for text, name in secrets:
            if is_telling(text):
                self._by_start.setdefault(text[:_SHORTEST], {}).setdefault(text, name)

    def find(self, text: str) -> set[Name]:
        """Return the names of the secrets that are in a text."""
        found: set[Name] = set()
        if self._by_start and len(text) >= _SHORTEST:
            for form in self._decode(text):
                found.update(self._find_plain(form))
        return found

    def _find_plain(self, text: str) -> Iterator[Name]:
        starts = self._by_start
        for run in _RUN.finditer(text):
            letters, offset = run[0], run.start()
            for place in range(len(letters) - _SHORTEST + 1):
                for secret, name in starts.get(letters[place : place + _SHORTEST], {}).items():
                    if text.startswith(secret, offset + place):
                        yield name

    def _decode(self, text: str) -> Iterator[str]:
        """Yield a text and what it is decoded to, again and again."""
        waiting = [(text, 0)]
        for form, depth in waiting:
            yield form
            if depth >= _DEEPEST:
                continue
            if "%" in form:
                waiting.append((unquote(form), depth + 1))
            for run in _ENCODED.finditer(form):
                if self._left <= 0:
                    return
                decoded = _decode_base64(run[0])
                self._left -= len(run[0]) + len(decoded)
                if decoded:
                    waiting.append((decoded, depth + 1))


def is_telling(text: object) -> bool:
    """Tell whether a secret is long enough, and of the letters of secrets, so that it can be found again."""
    return isinstance(text, str) and _SECRET.fullmatch(text) is not None


def _decode_base64(text: str) -> str:
    """Return what a text in base64 holds, also in UTF-16 or compressed, "" if it holds no text."""
    letters = text.rstrip("=").translate(str.maketrans("-_", "+/"))
    letters = letters[: len(letters) - (len(letters) % 4 == 1)]
    try:
        content = base64.b64decode(letters + "=" * (-len(letters) % 4))
        if content.startswith(_GZIP):
            content = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(content, _MOST_UNPACKED)
    except (binascii.Error, zlib.error):
        return ""
    return content.replace(b"\0", b"").decode("latin-1")
