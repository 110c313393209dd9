"""Walks through a JSON object whose long lists are handed on item by item: as values, they are many times its text."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Callable, NoReturn

if TYPE_CHECKING:
    from collections.abc import Collection

# What is told of an item: the path of its list, its value, and the text that it is written as.
Take = Callable[["tuple[str, ...]", Any, str], None]
_SPACE = re.compile(r"[ \t\n\r]*")


def walk_object(text: str, lists: Collection[tuple[str, ...]], take: Take) -> dict[str, Any]:
    """Return the object that a JSON text is, without the items of `lists`, each of which is handed to `take`.

    A list is known by the names that lead to it. Raises ValueError, which json.JSONDecodeError is, if the text is not
    an object in JSON, if one of `lists` is not a list, or if a name above one of them is there twice; RecursionError if
    it is nested too deep.
    """
    return _Walk(text, lists, take).read()


class _Walk:
    def __init__(self, text: str, lists: Collection[tuple[str, ...]], take: Take) -> None:
        self._text, self._lists, self._take = text, lists, take
        self._above = {path[:length] for path in lists for length in range(len(path))}
        self._decode = json.JSONDecoder(parse_constant=_refuse_constant).raw_decode
        self._place = 0

    def read(self) -> dict[str, Any]:
        found = self._read_object(())
        self._skip_space()
        if self._place < len(self._text):
            raise json.JSONDecodeError("Extra data", self._text, self._place)
        return found

    def _read_object(self, path: tuple[str, ...]) -> dict[str, Any]:
        self._expect("{")
        found: dict[str, Any] = {}
        while not (self._peek() == "}" and not found):
            name, _ = self._read_value()
            if not isinstance(name, str):
                raise json.JSONDecodeError("Expecting a name", self._text, self._place)
            if name in found:
                raise ValueError(f"{name!r} is there twice")
            self._expect(":")
            found[name] = self._read_member((*path, name))
            if self._expect(",", "}") == "}":
                return found
        self._expect("}")
        return found

    def _read_member(self, path: tuple[str, ...]) -> Any:  # noqa: ANN401  # whatever JSON can hold
        if path in self._lists:
            self._read_list(path)
            return []
        if path in self._above:
            return self._read_object(path)
        return self._read_value()[0]

    def _read_list(self, path: tuple[str, ...]) -> None:
        self._expect("[")
        if self._peek() == "]":
            self._expect("]")
            return
        while True:
            self._take(path, *self._read_value())
            if self._expect(",", "]") == "]":
                return

    def _read_value(self) -> tuple[Any, str]:
        self._skip_space()
        start = self._place
        value, self._place = self._decode(self._text, start)
        return value, self._text[start : self._place]

    def _expect(self, *signs: str) -> str:
        found = self._peek()
        if found not in signs:
            raise json.JSONDecodeError(f"Expecting {' or '.join(map(repr, signs))}", self._text, self._place)
        self._place += 1
        return found

    def _peek(self) -> str:
        """Return the next sign that is not white space, "" at the end."""
        self._skip_space()
        return self._text[self._place : self._place + 1]

    def _skip_space(self) -> None:
        found = _SPACE.match(self._text, self._place)
        self._place = found.end() if found else self._place


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
