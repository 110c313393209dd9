"""A root module with all that is below it: where evaluation starts, what it may cost, and which files it may read."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from typing import TYPE_CHECKING

from checkov_keys.iac.hcl.errors import EvaluationError
from checkov_keys.iac.hcl.evaluation import evaluate
from checkov_keys.iac.hcl.limits import LARGEST_BUDGET, Budget
from checkov_keys.iac.hcl.tokens import SyntaxProblem
from checkov_keys.iac.terraform.dependencies import find_needed
from checkov_keys.iac.terraform.module_instance import ModuleInstance
from checkov_keys.iac.terraform.module_tree import CalledModule
from checkov_keys.iac.terraform.scanned_files import ScannedFiles
from checkov_keys.iac.terraform.value_files import read_value_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from checkov_keys.iac.hcl.functions.calling import Files, Function
    from checkov_keys.iac.hcl.nodes import Node
    from checkov_keys.iac.hcl.scopes import Meaning, Scope
    from checkov_keys.iac.hcl.values import Value
    from checkov_keys.iac.terraform.configuration import Module, Section
    from checkov_keys.iac.terraform.dependencies import Named
    from checkov_keys.iac.terraform.module_tree import ModuleTree

# All evaluations of one root together: about ten seconds. What comes later is unknown.
_POOL = 12 * LARGEST_BUDGET
# Modules that call modules deeper than anybody does are not read.
_DEEPEST_CALLS = 40
# So many names are evaluated before those that need them. Modules that call modules twice have a billion of them.
_MOST_PREPARED = 50_000
_MEMBER = re.compile(r"\.([A-Za-z_][\w-]*)")


class Root:
    """One root module, evaluated as `terraform apply` would in its directory.

    `values` are the expressions that files give to its variables, `problems` the files of values that cannot be read.
    """

    def __init__(
        self,
        tree: ModuleTree,
        module: Module,
        scanned: Sequence[str],
        value_files: Iterable[str] = (),
        *,
        follows_secrets: bool = False,
    ) -> None:
        """Take the modules, the root among them, the directories that may be read, and files named for `-var-file`.

        If it `follows_secrets`, each secret of a key is a text of its own with a mark (see secret_texts.py); otherwise
        it is unknown, as it is for Terraform before the apply.
        """
        self.follows_secrets = follows_secrets
        self.tree = tree
        self.module = module
        self._scanned = tuple(scanned)
        self.values, self.problems = read_value_files(module.directory, value_files, tree.files)
        self._files: dict[str, ScannedFiles] = {}
        self._mentioned: dict[str, frozenset[str]] = {}
        self._budget: Budget | None = None
        self._left = _POOL
        self._is_preparing = False
        self._left_to_prepare = _MOST_PREPARED
        self.instance = ModuleInstance(self, module, None, "")

    def evaluate(self, node: Node, scope: Scope) -> Value:
        """Return what an expression means in a scope; raise EvaluationError if Terraform refuses it.

        Expressions that are evaluated because of each other share what they may cost.
        """
        if self._budget is not None:
            return evaluate(node, scope, self._budget)
        granted = max(1, min(LARGEST_BUDGET, self._left))
        self._budget = Budget(granted)
        try:
            return evaluate(node, scope, self._budget)
        finally:
            self._left -= granted - max(0, self._budget.left)
            self._budget = None

    def evaluate_outside(self, node: Node) -> Value:
        """Return what an expression means that may not refer to anything, as in a file of values."""
        return self.evaluate(node, _NothingNamed(self.files_of(self.module)))

    def evaluate_needed(self, owner: ModuleInstance, key: tuple[str, ...]) -> None:
        """Evaluate what a named value needs before it, so that a chain of a thousand locals is no recursion."""
        if self._is_preparing or len(key) != 2 or key[0] not in {"var", "local", "output"}:  # noqa: PLR2004
            return
        self._is_preparing = True
        try:
            waiting: list[Named] = [(owner, (key[0], key[1]))]
            seen: set[tuple[int, tuple[str, str]]] = set()
            while waiting and self._left_to_prepare > 0:
                self._left_to_prepare -= 1
                needed, name = waiting[-1]
                mark = (id(needed), name)
                if mark in seen or needed.knows(name):
                    waiting.pop()
                    if waiting:
                        _evaluate_quietly(needed, name)
                    continue
                seen.add(mark)
                waiting += [each for each in find_needed(needed, *name) if (id(each[0]), each[1]) not in seen]
        finally:
            self._is_preparing = False

    def files_of(self, module: Module) -> Files:
        """Return the files that expressions of a module may read."""
        if module.directory not in self._files:
            self._files[module.directory] = ScannedFiles(
                self.module.directory, module.directory, self.module.directory, *self._scanned
            )
        return self._files[module.directory]

    def follow(self, owner: ModuleInstance, name: str, section: Section) -> CalledModule:
        """Return what a module call leads to; a module that calls itself leads nowhere, as Terraform refuses it."""
        called = self.tree.follow(self.module, owner.module, (*owner.names, name), section)
        above: ModuleInstance | None = owner
        depth = 0
        while above is not None and called.module is not None:
            depth += 1
            if above.module is called.module or depth > _DEEPEST_CALLS:
                return CalledModule(None, called.source, "it leads back to itself")
            above = above.call.caller if above.call else None
        return called

    def mentioned_names(self, module: Module) -> frozenset[str]:
        """Return every name that follows a dot somewhere in the files of a module or of the root.

        Attributes of resources that are not in the configuration are only made for these names.
        """
        if module.directory not in self._mentioned:
            names: set[str] = set()
            for path in dict.fromkeys([*module.paths, *self.module.paths]):
                with suppress(OSError, UnicodeDecodeError):
                    names.update(_MEMBER.findall(self.tree.files.read(path)))
            self._mentioned[module.directory] = frozenset(names)
        return self._mentioned[module.directory]


class _NothingNamed:
    """The scope of a file of values (hcl's protocol `Scope`)."""

    call_site_prefix = "values"

    def __init__(self, files: Files) -> None:
        self.files = files

    def lookup(self, name: str) -> Meaning | None:
        """Return None: no name means anything."""
        del name
        return None

    def function(self, name: str) -> Function | None:
        """Return None: Terraform's own functions are all there are."""
        del name
        return None


def _evaluate_quietly(owner: ModuleInstance, name: tuple[str, str]) -> None:
    kind, word = name
    find = {"var": owner.variable, "local": owner.local, "output": owner.output}[kind]
    try:
        find(word)
    except (EvaluationError, SyntaxProblem):
        # Whoever asks for it by itself is told.
        return


def directory_of(path: str) -> str:
    """Return the absolute directory of a file."""
    return os.path.dirname(os.path.abspath(path))  # noqa: PTH100, PTH120  # as Checkov
