"""JSON text → values that know where they are."""

from __future__ import annotations

import json
import re
from typing import NamedTuple

from checkov_keys.iac.hcl.limits import DEEPEST_NESTING
from checkov_keys.iac.hcl.tokens import raise_problem

_TOKEN = re.compile(
    r"""[ \t\r\n]*(?:(?P<string>"[^"\\\x00-\x1f]*(?:\\.[^"\\\x00-\x1f]*)*")|(?P<mark>[][{},:])
    |(?P<number>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)(?![0-9A-Za-z.])|(?P<word>[a-z]+))""",
    re.VERBOSE,
)
_SPACE = re.compile(r"[ \t\r\n]*")
_WORDS = {"true": True, "false": False, "null": None}
_SURROGATE = re.compile("[\ud800-\udfff]")


class JsonNumber(NamedTuple):
    """A number as it is written."""

    text: str


class JsonProperty(NamedTuple):
    """A name and its value; start and end are those of the name, with its quotes."""

    name: str
    value: JsonValue
    start: int
    end: int


class JsonObject(NamedTuple):
    """Properties in the order of the text; names may be there more than once."""

    properties: tuple[JsonProperty, ...]


class JsonValue(NamedTuple):
    """A value, from where to where it is in the text: str, bool, None, JsonNumber, JsonObject, or a tuple of values."""

    content: object
    start: int
    end: int


def parse_json(text: str) -> JsonValue:
    """Return the value that a text holds; raise SyntaxProblem where it is not JSON."""
    reader = _Reader(text)
    value = reader.read_value(0)
    reader.expect_end()
    return value


class _Reader:
    """Reads one text from its start to its end."""

    __slots__ = ("_at", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = int(text.startswith("\ufeff"))

    def expect_end(self) -> None:
        """Refuse anything but blanks in the rest of the text."""
        at = _SPACE.match(self._text, self._at).end()  # type: ignore[union-attr]  # it matches nothing, too
        if at < len(self._text):
            raise_problem("the JSON value should end here", self._text, at)

    def read_value(self, depth: int) -> JsonValue:
        """Return the next value."""
        kind, part, start = self._next()
        content: object
        if kind == "string":
            content = self._decode(part, start)
        elif kind == "number":
            content = JsonNumber(part)
        elif kind == "word" and part in _WORDS:
            content = _WORDS[part]
        elif part in ("[", "{") and depth < DEEPEST_NESTING:
            content = self._read_items(depth) if part == "[" else self._read_properties(depth)
        else:
            raise_problem("a JSON value is expected here", self._text, start)
        return JsonValue(content, start, self._at)

    def _read_items(self, depth: int) -> tuple[JsonValue, ...]:
        items: list[JsonValue] = []
        if self._peek() == "]":
            self._next()
            return ()
        while True:
            items.append(self.read_value(depth + 1))
            if self._expect(",]") == "]":
                return tuple(items)

    def _read_properties(self, depth: int) -> JsonObject:
        properties: list[JsonProperty] = []
        if self._peek() == "}":
            self._next()
            return JsonObject(())
        while True:
            kind, part, start = self._next()
            if kind != "string":
                raise_problem("the name of a property is expected here", self._text, start)
            name, end = self._decode(part, start), self._at
            self._expect(":")
            properties.append(JsonProperty(name, self.read_value(depth + 1), start, end))
            if self._expect(",}") == "}":
                return JsonObject(tuple(properties))

    def _next(self) -> tuple[str, str, int]:
        found = _TOKEN.match(self._text, self._at)
        if found is None or found.lastgroup is None:
            at = _SPACE.match(self._text, self._at).end()  # type: ignore[union-attr]  # it matches nothing, too
            raise_problem("a JSON value is expected here", self._text, at)
        self._at = found.end()
        return found.lastgroup, found[found.lastgroup], found.start(found.lastgroup)

    def _peek(self) -> str:
        at = _SPACE.match(self._text, self._at).end()  # type: ignore[union-attr]  # it matches nothing, too
        return self._text[at : at + 1]

    def _expect(self, marks: str) -> str:
        _, part, start = self._next()
        if part not in marks:
            raise_problem(f"{' or '.join(marks)} is expected here", self._text, start)
        return part

    def _decode(self, part: str, start: int) -> str:
        if "\\" not in part:
            return part[1:-1]
        try:
            text: str = json.loads(part)
        except ValueError:
            raise_problem("this string has a wrong escape sequence", self._text, start)
        return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)
