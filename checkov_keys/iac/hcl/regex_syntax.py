"""The syntax of Go's regular expressions (RE2): a pattern becomes a tree that `regex_machine` compiles."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Union

from checkov_keys.iac.hcl.errors import EvaluationError, UndecidedError
from checkov_keys.iac.hcl.regex_classes import (
    Test,
    any_character,
    any_of,
    but_newline,
    escaped_class,
    fold,
    parse_class,
    read_escape,
)

LARGEST_COUNT = 1000
DEEPEST_GROUP = 50
_COUNT = re.compile(r"\{([0-9]+)(,([0-9]*))?\}")
_GROUP = re.compile(r"\(\?P?<([A-Za-z0-9_]+)>")
_FLAGS = re.compile(r"\(\?([imsU]*)(-[imsU]+)?([:)])")
_ASSERTIONS = {"A": "start", "z": "end", "b": "word", "B": "no word"}


@dataclass(frozen=True)
class Character:
    """One character that passes a test."""

    test: Test


@dataclass(frozen=True)
class Assertion:
    """A place between characters: `start`, `end`, `line start`, `line end`, `word` or `no word`."""

    kind: str


@dataclass(frozen=True)
class Series:
    """One after another."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Alternatives:
    """The first that leads to a match."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Repetition:
    """So many times, as often as possible or (not greedy) as seldom as possible; most is None for any number.

    counted says that braces say so.
    """

    part: Node
    least: int
    most: int | None
    greedy: bool
    counted: bool


@dataclass(frozen=True)
class Capture:
    """A group whose text is remembered by its number."""

    number: int
    part: Node


Node = Union[Character, Assertion, Series, Alternatives, Repetition, Capture]


@dataclass(frozen=True)
class Pattern:
    """A parsed pattern, and the names of its groups from the first ("" for one without a name)."""

    root: Node
    names: tuple[str, ...]


def parse_pattern(pattern: str) -> Pattern:
    """Return the tree of a pattern; raise EvaluationError if Go refuses it, UndecidedError if that is not known."""
    parser = _Parser(pattern)
    root = parser.parse_alternatives("", 0)
    if parser.position < len(pattern):
        raise EvaluationError("invalid regexp pattern: unexpected )")
    _bound_counts(root, LARGEST_COUNT)
    return Pattern(root, tuple(parser.names))


def _bound_counts(node: Node, most: int) -> None:
    """Raise EvaluationError if counted repetitions in each other multiply to more than Go takes."""
    if isinstance(node, (Series, Alternatives)):
        for part in node.parts:
            _bound_counts(part, most)
    elif isinstance(node, Capture):
        _bound_counts(node.part, most)
    elif isinstance(node, Repetition):
        times = node.least if node.most is None else node.most
        if node.counted and times > most:
            raise _refuse("invalid repeat count")
        _bound_counts(node.part, most // times if node.counted and times else most)


def _refuse(problem: str) -> EvaluationError:
    return EvaluationError(f"invalid regexp pattern: {problem}")


class _Parser:
    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.position = 0
        self.names: list[str] = []

    def rest_begins(self, text: str) -> bool:
        return self.pattern.startswith(text, self.position)

    def parse_alternatives(self, flags: str, depth: int) -> Node:
        """Parse up to the `)` that ends the group, or to the end."""
        if depth > DEEPEST_GROUP:
            raise UndecidedError("the pattern nests too deep")
        parts: list[Node] = []
        series: list[Node] = []
        repeated = False
        while self.position < len(self.pattern) and not self.rest_begins(")"):
            if self.rest_begins("|"):
                self.position += 1
                parts.append(Series(tuple(series)))
                series, repeated = [], False
                continue
            change = _FLAGS.match(self.pattern, self.position)
            if change and change[3] == ")":
                self.position = change.end()
                flags, repeated = _change_flags(flags, change), False
                continue
            repetition = self.read_repetition(flags)
            if repetition is not None:
                if not series or repeated:
                    raise _refuse("missing argument to repetition operator, or nested ones")
                series.append(Repetition(series.pop(), *repetition))
                repeated = True
                continue
            repeated = False
            series.extend(self.parse_atom(flags, depth))
        parts.append(Series(tuple(series)))
        return parts[0] if len(parts) == 1 else Alternatives(tuple(parts))

    def read_repetition(self, flags: str) -> tuple[int, int | None, bool, bool] | None:
        bounds: dict[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}
        found = bounds.get(self.pattern[self.position])
        size = 1
        if found is None:
            match = _COUNT.match(self.pattern, self.position)
            if match is None:
                return None
            least = int(match[1]) if len(match[1]) < 5 else LARGEST_COUNT + 1  # noqa: PLR2004  # digits
            most: int | None = least
            if match[2]:
                most = (int(match[3]) if len(match[3]) < 5 else LARGEST_COUNT + 1) if match[3] else None  # noqa: PLR2004
            if max(least, most or 0) > LARGEST_COUNT or (most is not None and most < least):
                raise _refuse("invalid repeat count")
            found, size = (least, most), len(match[0])
        self.position += size
        lazy = self.rest_begins("?")
        self.position += lazy
        return found[0], found[1], lazy == ("U" in flags), size > 1

    def parse_atom(self, flags: str, depth: int) -> list[Node]:
        character = self.pattern[self.position]
        if character == "(":
            return [self.parse_group(flags, depth)]
        if character == "[":
            test, self.position = parse_class(self.pattern, self.position, ignore_case="i" in flags)
            return [Character(test)]
        if character == "\\":
            return self.parse_escape(flags)
        self.position += 1
        if character == ".":
            return [Character(any_character if "s" in flags else but_newline)]
        if character in "^$":
            line = "line " if "m" in flags else ""
            return [Assertion(f"{line}{'start' if character == '^' else 'end'}")]
        return [_literal(character, flags)]

    def parse_group(self, flags: str, depth: int) -> Node:
        capture = 0
        if self.rest_begins("(?"):
            named, change = _GROUP.match(self.pattern, self.position), _FLAGS.match(self.pattern, self.position)
            if named:
                self.names.append(named[1])
                capture, self.position = len(self.names), named.end()
            elif change:
                flags, self.position = _change_flags(flags, change), change.end()
            else:
                raise _refuse("invalid or unsupported Perl syntax")
        else:
            self.names.append("")
            capture = len(self.names)
            self.position += 1
        part = self.parse_alternatives(flags, depth + 1)
        if not self.rest_begins(")"):
            raise _refuse("missing closing )")
        self.position += 1
        return Capture(capture, part) if capture else Series((part,))

    def parse_escape(self, flags: str) -> list[Node]:
        kind = self.pattern[self.position + 1 : self.position + 2]
        if kind in _ASSERTIONS and kind:
            self.position += 2
            return [Assertion(_ASSERTIONS[kind])]
        if kind == "Q":
            text, _, _ = self.pattern[self.position + 2 :].partition("\\E")
            self.position = min(self.position + 2 + len(text) + 2, len(self.pattern))
            if self.position < len(self.pattern) and self.pattern[self.position] in "*+?{" and not text:
                raise UndecidedError("a repetition of nothing")
            return [_literal(character, flags) for character in text]
        found = escaped_class(self.pattern, self.position, ignore_case="i" in flags)
        if found is not None:
            test, self.position = found
            return [Character(test)]
        character, self.position = read_escape(self.pattern, self.position)
        return [_literal(character, flags)]


def _literal(character: str, flags: str) -> Node:
    return Character(any_of(character) if "i" not in flags else fold(any_of(character)))


def _change_flags(flags: str, change: re.Match[str]) -> str:
    removed = change[2] or ""
    if not change[1] and not removed and change[3] == ")":
        raise _refuse("missing argument to (?)")
    return "".join(sorted((set(flags) | set(change[1])) - set(removed)))
