"""What the graph check asks of a reader of one template language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from checkov_keys.iac.common.graph_view import GraphView
    from checkov_keys.iac.common.reading import Reading


class TemplateReader(Protocol):
    """Reads the access keys of one template language out of Checkov's graph.

    `framework` names Checkov's registry of graph checks, `key_types` the resource types of access keys,
    `status_attribute` the attribute that says whether it is active.
    """

    framework: str
    key_types: tuple[str, ...]
    status_attribute: str

    def read(self, graph: GraphView, *, with_users: bool = False) -> Reading:
        """Return the keys that exist, each with its user; `with_users` also the resources that make users."""
