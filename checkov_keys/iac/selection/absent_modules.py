"""Modules that are called, and that are not here: from a registry, a repository, or a directory that is missing."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from checkov_keys.domain.templates import AbsentModule
from checkov_keys.iac.selection.module_calls import find_called_directory, read_manifest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checkov_keys.iac.selection.seen_files import SeenFile

# Hosts of which Terraform takes two words for a repository: https://developer.hashicorp.com/terraform/language/modules/sources
_HOSTS = frozenset(("github.com", "bitbucket.org"))
_RELATIVE = ("./", "../")


def find_absent_modules(seen: Iterable[SeenFile], initialized: Iterable[str]) -> tuple[AbsentModule, ...]:
    """Return the modules that files call and that are not here, each source once, with the first file that calls it.

    `initialized` are directories in which `terraform init` has put modules.
    """
    installed = {module.source for root in initialized for module in read_manifest(root)}
    found: dict[str, AbsentModule] = {}
    for file in sorted(seen, key=lambda each: each.path):
        for source in _find_sources(file):
            if not any(each == source or each.endswith(f"/{source}") for each in installed):
                found.setdefault(source, AbsentModule(source, file.path))
    return tuple(found.values())


def _find_sources(file: SeenFile) -> Iterator[str]:
    """Yield the sources of a file's calls that lead nowhere; its sources may be of providers and objects, too."""
    directory = os.path.dirname(file.path)  # noqa: PTH120
    lost = [source for source in file.calls.sources if find_called_directory(directory, source) is None]
    if any(source.startswith(_RELATIVE) for source in lost) and not file.path.endswith(".json"):
        # A path may be that of a file, which some resources call their source as well.
        lost = [source for source in lost if source in _parse_sources(file.path)]
    yield from (source for source in lost if source.startswith(_RELATIVE) or _is_module_source(source))


def _is_module_source(source: str) -> bool:
    """Tell whether a source can be that of a module; a provider's has a namespace and a type, after a host or not."""
    if "::" in source or "://" in source or source.startswith("git@"):
        return True
    words = source.partition("?")[0].partition("//")[0].split("/")
    if "." in words[0]:
        return words[0] in _HOSTS or len(words) > 3  # noqa: PLR2004  # host, namespace, name and provider
    return len(words) > 2  # noqa: PLR2004  # namespace, name and provider


def _parse_sources(path: str) -> tuple[str, ...]:
    from checkov_keys.iac.selection.module_blocks import parse_calls  # noqa: PLC0415  # imports the language

    try:
        with open(path, "rb") as file:  # noqa: PTH123
            return parse_calls(file.read())[0] or ()
    except OSError:
        return ()
