"""Finds which directories Terraform modules call, by the text of their files."""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# The first words of a module block, which start a line unless a comment ends there; also in a comment or a text.
_MODULE = re.compile(rb'^(?:\xef\xbb\xbf)?(?:[^\n]*\*/)?[ \t]*module(?:[ \t]*["/]|[ \t]+[^\s={])', re.MULTILINE)
_SOURCE = re.compile(rb'\bsource[ \t]*=[ \t]*(?:"([^"\\$%\r\n]*)"|(?!=))')


class Calls(NamedTuple):
    """What a file calls: sources of modules, and why there may be more, "" if there are no others.

    The sources may hold other things that are called `source`.
    """

    sources: tuple[str, ...] = ()
    unclear: str = ""


def read_calls(name: str, content: bytes) -> Calls:
    """Return what a file of this name calls, in either syntax. A block without a source calls nothing.

    https://developer.hashicorp.com/terraform/language/modules/sources
    """
    return _read_json_calls(content) if name.endswith(".json") else _read_native_calls(content)


def has_calls(name: str, content: bytes) -> bool:
    """Tell whether a file may call a module, even if the file cannot be read."""
    return b'"module"' in content if name.endswith(".json") else bool(_MODULE.search(content))


def find_called_directory(directory: str, source: str) -> str | None:
    """Return the directory that a source means, None if it means something else: a registry, a repository.

    As Checkov writes it: https://www.checkov.io/7.Scan%20Examples/Terraform.html
    """
    path = os.path.normpath(os.path.join(directory, source))  # noqa: PTH118  # as Checkov
    return path if os.path.isdir(path) else None  # noqa: PTH112


class InstalledModule(NamedTuple):
    """A module that `terraform init` has put somewhere: its source, "" if the manifest lacks it, and its directory."""

    source: str
    directory: str


def list_installed_modules(root: str) -> list[str]:
    """Return the directories in which `terraform init` has put the modules that a root module calls."""
    return [module.directory for module in read_manifest(root) if module.directory != root]


def read_manifest(root: str) -> list[InstalledModule]:
    """Return the modules that `terraform init` has put there for a root module, as far as they still are there."""
    manifest = os.path.join(root, ".terraform", "modules", "modules.json")  # noqa: PTH118
    try:
        with open(manifest, "rb") as file:  # noqa: PTH123
            document = json.load(file)
    except (OSError, ValueError, RecursionError):
        return []
    entries = document.get("Modules") if isinstance(document, dict) else None
    found: list[InstalledModule] = []
    for entry in entries if isinstance(entries, list) else ():
        source, place = (entry.get("Source"), entry.get("Dir")) if isinstance(entry, dict) else (None, None)
        directory = find_called_directory(root, place) if isinstance(place, str) else None
        if directory is not None:
            found.append(InstalledModule(source if isinstance(source, str) else "", directory))
    return found


def _read_native_calls(content: bytes) -> Calls:
    blocks = len(_MODULE.findall(content))
    if not blocks:
        return Calls()
    found = _SOURCE.findall(content)
    # Whatever is called `source` is a literal, and there are enough of them.
    if len(found) >= blocks and all(found):
        return Calls(_decode(found))
    # The words of most files tell what they call, and this takes as long to import as reading a thousand of them.
    from checkov_keys.iac.selection.module_blocks import parse_calls  # noqa: PLC0415

    found_sources, unclear = parse_calls(content)
    return Calls(_decode(found) if found_sources is None else found_sources, unclear)


def _decode(sources: Iterable[bytes]) -> tuple[str, ...]:
    return tuple([source.decode("utf-8", "replace") for source in sources if source])


def _read_json_calls(content: bytes) -> Calls:
    try:
        # An object may have a property twice: as a tuple of pairs it keeps both, and is no list.
        document = json.loads(content, object_pairs_hook=tuple)
    except (ValueError, RecursionError):
        return Calls((), "it is not JSON" if has_calls(".json", content) else "")
    sources: list[str] = []
    unclear = ""
    for name, value in _list_properties(document):
        for _, call in _list_properties(value) if name == "module" else ():
            for argument, source in _list_properties(call):
                if argument == "source" and isinstance(source, str) and "${" not in source and "%{" not in source:
                    sources.append(source)
                elif argument == "source" and source is not None:
                    unclear = "the source of a module is not a literal"
    return Calls(tuple(sources), unclear)


def _list_properties(value: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401  # any JSON
    """Yield the properties of an object, or of every object in a list: blocks may be either."""
    todo = [value]
    while todo:
        one = todo.pop()
        if isinstance(one, tuple):
            yield from one
        elif isinstance(one, list):
            todo += one
