"""Tables of places in which the secret of an access key is in plain sight, or is kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Callable

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Place:
    """A row of a table: arguments of resource types, and why a secret there is in plain sight, or is not.

    `types` and `arguments` are shell-like words with `*`, several of them separated by spaces; an argument inside
    nested blocks or properties is written with dots (`environment.variables`), and one that is named includes all that
    is inside it. `reason` is a sentence about whoever can read the secret there; `instead` says where it belongs, ""
    for a safe place; `link` is the source of the fact. A row with `when` (`type=String StringList`) applies only if
    that argument of the same resource is known to be one of these texts; an omitted one counts as an empty text.
    """

    types: str
    arguments: str
    reason: str
    link: str
    instead: str = ""
    when: str = ""

    @cached_property
    def _patterns(self) -> tuple[re.Pattern[str], re.Pattern[str]]:
        inside = rf"(?:{_any_of(self.arguments)})(?:\..*)?"
        return re.compile(_any_of(self.types)), re.compile(inside, re.DOTALL)

    def applies(self, find_text: Callable[[str], str | None]) -> bool:
        """Tell whether the other argument is as the row asks; `find_text` returns its text, None if it is not known."""
        name, _, wanted = self.when.partition("=")
        return not self.when or find_text(name) in wanted.split(" ")

    def has_type(self, resource_type: str) -> bool:
        """Tell whether the row is about a resource type."""
        return self._patterns[0].fullmatch(resource_type) is not None

    def holds(self, resource_type: str, argument: str) -> bool:
        """Tell whether the row is about an argument, or something inside it, of a resource type."""
        return self.has_type(resource_type) and self._patterns[1].fullmatch(argument) is not None


class PlaceTable:
    """Rows, of which the first that fits counts; one with a star in its types comes after all others."""

    def __init__(self, *rows: Place) -> None:
        """Index the rows by type."""
        self._rows = rows
        self._others = tuple(row for row in rows if "*" in row.types)
        self._by_type: dict[str, list[Place]] = {}
        for row in rows:
            for each in () if "*" in row.types else row.types.split():
                self._by_type.setdefault(each, []).append(row)

    def __iter__(self) -> Iterator[Place]:
        """Yield the rows as they are written."""
        return iter(self._rows)

    def find(self, resource_type: str, argument: str, find_text: Callable[[str], str | None]) -> Place | None:
        """Return the row about an argument of a resource, None if there is none.

        `argument` is written with dots (`environment.variables`). `find_text` returns the text of another argument of
        the resource, "" if it is omitted, None if it is not known.
        """
        rows = (*self._by_type.get(resource_type, ()), *self._others)
        found = (row for row in rows if row.holds(resource_type, argument) and row.applies(find_text))
        return next(found, None)


def _any_of(words: str) -> str:
    return "|".join(".*".join(map(re.escape, word.split("*"))) for word in words.split())
