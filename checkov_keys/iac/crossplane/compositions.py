"""Crossplane compositions that make access keys: templates of objects that exist only if somebody asks for them.

https://docs.crossplane.io/latest/composition/compositions/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checkov.common.graph.graph_builder.graph_components.attribute_names import CustomAttributes

from checkov_keys.domain.users import Unjudged
from checkov_keys.iac.crossplane.resources import APIS, KEY_KIND, parse_group

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checkov_keys.iac.common.graph_view import Vertex

_KIND = "Composition"
_GROUP = "apiextensions.crossplane.io"


def find_unjudged_compositions(vertices: Iterable[Vertex]) -> Iterator[Unjudged]:
    """Yield every composition that makes access keys."""
    for vertex in vertices:
        if vertex.get(CustomAttributes.RESOURCE_TYPE) != _KIND:
            continue
        manifest = vertex[CustomAttributes.CONFIG]
        if parse_group(manifest.get("apiVersion")) == _GROUP and any(map(_makes_keys, _walk(manifest))):
            reason = f"it makes access keys for whom only its composites say, in {vertex[CustomAttributes.FILE_PATH]}"
            yield Unjudged(str(vertex[CustomAttributes.ID]), reason)


def _makes_keys(value: object) -> bool:
    """Tell whether a value is an access key's manifest, or a function's text that makes one."""
    if isinstance(value, dict):
        return value.get("kind") == KEY_KIND and parse_group(value.get("apiVersion")) in APIS
    return isinstance(value, str) and KEY_KIND in value and any(group in value for group in APIS)


def _walk(root: object) -> Iterator[object]:
    """Yield every value in a manifest, each object once: YAML's aliases may form circles."""
    seen: set[int] = set()
    waiting: list[Any] = [root]
    while waiting:
        value = waiting.pop()
        if id(value) in seen:
            continue
        yield value
        if isinstance(value, (dict, list)):
            seen.add(id(value))
            waiting.extend(value.values() if isinstance(value, dict) else value)
