"""Which directories Terraform modules call, told by the text of their files."""

from __future__ import annotations

import json
import os
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from checkov_keys.iac.hcl.syntax import ExpressionError, Literal, blocks, parse_expression

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_MODULE = re.compile(rb'\bmodule\s*"?[\w-]')
_SOURCE = re.compile(rb'\bsource\s*=\s*"([^"\\$%\r\n]*)"')


class UnclearCallsError(ValueError):
    """What a file calls cannot be told."""


def sources_of(name: str, content: bytes) -> list[str]:
    """Return the sources of the modules that a file calls; may hold other things that are called `source`.

    Raises UnclearCallsError where that cannot be told. A file that is no JSON calls nothing: no Terraform reads it.
    https://developer.hashicorp.com/terraform/language/modules/sources
    """
    if name.endswith(".json"):
        try:
            return list(_sources_in_json(json.loads(content)))
        except (ValueError, RecursionError):
            return []
    sources = [source.decode("utf-8", "replace") for source in _SOURCE.findall(content)]
    if len(sources) >= len(_MODULE.findall(content)):
        return sources
    return _sources_by_parsing(content)


def called_directory(directory: str, source: str) -> str | None:
    """Return the directory that a source means, None where it means none here: a registry, a repository.

    As Checkov spells it: https://www.checkov.io/7.Scan%20Examples/Terraform.html
    """
    path = os.path.normpath(os.path.join(directory, source))  # noqa: PTH118  # as Checkov
    return path if os.path.isdir(path) else None  # noqa: PTH112


def callers_and_called(starts: Iterable[str], calls: Mapping[str, set[str]]) -> set[str]:
    """Return directories with all that lead to them, and with all that is called from those."""
    callers: dict[str, set[str]] = defaultdict(set)
    for caller, called in calls.items():
        for directory in called:
            callers[directory].add(caller)
    return _reached(_reached(starts, callers), calls)


def _reached(starts: Iterable[str], onward: Mapping[str, set[str]]) -> set[str]:
    found, todo = set(starts), list(starts)
    while todo:
        for directory in onward.get(todo.pop(), ()):
            if directory not in found:
                found.add(directory)
                todo.append(directory)
    return found


def _sources_by_parsing(content: bytes) -> list[str]:
    sources = []
    try:
        for block in blocks(content.decode("utf-8")):
            if block.type == "module":
                node = parse_expression(block.attributes["source"].text)
                if not (isinstance(node, Literal) and isinstance(node.value, str)):
                    raise UnclearCallsError("a source that is no literal")
                sources.append(node.value)
    except (ExpressionError, UnicodeDecodeError, KeyError, IndexError) as error:
        raise UnclearCallsError(str(error)) from error
    return sources


def _sources_in_json(document: Any) -> Iterable[str]:  # noqa: ANN401  # any JSON
    """Yield every text that is called `source`, however deep: blocks may be lists of objects."""
    todo = [document]
    while todo:
        value = todo.pop()
        if isinstance(value, dict):
            todo.extend(value.values())
            source = value.get("source")
            if isinstance(source, str):
                yield source
        elif isinstance(value, list):
            todo.extend(value)
