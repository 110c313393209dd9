"""Time every regular expression of the package with hostile texts of 10,000 and 100,000 letters.

Prints one line for each pattern: how many times as long the worst text takes if it is ten times as long (10 is linear,
100 is quadratic), the seconds at 100,000 letters, and that text's beginning. Usage: `python tools/time_patterns.py`.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import checkov_keys

if sys.version_info >= (3, 11):
    from re import _parser as sre_parse
else:
    import sre_parse

if TYPE_CHECKING:
    from collections.abc import Iterator

SHORT, LONG = 10_000, 100_000
# A text of the shorter length that takes less than this is no danger: a quadratic pattern takes fifty times as long.
_HARMLESS_SECONDS = 0.002
_MOST_SECONDS = 10.0
_MOST_PIECES = 14
_METHODS = ("match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer")
_LOOKING_EVERYWHERE = frozenset(_METHODS) - {"match", "fullmatch"}


class UsedPattern(NamedTuple):
    """A pattern, where it is written, and the methods by which it is used."""

    place: str
    pattern: re.Pattern[Any]
    methods: frozenset[str]


class Worst(NamedTuple):
    """The text for which a pattern takes longest: seconds for either length, the method, and the text's beginning."""

    short: float = 0.0
    long: float = 0.0
    method: str = ""
    text: str = ""

    @property
    def ratio(self) -> float:
        """How many times as long the longer text takes; 10 if both take next to nothing."""
        return self.long / self.short if self.short > _HARMLESS_SECONDS else LONG / SHORT


def collect_patterns() -> list[UsedPattern]:
    """Return every pattern that a module of the package holds, or makes in a call of one of re's functions."""
    found: dict[tuple[str, object], UsedPattern] = {}
    sources: dict[str, str] = {}
    for info in pkgutil.walk_packages(checkov_keys.__path__, "checkov_keys."):
        if info.name.endswith(("__main__", "external_checks.load")):
            continue
        module = importlib.import_module(info.name)
        if module.__file__:
            sources[info.name] = Path(module.__file__).read_text(encoding="utf-8")
    for name, source in sources.items():
        module = sys.modules[name]
        for key, value in vars(module).items():
            if isinstance(value, re.Pattern):
                users = [text for text in sources.values() if text is source or f"from {name} import" in text]
                uses = frozenset(re.findall(rf"\b{re.escape(key)}\.(\w+)\b", "\n".join(users))) & set(_METHODS)
                used = UsedPattern(f"{name}.{key}", value, uses or frozenset(_METHODS))
                found.setdefault((value.pattern, value.flags), used)
        for used in _find_calls(name, ast.parse(source), vars(module)):
            found.setdefault((used.pattern.pattern, used.pattern.flags), used)
    return list(found.values())


def _find_calls(name: str, tree: ast.AST, names: dict[str, Any]) -> Iterator[UsedPattern]:
    for node in ast.walk(tree):
        function = node.func if isinstance(node, ast.Call) else None
        if not isinstance(function, ast.Attribute) or not isinstance(function.value, ast.Name):
            continue
        if function.value.id != "re" or function.attr not in _METHODS or not isinstance(node, ast.Call):
            continue
        # What is put together from arguments of a function is not known here.
        with suppress(Exception):
            text = eval(compile(ast.Expression(node.args[0]), name, "eval"), dict(names))  # noqa: S307  # our own source
            yield UsedPattern(f"{name}:{node.lineno}", re.compile(text), frozenset({function.attr}))


def find_worst(used: UsedPattern, short: int = SHORT, long: int = LONG) -> Worst:
    """Return the text that makes a pattern take longest, with seconds for both lengths."""
    worst = Worst()
    methods = sorted(used.methods)
    if _LOOKING_EVERYWHERE & used.methods:
        methods = ["finditer", *(method for method in methods if method not in _LOOKING_EVERYWHERE)]
    for before, piece, after in _make_attacks(used.pattern):
        for method in methods:
            first = _time(used.pattern, method, _make_text(before, piece, after, short))
            if first <= worst.short or first <= _HARMLESS_SECONDS:
                continue
            second = _time(used.pattern, method, _make_text(before, piece, after, long))
            worst = Worst(first, second, method, f"{before}{piece * 3}…{after}"[:40])
    return worst


def _make_text(before: str, piece: str, after: str, length: int) -> str:
    return before + piece * (length // len(piece)) + after


def _make_attacks(pattern: re.Pattern[Any]) -> Iterator[tuple[str, str, str]]:
    """Yield beginnings, pieces to repeat, and ends, made of what the pattern consists of."""
    text = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    tree = sre_parse.parse(text, pattern.flags & ~re.UNICODE if isinstance(pattern.pattern, bytes) else pattern.flags)
    pieces = list(dict.fromkeys(_find_pieces(tree)))[:_MOST_PIECES]
    beginnings = [""]
    for item in tree:
        beginnings.append(beginnings[-1] + _find_sample([item]))
    starts = list(dict.fromkeys([*beginnings, *pieces]))[:_MOST_PIECES]
    whole = [start for start in starts if start]
    for before in starts:
        for piece in dict.fromkeys([*pieces, *whole]):
            for after in ("", "\x00"):
                yield before, piece, after
    for one in pieces:
        for other in pieces:
            yield "", one + other, "\x00"


def _find_pieces(tree: Any) -> Iterator[str]:  # noqa: ANN401  # the standard library does not type it
    run = ""
    for operation, argument in tree:
        if str(operation) == "LITERAL":
            run += chr(argument)
            continue
        if run:
            yield run
            run = ""
        if str(operation) in {"IN", "NOT_LITERAL", "ANY", "CATEGORY"}:
            yield _find_sample([(operation, argument)])
        yield from _find_inside(argument)
    if run:
        yield run


def _find_inside(argument: Any) -> Iterator[str]:  # noqa: ANN401  # as above
    if isinstance(argument, sre_parse.SubPattern):
        yield from _find_pieces(argument)
    elif isinstance(argument, (tuple, list)):
        for part in argument:
            yield from _find_inside(part)


def _find_sample(tree: Any) -> str:  # noqa: ANN401  # as above
    """Return a short text that matches, as far as that is easily found."""
    sample = ""
    for operation, argument in tree:
        kind = str(operation)
        if kind == "LITERAL":
            sample += chr(argument)
        elif kind in {"IN", "NOT_LITERAL", "ANY", "CATEGORY"}:
            sample += _sample_class(kind, argument)
        elif kind in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}:
            sample += _find_sample(argument[2]) * max(argument[0], 1)
        elif kind == "SUBPATTERN":
            sample += _find_sample(argument[-1])
        elif kind == "BRANCH":
            sample += _find_sample(argument[1][0])
    return sample


def _sample_class(kind: str, argument: Any) -> str:  # noqa: ANN401  # as above
    if kind != "IN" or str(argument[0][0]) == "NEGATE":
        return "a"
    first, value = argument[0]
    if str(first) == "CATEGORY":
        return {"CATEGORY_SPACE": " ", "CATEGORY_DIGIT": "0", "CATEGORY_NOT_WORD": "-"}.get(str(value), "a")
    return chr(value[0] if isinstance(value, tuple) else value)


def _time(pattern: re.Pattern[Any], method: str, text: str) -> float:
    """Return the seconds that it takes to find all matches in a text, at most a few."""
    subject: str | bytes = text if isinstance(pattern.pattern, str) else text.encode("utf-8", "replace")
    signal.signal(signal.SIGALRM, _give_up)
    signal.setitimer(signal.ITIMER_REAL, _MOST_SECONDS)
    started = time.process_time()
    try:
        if method == "finditer":
            for _ in pattern.finditer(subject):
                pass
        else:
            getattr(pattern, method)(subject)
    except TimeoutError:
        return _MOST_SECONDS
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return time.process_time() - started


def _give_up(*_: object) -> None:
    raise TimeoutError


def main() -> None:
    """Print the patterns, the worst one first."""
    results = [(find_worst(used), used) for used in collect_patterns()]
    for worst, used in sorted(results, key=lambda result: result[0].ratio, reverse=True):
        print(f"{worst.ratio:7.1f} {worst.long:8.3f} s  {used.place}  {worst.method} {worst.text!r}")


if __name__ == "__main__":
    main()
