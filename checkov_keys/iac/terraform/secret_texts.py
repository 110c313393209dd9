"""The text that takes the place of a secret while a configuration is evaluated, and whether a value still holds it.

A mark says from which secrets a value was made. What is left of them, the text tells: a hash of a secret has its mark,
but not its text. If a value is not known, the mark decides.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from checkov_keys.iac.hcl.values import BOOL, NUMBER, Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# AWS makes secrets of 40 characters.
_LENGTH = 40
# So much of a secret in one piece counts as the secret. A shorter piece is a fingerprint at most.
_PIECE = 16
_STEP = 8
# So many pieces are not looked for one by one.
_MANY_PIECES = 200
_BASE64 = re.compile(r"[A-Za-z0-9+/]{16,}={0,2}")
# Encodings in encodings are looked into so deep.
_DEEPEST = 3


class Secret(NamedTuple):
    """A mark: the value was made from an attribute of an access key, which is given by its address."""

    key: str
    attribute: str

    @property
    def is_of_text(self) -> bool:
        """True: what does not hold the text has no mark either, such as a length or a hash."""
        return True


@lru_cache(maxsize=4096)
def make_text(secret: Secret) -> str:
    """Return the text of a secret: 40 letters and digits, always the same, and others for another secret."""
    digest = hashlib.sha512("\0".join(secret).encode("utf-8", "surrogatepass")).digest()
    return re.sub("[^A-Za-z0-9]", "0", base64.b64encode(digest).decode())[:_LENGTH]


def find_held(text: str, secrets: Iterable[Secret]) -> set[Secret]:
    """Return those of some secrets whose text a text holds, as it is, encoded, or in other letters."""
    wanted = frozenset(secrets)
    found: set[Secret] = set()
    if wanted:
        by_piece = _index_pieces(wanted)
        for form in _decode(text, 0):
            found |= _find_pieces(form, by_piece)
            if len(found) == len(wanted):
                break
    return found


def _find_pieces(form: str, by_piece: dict[str, Secret]) -> set[Secret]:
    """Return the secrets of which a text has a piece, by whatever is shorter: the places in the text, or the pieces."""
    places = len(form) - _PIECE + 1
    if places < len(by_piece) or len(by_piece) > _MANY_PIECES:
        parts = (form[at : at + _PIECE] for at in range(places))
        return {by_piece[part] for part in parts if part in by_piece}
    return {secret for piece, secret in by_piece.items() if piece in form}


@lru_cache(maxsize=64)
def _index_pieces(secrets: frozenset[Secret]) -> dict[str, Secret]:
    return {piece: secret for secret in secrets for piece in _pieces(secret)}


def iterate_texts(value: Value) -> Iterator[tuple[tuple[str, ...], Value, frozenset[Secret]]]:
    """Yield each text, and each unknown part, of a value that may hold secrets: where it is, the part, its secrets.

    Where it is are the names on the way to it, without the positions in lists. Names that are keys of a map count as
    texts at the map itself.
    """
    waiting: list[tuple[tuple[str, ...], Value, frozenset[object]]] = [((), value, frozenset())]
    while waiting:
        path, part, above = waiting.pop()
        marks = above | part.marks
        content = part.content
        if isinstance(content, Unknown) and content.example is not None:
            waiting.append((path, content.example, above))
            continue
        if isinstance(content, Unknown) and content.possible:
            waiting += [(path, choice, marks) for choice in reversed(content.possible)]
            continue
        if isinstance(content, dict):
            waiting += [((*path, name), member, marks) for name, member in reversed(content.items())]
        elif isinstance(content, tuple):
            waiting += [(path, member, marks) for member in reversed(content)]
        held = _find_in_part(part, frozenset(mark for mark in marks if isinstance(mark, Secret)))
        if held:
            yield path, part, held


def find_secrets(value: Value) -> frozenset[Secret]:
    """Return the secrets that a value holds."""
    return frozenset().union(*[held for _, _, held in iterate_texts(value)])


def _find_in_part(part: Value, secrets: frozenset[Secret]) -> frozenset[Secret]:
    content = part.content
    if not secrets:
        return secrets
    if isinstance(content, Unknown):
        return frozenset() if part.type in (BOOL, NUMBER) else secrets
    if isinstance(content, str):
        return frozenset(find_held(content, secrets))
    if isinstance(content, dict):
        return frozenset().union(*[find_held(name, secrets) for name in content])
    return frozenset()


@lru_cache(maxsize=4096)
def _pieces(secret: Secret) -> tuple[str, ...]:
    """Return the pieces that are looked for: from the left and from the right, in small letters."""
    text = make_text(secret).lower()
    starts = range(0, _LENGTH - _PIECE + 1, _STEP)
    return tuple(each[start : start + _PIECE] for each in (text, text[::-1]) for start in starts)


def _decode(text: str, depth: int) -> Iterator[str]:
    """Yield a text in small letters, and what it is if parts of it are decoded."""
    yield text.lower()
    if depth == _DEEPEST:
        return
    if "%" in text:
        yield unquote(text).lower()
    for token in _BASE64.findall(text):
        try:
            raw = base64.b64decode(token.rstrip("=") + "=" * (-len(token.rstrip("=")) % 4))
        except (binascii.Error, ValueError):
            continue
        # UTF-16 has a zero beside each letter.
        yield from _decode(raw.replace(b"\0", b"").decode("latin-1"), depth + 1)
