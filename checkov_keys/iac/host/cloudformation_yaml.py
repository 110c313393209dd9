"""Templates of CloudFormation with merge keys of YAML (`<<: *defaults`), which `aws cloudformation package` resolves.

What a mapping says itself overrides what it takes over. Checkov's parser takes that for a key that is there twice.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from checkov.cloudformation.parser.cfn_yaml import NodeConstructor
from yaml import ScalarNode

if TYPE_CHECKING:
    from yaml import MappingNode

_MERGE = "tag:yaml.org,2002:merge"


def resolve_merge_keys() -> None:
    """Have Checkov's parser of templates resolve merge keys; once, however often this is called."""
    flatten: Any = NodeConstructor.flatten_mapping
    if hasattr(flatten, "__wrapped__"):
        return

    @wraps(flatten)
    def flatten_and_override(self: NodeConstructor, node: MappingNode) -> None:
        merges = any(key.tag == _MERGE for key, _ in node.value)
        flatten(self, node)
        if merges:
            # What is merged comes first, so that the last one counts.
            names = [(key.tag, key.value) if isinstance(key, ScalarNode) else id(key) for key, _ in node.value]
            last = {name: number for number, name in enumerate(names)}
            node.value = [entry for number, entry in enumerate(node.value) if last[names[number]] == number]

    NodeConstructor.flatten_mapping = flatten_and_override  # type: ignore[assignment, method-assign]
