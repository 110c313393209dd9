"""Which modules a scan has, which of them are roots, and where the modules that they call are."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.iac.common.call_graph import find_root_directories
from checkov_keys.iac.hcl.nodes import Literal
from checkov_keys.iac.hcl.tokens import SyntaxProblem
from checkov_keys.iac.terraform.configuration import Module, read_module
from checkov_keys.iac.terraform.module_files import FileStore

if TYPE_CHECKING:
    from collections.abc import Iterable

    from checkov_keys.iac.terraform.configuration import Section

# https://developer.hashicorp.com/terraform/language/modules/sources#local-paths
_LOCAL = ("./", "../", ".\\", "..\\")


class CalledModule(NamedTuple):
    """What a module call leads to: a module, or None with the reason why it cannot be read."""

    module: Module | None
    source: str
    reason: str = ""


class ModuleTree:
    """Reads modules, each once, and follows calls from one to the next."""

    def __init__(self, files: FileStore | None = None) -> None:
        """Start with nothing read."""
        self.files = files or FileStore()
        self._modules: dict[str, Module] = {}
        self._installed: dict[str, dict[str, str]] = {}

    def module(self, directory: str) -> Module:
        """Return the module in a directory, an empty one if there is none."""
        directory = os.path.normpath(directory)
        found = self._modules.get(directory)
        # Checkov runs checks in threads, and a module is known by its identity: the first that was read counts.
        return found or self._modules.setdefault(directory, read_module(directory, self.files))

    def find_roots(self, directories: Iterable[str]) -> list[Module]:
        """Return the modules in some directories that no module in any of them calls, in the order of their paths.

        Of modules that only call each other in a circle, one is returned.
        """
        modules = {module.directory: module for module in map(self.module, directories) if module.paths}
        called = {directory: self.list_called(directory) for directory in modules}
        return [modules[directory] for directory in find_root_directories(called)]

    def list_called(self, directory: str) -> set[str]:
        """Return the other directories, there or not, that the module in a directory calls by local paths."""
        module = self.module(directory)
        targets = {self._local_directory(module, section) for section in module.calls.values()}
        return targets - {"", module.directory}

    def follow(self, root: Module, caller: Module, path: tuple[str, ...], section: Section) -> CalledModule:
        """Return what a call leads to. `path` holds the names of the calls from the root to this one, it included."""
        source = source_of(section)
        if source is None:
            return CalledModule(None, "", "it has no source that can be read")
        if source.startswith(_LOCAL):
            directory = self._local_directory(caller, section)
            module = self.module(directory) if directory else None
            if module is None or not module.paths:
                return CalledModule(None, source, "there is no such directory with Terraform files")
            return CalledModule(module, source)
        directory = self._installed_modules(root.directory).get(".".join(path), "")
        module = self.module(directory) if directory else None
        if module is None or not module.paths:
            return CalledModule(None, source, "it is not here")
        return CalledModule(module, source)

    def _local_directory(self, caller: Module, section: Section) -> str:
        source = source_of(section)
        if source is None or not source.startswith(_LOCAL):
            return ""
        return os.path.normpath(os.path.join(caller.directory, source.replace("\\", "/")))  # noqa: PTH118

    def _installed_modules(self, root: str) -> dict[str, str]:
        """Return where `terraform init` has put the modules of a root, by the names of calls, joined with dots."""
        if root not in self._installed:
            self._installed[root] = self._read_manifest(root)
        return self._installed[root]

    def _read_manifest(self, root: str) -> dict[str, str]:
        try:
            manifest = json.loads(self.files.read(os.path.join(root, ".terraform", "modules", "modules.json")))  # noqa: PTH118
        except (OSError, ValueError, RecursionError):
            return {}
        entries = manifest.get("Modules") if isinstance(manifest, dict) else None
        return {
            entry["Key"]: os.path.normpath(os.path.join(root, entry["Dir"]))  # noqa: PTH118
            for entry in (entries if isinstance(entries, list) else [])
            if isinstance(entry, dict) and isinstance(entry.get("Key"), str) and isinstance(entry.get("Dir"), str)
        }


def source_of(section: Section) -> str | None:
    """Return the source of a module call, None if it is missing or anything but a literal text."""
    try:
        attribute = section.attribute("source")
        node = attribute.expression if attribute else None
    except SyntaxProblem:
        return None
    return node.value if isinstance(node, Literal) and isinstance(node.value, str) else None
