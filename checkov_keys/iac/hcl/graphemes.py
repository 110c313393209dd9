"""What people see as one character: Terraform counts and cuts texts in these, not in code points."""

from __future__ import annotations

import unicodedata

from checkov_keys.iac.hcl.errors import UndecidedError

_PLAIN_CATEGORIES = frozenset((
    "Lu", "Ll", "Lt", "Nd", "Nl", "No", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Zs",
))  # fmt: skip
_PLAIN_LETTERS = (
    (0xAA, 0xBA), (0x1BB, 0x1C3), (0x5D0, 0x5F2), (0x620, 0x6D5), (0x3041, 0x30FF), (0x3400, 0x9FFF), (0xAC00, 0xD7A3)
)  # fmt: skip
_FLAGS = (0x1F1E6, 0x1F1FF)


def split_graphemes(text: str) -> list[str]:
    """Return the characters of a text as people see them; raise UndecidedError if that is not known here."""
    if text.isascii() and "\r\n" not in text:
        return list(text)
    if all(_is_alone(character) for character in set(text)) and "\r\n" not in text:
        return list(text)
    clusters: list[str] = []
    for character in text:
        joins = clusters and _joins(clusters[-1], character)
        if joins:
            clusters[-1] += character
        else:
            clusters.append(character)
    return clusters


def _is_alone(character: str) -> bool:
    """Say whether a character never forms one with the character before it (but for the end of a line)."""
    return character.isascii() or (unicodedata.category(character)[0] != "M" and not _joins("", character))


def _joins(before: str, character: str) -> bool:
    if character.isascii():
        return before == "\r" and character == "\n"
    category = unicodedata.category(character)
    if category in {"Mn", "Me"}:
        return before not in {"\r", "\n"} and not (before.isascii() and not before.isprintable())
    if category in _PLAIN_CATEGORIES:
        return False
    code = ord(character)
    if category == "Lo" and any(low <= code <= high for low, high in _PLAIN_LETTERS):
        return False
    if category == "So" and not _FLAGS[0] <= code <= _FLAGS[1]:
        return False
    raise UndecidedError(f"what U+{code:04X} forms one character with is not known here")
