"""Whether a YAML file is small enough to be read as the tree that its aliases make of it.

PyYAML makes one object of an anchor and all of its aliases. Checkov walks through it once for each of them: nine lines
of nine aliases each are a billion items.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_YAML = (".yaml", ".yml", ".template")
_ALIAS = re.compile(rb"[\s\[{,:-]\*[^\s*]")
# A person who nests does so a few levels deep; Checkov's functions call themselves at every level.
_MOST_BRACKETS, _DEEPEST = 100, 100
_MOST_ITEMS = 1_000_000
_TOO_DEEP = f"it nests more than {_DEEPEST} levels deep"


def describe_excess(path: str) -> str:
    """Return why a YAML file is not read, "" if it is: it nests too deep, or its aliases make too much of it."""
    if not path.endswith(_YAML):
        return ""
    try:
        content = Path(path).read_bytes()
    except OSError:
        return ""
    if not _ALIAS.search(content) and content.count(b"[") + content.count(b"{") < _MOST_BRACKETS:
        return ""
    import yaml  # noqa: PLC0415  # most files need none of it

    try:
        return _measure(yaml.parse(content, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
    except (yaml.YAMLError, ValueError) as error:
        # What else is wrong with it, whoever reads it says.
        return _TOO_DEEP if "maximum nesting" in str(error) else ""
    except RecursionError:
        return _TOO_DEEP


def _measure(events: Iterable[object]) -> str:
    """Return why a file of these events is too much, "" if it is not."""
    from yaml import events as kinds  # noqa: PLC0415  # as above

    sizes: dict[str, int] = {}
    open_nodes: list[tuple[str | None, int]] = [(None, 0)]
    for event in events:
        if isinstance(event, kinds.AliasEvent):
            size, anchor = sizes.get(event.anchor or "", 0), None
        elif isinstance(event, kinds.ScalarEvent):
            size, anchor = 1, event.anchor
        elif isinstance(event, kinds.CollectionStartEvent):
            open_nodes.append((event.anchor, 1))
            if len(open_nodes) > _DEEPEST:
                return _TOO_DEEP
            continue
        elif isinstance(event, kinds.CollectionEndEvent):
            anchor, size = open_nodes.pop()
        else:
            continue
        if anchor is not None:
            sizes[anchor] = size
        outer, before = open_nodes[-1]
        open_nodes[-1] = outer, before + size
        if before + size > _MOST_ITEMS:
            return f"its aliases make more than {_MOST_ITEMS:,} items of it"
    return ""
