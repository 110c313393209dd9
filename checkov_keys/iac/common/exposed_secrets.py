"""What readers say of the secrets of access keys: where they are in plain sight, and by which table."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Callable, NamedTuple, Protocol

if TYPE_CHECKING:
    from checkov_keys.domain.exposures import Exposure
    from checkov_keys.domain.users import Unjudged
    from checkov_keys.iac.common.graph_view import GraphView, Vertex


class DeclaredExposure(NamedTuple):
    """An exposure, with the vertex from which Checkov makes its record."""

    exposure: Exposure
    vertex: Vertex


class SecretReading(NamedTuple):
    """What was found of the secrets in one graph: the exposures, each sink once, and what could not be looked at.

    `keys` are the resources whose secrets were followed, each by its file and its address there.
    """

    exposures: tuple[DeclaredExposure, ...] = ()
    unjudged: tuple[Unjudged, ...] = ()
    keys: tuple[tuple[str, str], ...] = ()


class SecretReader(Protocol):
    """A reader of a template language that follows the secrets of access keys."""

    framework: str
    key_types: tuple[str, ...]

    def find_exposures(self, graph: GraphView) -> SecretReading:
        """Return every place in the graph's templates where the secret of a key is in plain sight."""


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


def _any_of(words: str) -> str:
    return "|".join(".*".join(map(re.escape, word.split("*"))) for word in words.split())
