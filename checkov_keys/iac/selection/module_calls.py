"""Finds which directories Terraform modules call, by the text of their files."""

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
    """It is not clear what a file calls."""


def read_sources(name: str, content: bytes) -> list[str]:
    """Return the sources of the modules that a file calls; may hold other things that are called `source`.

    Raises UnclearCallsError if that is not clear. A file that is not JSON calls nothing: Terraform does not read it.
    https://developer.hashicorp.com/terraform/language/modules/sources
    """
    if name.endswith(".json"):
        try:
            return list(_find_json_sources(json.loads(content)))
        except (ValueError, RecursionError):
            return []
    sources = [source.decode("utf-8", "replace") for source in _SOURCE.findall(content)]
    if len(sources) >= len(_MODULE.findall(content)):
        return sources
    return _parse_sources(content)


def find_called_directory(directory: str, source: str) -> str | None:
    """Return the directory that a source means, None if it means something else: a registry, a repository.

    As Checkov writes it: https://www.checkov.io/7.Scan%20Examples/Terraform.html
    """
    path = os.path.normpath(os.path.join(directory, source))  # noqa: PTH118  # as Checkov
    return path if os.path.isdir(path) else None  # noqa: PTH112


def follow_calls(starts: Iterable[str], calls: Mapping[str, set[str]]) -> set[str]:
    """Return directories with all that lead to them, and with all that is called from those."""
    callers: dict[str, set[str]] = defaultdict(set)
    for caller, called in calls.items():
        for directory in called:
            callers[directory].add(caller)
    return _reach(_reach(starts, callers), calls)


def _reach(starts: Iterable[str], onward: Mapping[str, set[str]]) -> set[str]:
    found, todo = set(starts), list(starts)
    while todo:
        for directory in onward.get(todo.pop(), ()):
            if directory not in found:
                found.add(directory)
                todo.append(directory)
    return found


def _parse_sources(content: bytes) -> list[str]:
    sources = []
    try:
        for block in blocks(content.decode("utf-8")):
            if block.type == "module":
                node = parse_expression(block.attributes["source"].text)
                if not (isinstance(node, Literal) and isinstance(node.value, str)):
                    raise UnclearCallsError("a source that is not a literal")
                sources.append(node.value)
    except (ExpressionError, UnicodeDecodeError, KeyError, IndexError) as error:
        raise UnclearCallsError(str(error)) from error
    return sources


def _find_json_sources(document: Any) -> Iterable[str]:  # noqa: ANN401  # any JSON
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
