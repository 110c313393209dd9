"""Runs Go's regular expressions in time proportional to the text, whatever the pattern: no backtracking.

All ways to match are followed at once, the preferred ones first, so that the match is the one that Go finds.
"""

from __future__ import annotations

from typing import Callable

from checkov_keys.iac.hcl.errors import LimitError
from checkov_keys.iac.hcl.regex_classes import Test, is_word
from checkov_keys.iac.hcl.regex_syntax import (
    Alternatives,
    Assertion,
    Capture,
    Character,
    Node,
    Pattern,
    Repetition,
    Series,
    parse_pattern,
)

Slots = tuple[int, ...]
"""Where the match and its groups begin and end, two for each; -1 for a group that took no part."""

LARGEST_PROGRAM = 3000
_CHARACTER, _SPLIT, _SAVE, _ASSERT, _MATCH = range(5)


class _Instruction:
    """One step: `following` is where to go on, `second` the less preferred way of a split."""

    __slots__ = ("assertion", "following", "kind", "second", "slot", "test")

    def __init__(self, kind: int) -> None:
        self.kind = kind
        self.following = 0
        self.second = 0
        self.slot = 0
        self.assertion = ""
        self.test: Test | None = None


class Machine:
    """A compiled pattern; `names` are those of its groups."""

    def __init__(self, pattern: str) -> None:
        parsed = parse_pattern(pattern)
        self.names = parsed.names
        self.program: list[_Instruction] = []
        self.start = _Compiler(self.program).compile_pattern(parsed)

    def search(self, text: str, position: int, spend: Callable[[int], None]) -> Slots | None:
        """Return the first match from a position on; None if there is none. `spend` is told of every step."""
        size = 2 * (len(self.names) + 1)
        best: Slots | None = None
        threads: list[tuple[int, Slots]] = []
        for place in range(position, len(text) + 1):
            following: dict[int, Slots] = {}
            for number, slots in threads:
                self._follow(number, slots, text, place, following)
            if best is None:
                self._follow(self.start, (-1,) * size, text, place, following)
            spend(4 + 12 * len(following))
            character = text[place : place + 1]
            threads = []
            for number, slots in following.items():
                step = self.program[number]
                if step.kind == _MATCH:
                    best = slots
                    break
                if character and step.test is not None and step.test(character):
                    threads.append((step.following, slots))
            if not threads and best is not None:
                break
        return best

    def _follow(self, number: int, slots: Slots, text: str, place: int, found: dict[int, Slots]) -> None:
        """Add every step that takes a character, or ends the match, and can be reached without a character."""
        waiting = [(number, slots)]
        seen = found
        while waiting:
            number, slots = waiting.pop()
            if number in seen:
                continue
            step = self.program[number]
            seen[number] = slots
            if step.kind == _SPLIT:
                waiting.append((step.second, slots))
                waiting.append((step.following, slots))
            elif step.kind == _SAVE:
                waiting.append((step.following, (*slots[: step.slot], place, *slots[step.slot + 1 :])))
            elif step.kind == _ASSERT and _holds(step.assertion, text, place):
                waiting.append((step.following, slots))


def _holds(kind: str, text: str, place: int) -> bool:
    if kind == "start":
        return place == 0
    if kind == "end":
        return place == len(text)
    if kind == "line start":
        return place == 0 or text[place - 1] == "\n"
    if kind == "line end":
        return place == len(text) or text[place] == "\n"
    before, after = place > 0 and is_word(text[place - 1]), place < len(text) and is_word(text[place])
    return (before != after) == (kind == "word")


class _Compiler:
    """Compiles from the end: each part is given where to go on after it, and returns where it begins."""

    def __init__(self, program: list[_Instruction]) -> None:
        self.program = program

    def compile_pattern(self, pattern: Pattern) -> int:
        ending = self.save(1, self.add(_MATCH))
        return self.save(0, self.compile(pattern.root, ending))

    def add(self, kind: int) -> int:
        if len(self.program) >= LARGEST_PROGRAM:
            raise LimitError("the pattern is too large")
        self.program.append(_Instruction(kind))
        return len(self.program) - 1

    def save(self, slot: int, following: int) -> int:
        number = self.add(_SAVE)
        self.program[number].slot, self.program[number].following = slot, following
        return number

    def split(self, preferred: int, other: int, *, greedy: bool) -> int:
        number = self.add(_SPLIT)
        step = self.program[number]
        step.following, step.second = (preferred, other) if greedy else (other, preferred)
        return number

    def compile(self, node: Node, following: int) -> int:
        if isinstance(node, Character):
            number = self.add(_CHARACTER)
            self.program[number].test, self.program[number].following = node.test, following
            return number
        if isinstance(node, Assertion):
            number = self.add(_ASSERT)
            self.program[number].assertion, self.program[number].following = node.kind, following
            return number
        if isinstance(node, Series):
            for part in reversed(node.parts):
                following = self.compile(part, following)
            return following
        if isinstance(node, Alternatives):
            start = self.compile(node.parts[-1], following)
            for part in reversed(node.parts[:-1]):
                start = self.split(self.compile(part, following), start, greedy=True)
            return start
        if isinstance(node, Capture):
            ending = self.save(2 * node.number + 1, following)
            return self.save(2 * node.number, self.compile(node.part, ending))
        return self.repeat(node, following)

    def repeat(self, node: Repetition, following: int) -> int:
        if node.most is None:
            start = self.repeat_any(node, following)
            for _ in range(node.least - 1):
                start = self.compile(node.part, start)
            return start
        start = following
        for _ in range(node.most - node.least):
            start = self.split(self.compile(node.part, start), following, greedy=node.greedy)
        for _ in range(node.least):
            start = self.compile(node.part, start)
        return start

    def repeat_any(self, node: Repetition, following: int) -> int:
        """Compile `part+`, or `part*`, which is `(part+)?` if the part can be empty."""
        loop = self.add(_SPLIT)
        start = self.compile(node.part, loop)
        step = self.program[loop]
        step.following, step.second = (start, following) if node.greedy else (following, start)
        if node.least:
            return start
        return self.split(start, following, greedy=node.greedy) if _can_be_empty(node.part) else loop


def _can_be_empty(node: Node) -> bool:
    if isinstance(node, Character):
        return False
    if isinstance(node, Assertion):
        return True
    if isinstance(node, Series):
        return all(map(_can_be_empty, node.parts))
    if isinstance(node, Alternatives):
        return any(map(_can_be_empty, node.parts))
    if isinstance(node, Repetition):
        return node.least == 0 or _can_be_empty(node.part)
    return _can_be_empty(node.part)
