"""What readers say of the secrets of access keys: where they are in plain sight."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

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
