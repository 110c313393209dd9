"""From a root module to the block of a key: which calls and blocks repeat it, and which files on the way are unread."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.iac.hcl.tokens import SyntaxProblem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checkov_keys.iac.terraform.configuration import Module, Problem, Section
    from checkov_keys.iac.terraform.module_tree import ModuleTree


class ModulePath(NamedTuple):
    """What the modules from a root module to a block say.

    `repeated` names the outermost module call, else the block itself, that has `count` or `for_each`, "" if none has.
    `problems` are the files of these modules that cannot be read. `called` are the directories of all but the
    root module.
    """

    repeated: str
    problems: tuple[Problem, ...]
    called: tuple[str, ...] = ()


def read_module_path(tree: ModuleTree, root: str, calls: tuple[str, ...], block: tuple[str, str]) -> ModulePath:
    """Return what is on the way from a root module's directory, through calls by name, to a block by type and name."""
    module: Module | None = tree.module(root)
    repeated: list[str] = []
    problems: list[Problem] = []
    called: list[str] = []
    for number, name in enumerate(calls, start=1):
        if module is None:
            break
        problems += module.problems
        section = module.calls.get(name)
        if section is not None and _is_repeated(section):
            repeated.append(f"module.{name}")
        module = tree.follow(tree.module(root), module, calls[:number], section).module if section else None
        called += [module.directory] if module else []
    if module is not None:
        problems += module.problems
        if any(map(_is_repeated, module.resources.get(("resource", *block), ()))):
            repeated.append(".".join(block))
    return ModulePath(repeated[0] if repeated else "", tuple(dict.fromkeys(problems)), tuple(called))


def list_problems(tree: ModuleTree, directories: tuple[str, ...]) -> Iterator[Problem]:
    """Yield the files of modules in some directories that cannot be read."""
    for directory in directories:
        yield from tree.module(directory).problems


def _is_repeated(section: Section) -> bool:
    try:
        return any(section.attribute(name) for name in ("count", "for_each"))
    except SyntaxProblem:
        # What cannot be read may say so.
        return True
