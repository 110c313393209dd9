"""One spelling of all that decides the value of a template that stays unresolved."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Callable

from checkov_keys.iac.ansible.values import Effort, Nothing, UnresolvedError, Value, is_expression

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from checkov_keys.iac.ansible.expressions import Template

# A longer value is told by its digest.
_LONGEST = 200


class Speller:
    """Spells one template, or one value that holds templates, with the variables that it mentions.

    `find` returns a variable by its name, and raises UnresolvedError if the file does not set it; `unknown` tells
    what decides the variables of a loop over unknown items.
    """

    def __init__(self, find: Callable[[str], Value], unknown: Mapping[str, Callable[[], str]], effort: Effort) -> None:
        self._find = find
        self._unknown = unknown
        self._effort = effort
        self._pending: set[str] = set()
        # The values are kept too, so that no id is used again for another one.
        self._described: dict[int, tuple[Value, str]] = {}

    def spell(self, value: Value) -> str:
        """Return the spelling; one that equals no other if it takes too much effort."""
        try:
            return self._spell(value) if isinstance(value, str) else self._describe(value)
        except (UnresolvedError, RecursionError):
            return f"{self._effort.count_up()}: too long to compare"

    def _spell(self, text: str) -> str:
        template = parse(text)
        return " for ".join(filter(None, (template.spelling, ", ".join(self._tell(template.names)))))

    def _tell(self, names: tuple[str, ...]) -> Iterator[str]:
        """Yield what decides each variable that is known, or that a loop sets; a name in a circle is told once."""
        for name in names:
            if name in self._unknown:
                yield f"{name} of {self._unknown[name]()}"
            elif name not in self._pending:
                try:
                    value = self._find(name)
                except UnresolvedError:
                    continue
                if isinstance(value, Nothing):
                    continue
                self._pending.add(name)
                yield f"{name} = {self._describe(value)}"
                self._pending.remove(name)

    def _describe(self, value: Value) -> str:
        with self._effort:
            self._effort.spend()
            if is_expression(value):
                return self._spell(value)
            if not isinstance(value, (dict, list, tuple)):
                return _shorten(repr(value))
            if id(value) not in self._described:
                self._described[id(value)] = (value, "itself")
                self._described[id(value)] = (value, _shorten(self._describe_items(value)))
            return self._described[id(value)][1]

    def _describe_items(self, value: Value) -> str:
        if isinstance(value, dict):
            return f"{{{', '.join(f'{key!r}: {self._describe(item)}' for key, item in value.items())}}}"
        return f"[{', '.join(map(self._describe, value))}]"


def parse(text: str) -> Template:
    """Return a text as Jinja2 reads it."""
    from checkov_keys.iac.ansible.expressions import parse_template  # noqa: PLC0415  # imports Jinja2

    return parse_template(text)


def _shorten(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… {hashlib.sha256(text.encode()).hexdigest()[:16]}"
