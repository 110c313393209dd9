"""Which characters a part of a pattern of Go's regular expressions takes."""

from __future__ import annotations

import re
import unicodedata
from typing import Callable

from checkov_keys.iac.hcl.errors import EvaluationError, UndecidedError

Test = Callable[[str], bool]

_SIMPLE = {"a": "\a", "f": "\f", "t": "\t", "n": "\n", "r": "\r", "v": "\v"}
_DIGITS, _SPACES = frozenset("0123456789"), frozenset("\t\n\f\r ")
_LOWER, _UPPER = frozenset("abcdefghijklmnopqrstuvwxyz"), frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_WORD = _LOWER | _UPPER | _DIGITS | {"_"}
_PRINTABLE = frozenset(map(chr, range(0x20, 0x7F)))
_POSIX = {
    "alnum": _LOWER | _UPPER | _DIGITS, "alpha": _LOWER | _UPPER, "ascii": frozenset(map(chr, range(0x80))),
    "blank": frozenset("\t "), "cntrl": frozenset(map(chr, (*range(0x20), 0x7F))), "digit": _DIGITS,
    "graph": _PRINTABLE - {" "}, "lower": _LOWER, "print": _PRINTABLE,
    "punct": _PRINTABLE - _LOWER - _UPPER - _DIGITS - {" "}, "space": _SPACES | {"\v"}, "upper": _UPPER,
    "word": _WORD, "xdigit": _DIGITS | frozenset("abcdefABCDEF"),
}  # fmt: skip
_PERL = {"d": _DIGITS, "s": _SPACES, "w": _WORD}
_POSIX_NAME = re.compile(r"\[:(\^?)([^\]:]*):\]")
_UNICODE_NAME = re.compile(r"\\([pP])(?:\{(\^?)([A-Za-z_]+)\}|([A-Za-z]))")
_CATEGORIES = frozenset((
    "L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Ps", "Pe", "Pi",
    "Pf", "Po", "S", "Sm", "Sc", "Sk", "So", "Z", "Zs", "Zl", "Zp", "Cc", "Cf", "Co",
))  # fmt: skip
_OCTAL = re.compile(r"\\(0[0-7]{0,2}|[1-7][0-7]{1,2})")
_HEXADECIMAL = re.compile(r"\\x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]+)\})")
_LARGEST = 0x10FFFF
_ALSO = {"k": "\u212a", "K": "\u212a", "s": "\u017f", "S": "\u017f", "\u212a": "kK", "\u017f": "sS"}


def any_character(_character: str) -> bool:
    """Take any character."""
    return True


def but_newline(character: str) -> bool:
    """Take any character but the end of a line."""
    return character != "\n"


def is_word(character: str) -> bool:
    """Take what words are made of: ASCII letters, digits and the underscore."""
    return character in _WORD


def any_of(characters: str | frozenset[str]) -> Test:
    """Return the test that takes these characters."""
    return frozenset(characters).__contains__


def negate(test: Test) -> Test:
    """Return the opposite test."""
    return lambda character: not test(character)


def fold(test: Test) -> Test:
    """Return a test that takes a character if it takes it in any case."""

    def folded(character: str) -> bool:
        if test(character):
            return True
        if not character.isascii() and character not in _ALSO and character.lower() != character.upper():
            raise UndecidedError("upper and lower case of this character are not known here")
        if any(test(other) for other in _ALSO.get(character, "")):
            return True
        return test(character.lower()) or test(character.upper())

    return folded


def escaped_class(pattern: str, position: int, *, ignore_case: bool) -> tuple[Test, int] | None:
    r"""Return the class that an escape such as `\\d` or `\\pL` stands for, and where it ends; None if it is none."""
    kind = pattern[position + 1 : position + 2]
    if kind and kind.lower() in _PERL:
        test = any_of(_PERL[kind.lower()])
        test = fold(test) if ignore_case else test
        return negate(test) if kind.isupper() else test, position + 2
    match = _UNICODE_NAME.match(pattern, position)
    if match is None:
        return None
    name = match[3] or match[4]
    if name not in _CATEGORIES:
        raise UndecidedError(f"the class of characters {name} is not known here")
    test = _category_test(name)
    test = fold(test) if ignore_case else test
    return negate(test) if (match[1] == "P") != bool(match[2]) else test, match.end()


def _category_test(name: str) -> Test:
    def test(character: str) -> bool:
        category = unicodedata.category(character)
        if category == "Cn":
            raise UndecidedError("a character is not known here")
        return category.startswith(name)

    return test


def read_escape(pattern: str, position: int) -> tuple[str, int]:
    """Return the character that an escape stands for, and where it ends; raise EvaluationError if it is not one."""
    kind = pattern[position + 1 : position + 2]
    if not kind:
        raise EvaluationError("invalid regexp pattern: trailing backslash at end of expression")
    if kind in _SIMPLE:
        return _SIMPLE[kind], position + 2
    octal, hexadecimal = _OCTAL.match(pattern, position), _HEXADECIMAL.match(pattern, position)
    code = int(octal[1], 8) if octal else -1
    if hexadecimal:
        code = int((hexadecimal[1] or hexadecimal[2])[-8:], 16)
    if 0 <= code <= _LARGEST:
        match = octal or hexadecimal
        return chr(code), match.end() if match else position
    if kind.isascii() and not kind.isalnum():
        return kind, position + 2
    raise EvaluationError(f"invalid regexp pattern: invalid escape sequence \\{kind}")


def parse_class(pattern: str, position: int, *, ignore_case: bool) -> tuple[Test, int]:
    """Return the test of a class in brackets, and where it ends; raise EvaluationError if it is malformed."""
    position += 1
    negated = pattern.startswith("^", position)
    position += negated
    tests: list[Test] = []
    first = True
    while first or not pattern.startswith("]", position):
        first = False
        if position >= len(pattern):
            raise EvaluationError("invalid regexp pattern: missing closing ]")
        test, position = _parse_item(pattern, position)
        tests.append(test)

    def test_all(character: str) -> bool:
        return any(test(character) for test in tests)

    whole = fold(test_all) if ignore_case else test_all
    return negate(whole) if negated else whole, position + 1


def _parse_item(pattern: str, position: int) -> tuple[Test, int]:
    named = _POSIX_NAME.match(pattern, position)
    if named:
        if named[2] not in _POSIX:
            raise EvaluationError("invalid regexp pattern: invalid character class range")
        test = any_of(_POSIX[named[2]])
        return negate(test) if named[1] else test, named.end()
    if pattern.startswith("\\", position):
        found = escaped_class(pattern, position, ignore_case=False)
        if found is not None:
            return found
    low, position = _read_member(pattern, position)
    if pattern.startswith("-", position) and pattern[position + 1 : position + 2] not in {"", "]"}:
        high, position = _read_member(pattern, position + 1)
        if high < low:
            raise EvaluationError("invalid regexp pattern: invalid character class range")
        return lambda character: low <= character <= high, position
    return any_of(low), position


def _read_member(pattern: str, position: int) -> tuple[str, int]:
    if position >= len(pattern):
        raise EvaluationError("invalid regexp pattern: missing closing ]")
    if pattern[position] == "\\":
        return read_escape(pattern, position)
    return pattern[position], position + 1
