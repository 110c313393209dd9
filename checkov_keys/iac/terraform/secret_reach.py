"""What the secret of a key may reach, told by the names in the texts of a configuration alone.

Only what it may reach is evaluated afterwards, so that a large configuration costs no more than its text.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.iac.hcl.tokens import SyntaxProblem
from checkov_keys.iac.terraform.resource_types import KEY_TYPES, SECRET_ATTRIBUTES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checkov_keys.iac.terraform.configuration import Module, Section
    from checkov_keys.iac.terraform.module_tree import ModuleTree

# A reference as far as names go: `module.app.url`, `local.creds`, `aws_instance.web`. A name alone is found, too, so
# that a long one is not looked at again from each of its letters.
_PATH = re.compile(r"[A-Za-z_][\w-]*(?:\s*\.\s*[A-Za-z_][\w-]*)*")
_SPACE = re.compile(r"\s+")
# Calls nest no deeper.
_DEEPEST_CALLS = 40
# An expression that leads to so many others, one behind the other, is still evaluated.
_LONG_CHAIN = 15


class _Name(NamedTuple):
    """A named thing in a module: "var", "local", "output", "resource" with `type.name`, or "call"."""

    directory: str
    kind: str
    name: str


class SecretReach:
    """Which blocks of the modules below a root the secrets of its keys may reach. All calls of a module are one."""

    def __init__(self, tree: ModuleTree, root: Module) -> None:
        """Read the modules of a root, each once."""
        self._tree = tree
        self._root = root
        self._users: dict[_Name, list[_Name]] = defaultdict(list)
        self._called: dict[str, dict[str, Module]] = {}
        self._sections: dict[_Name, Section] = {}
        self._keys: list[_Name] = []
        self._read_modules()
        self._reached = self._spread() if self._keys else frozenset()
        self._needed: dict[str, bool] = {}

    def list_keys(self) -> tuple[tuple[str, str], ...]:
        """Return the blocks that make access keys, each by its file and its address there."""
        return tuple((self._sections[name].path, name.name) for name in self._keys)

    def list_resources(self, module: Module) -> list[Section]:
        """Return the resources and data sources of a module that a secret may reach, in their order."""
        return [
            self._sections[name]
            for name in self._names_of(module, "resource")
            if name in self._reached and name in self._sections
        ]

    def list_reached(self) -> list[Section]:
        """Return the resources and data sources of all modules below the root that a secret may reach, in any order."""
        return [self._sections[name] for name in self._reached if name.kind == "resource" and name in self._sections]

    def list_outputs(self, module: Module) -> list[Section]:
        """Return the outputs of a module that a secret may reach."""
        return [
            section
            for name, section in module.outputs.items()
            if _Name(module.directory, "output", name) in self._reached
        ]

    def list_chained(self) -> list[tuple[str, Section]]:
        """Return the resources whose values others have, each after those that it needs, by their directories.

        Where no chain of them is long there are none: such values are found as they are asked for.
        """
        depths: dict[_Name, int] = {}
        order = self._sort()
        for name in order:
            for user in self._users.get(name, ()):
                depths[user] = max(depths.get(user, 0), depths.get(name, 0) + 1)
        if max(depths.values(), default=0) <= _LONG_CHAIN:
            return []
        chained = (name for name in order if name.kind == "resource" and name in self._users)
        return [(name.directory, self._sections[name]) for name in chained if name in self._sections]

    def is_needed(self, module: Module) -> bool:
        """Tell whether a secret may reach a resource in a module, or in one that it calls."""
        known = self._needed.get(module.directory)
        if known is None:
            self._needed[module.directory] = False  # for a module that calls itself
            called = self._called.get(module.directory, {}).values()
            known = bool(self.list_resources(module)) or any(self.is_needed(each) for each in called)
            self._needed[module.directory] = known
        return known

    def _read_modules(self) -> None:
        waiting: list[tuple[Module, tuple[str, ...]]] = [(self._root, ())]
        seen = {self._root.directory}
        modules: list[Module] = []
        while waiting:
            module, names = waiting.pop()
            modules.append(module)
            called = self._called[module.directory] = {}
            for name, section in module.calls.items() if len(names) < _DEEPEST_CALLS else ():
                found = self._tree.follow(self._root, module, (*names, name), section).module
                if found is not None:
                    called[name] = found
                    if found.directory not in seen:
                        seen.add(found.directory)
                        waiting.append((found, (*names, name)))
        for module in modules:
            self._read_module(module)

    def _read_module(self, module: Module) -> None:
        directory = module.directory
        for name, attribute in module.locals.items():
            self._read_text(module, _Name(directory, "local", name), attribute.expression_range.text)
        for name, section in module.outputs.items():
            self._read_text(module, _Name(directory, "output", name), section.text)
        for (mode, resource_type, name), sections in module.resources.items():
            address = f"{resource_type}.{name}" if mode == "resource" else f"{mode}.{resource_type}.{name}"
            own = _Name(directory, "resource", address)
            self._sections[own] = sections[0]
            self._read_text(module, own, sections[0].text)
            if mode == "resource" and resource_type in KEY_TYPES:
                self._keys.append(own)
        for name, called in self._called[directory].items():
            self._read_call(module, module.calls[name], called)

    def _read_call(self, module: Module, section: Section, called: Module) -> None:
        try:
            attributes = section.body.attributes
        except SyntaxProblem:
            return
        for name, attribute in attributes.items():
            text = attribute.expression_range.text
            if "each." in text and "for_each" in attributes:
                text = f"{text} {attributes['for_each'].expression_range.text}"
            self._read_text(module, _Name(called.directory, "var", name), text)

    def _read_text(self, module: Module, owner: _Name, text: str) -> None:
        for name in set(self._find_names(module, text)):
            self._users[name].append(owner)

    def _find_names(self, module: Module, text: str) -> Iterator[_Name]:
        """Yield what a text refers to, as seen from a module."""
        directory = module.directory
        for match in _PATH.findall(text):
            if "." not in match:
                continue
            first, second, *rest = _SPACE.sub("", match).split(".")
            if first in ("var", "local"):
                yield _Name(directory, first, second)
            elif first == "module":
                called = self._called[directory].get(second)
                if called is not None:
                    yield from (_Name(called.directory, "output", name) for name in rest[:1] or called.outputs)
            elif first == "data" and rest:
                yield _Name(directory, "resource", f"data.{second}.{rest[0]}")
            elif first not in KEY_TYPES or not rest or rest[0] in SECRET_ATTRIBUTES:
                yield _Name(directory, "resource", f"{first}.{second}")

    def _spread(self) -> frozenset[_Name]:
        """Return what the keys reach. A key itself is reached if the secret of another one leads to it."""
        reached: set[_Name] = set()
        waiting = list(self._keys)
        while waiting:
            for user in self._users.get(waiting.pop(), ()):
                if user not in reached:
                    reached.add(user)
                    waiting.append(user)
        return frozenset(reached)

    def _sort(self) -> list[_Name]:
        """Return the keys and what they reach, each behind what it is made of, but in circles."""
        done: list[_Name] = []
        seen: set[_Name] = set(self._keys)
        waiting = [(name, iter(self._users.get(name, ()))) for name in self._keys]
        while waiting:
            name, users = waiting[-1]
            user = next((each for each in users if each not in seen), None)
            if user is None:
                done.append(name)
                waiting.pop()
            else:
                seen.add(user)
                waiting.append((user, iter(self._users.get(user, ()))))
        return done[::-1]

    def _names_of(self, module: Module, kind: str) -> Iterable[_Name]:
        for mode, resource_type, name in module.resources:
            lead = "" if mode == "resource" else f"{mode}."
            yield _Name(module.directory, kind, f"{lead}{resource_type}.{name}")
