"""The files of a directory → the module that Terraform makes of them, with override files merged.

https://developer.hashicorp.com/terraform/language/files/override
"""

from __future__ import annotations

import os
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.iac.hcl.blocks import Attribute, Block, Body, parse_file, read_body
from checkov_keys.iac.hcl.json_syntax import parse_json_file
from checkov_keys.iac.hcl.tokens import SyntaxProblem
from checkov_keys.iac.terraform.module_files import FileStore, ModuleFile, is_override, list_module_files

if TYPE_CHECKING:
    from collections.abc import Iterable

# Blocks whose bodies are read at once; the bodies of all others are read when something refers to them.
_READ_AT_ONCE = frozenset({"variable", "locals", "module", "provider"})
_LABELS = {"resource": 2, "data": 2, "ephemeral": 2, "variable": 1, "module": 1, "output": 1, "provider": 1}
# In the JSON syntax nothing but a schema tells a block from an argument. Blocks of resource types count as arguments.
_BLOCKS_IN_JSON: dict[tuple[str, ...], int] = {
    **{(block_type,): labels for block_type, labels in _LABELS.items()},
    **{(block_type,): 0 for block_type in ("locals", "terraform", "moved", "removed", "import")},
    ("check",): 1,
    **{(mode, "lifecycle"): 0 for mode in ("resource", "data", "ephemeral", "module")},
    ("resource", "provisioner"): 1,
    ("resource", "connection"): 0,
}


class Problem(NamedTuple):
    """A file of a module that could not be read: its path, the line from 1, or 0 if that is not known, and why."""

    path: str
    line: int
    reason: str

    def __str__(self) -> str:
        """Return why, and in which line."""
        return f"{self.reason}, in line {self.line}" if self.line else self.reason


class Section:
    """A block at the top of a file, with what override files say of it.

    `path` is the file of the block itself, not of an override.
    """

    def __init__(self, block: Block, path: str) -> None:
        """Take a block as it was read, skipped or not."""
        self.block = block
        self.path = path
        self._overrides: list[Block] = []
        self._body: Body | None = None

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of the block, such as type and name of a resource."""
        return self.block.labels

    @property
    def body(self) -> Body:
        """The arguments and blocks, with overrides merged; raises SyntaxProblem if the body cannot be read."""
        if self._body is None:
            body = _body_of(self.block)
            for override in self._overrides:
                body = _merge(body, _body_of(override))
            self._body = body
        return self._body

    def attribute(self, name: str) -> Attribute | None:
        """Return an argument, None if there is none; raises SyntaxProblem if the body cannot be read."""
        return self.body.attributes.get(name)

    @property
    def text(self) -> str:
        """All that is written of the block, also in override files."""
        return "\n".join(block.range.text for block in (self.block, *self._overrides))

    def override(self, block: Block) -> None:
        """Merge a block of an override file into this one."""
        self._overrides.append(block)
        self._body = None


class Module:
    """What a directory holds.

    Resources, data sources and ephemeral resources are found by mode ("resource", "data", "ephemeral"), type and name.
    An address that is declared twice, which Terraform refuses, has two sections.
    """

    def __init__(self, directory: str) -> None:
        """Make a module of a directory (an absolute path) with nothing in it."""
        self.directory = directory
        self.problems: list[Problem] = []
        self.paths: list[str] = []
        self.variables: dict[str, Section] = {}
        self.locals: dict[str, Attribute] = {}
        self.outputs: dict[str, Section] = {}
        self.calls: dict[str, Section] = {}
        self.providers: dict[str, Section] = {}
        self.resources: dict[tuple[str, str, str], list[Section]] = defaultdict(list)

    def is_replaced(self, path: str) -> bool:
        """Tell whether a file is left out of the module, or overrides other files of it."""
        return is_override(path) or (path not in self.paths and os.path.exists(path))  # noqa: PTH110

    def find_resources(self, types: Iterable[str]) -> Iterable[Section]:
        """Yield the managed resources of some types, in the order in which they are declared."""
        wanted = frozenset(types)
        for (mode, resource_type, _), sections in self.resources.items():
            if mode == "resource" and resource_type in wanted:
                yield from sections


def read_module(directory: str, files: FileStore) -> Module:
    """Return the module in a directory; what cannot be read of it is in its `problems`."""
    module = Module(directory)
    for file in list_module_files(directory):
        module.paths.append(file.path)
        try:
            body = read_syntax(file, files)
        except SyntaxProblem as error:
            module.problems.append(Problem(file.path, error.line, error.message))
        except OSError as error:
            module.problems.append(Problem(file.path, 0, error.strerror or str(error)))
        except UnicodeDecodeError:
            module.problems.append(Problem(file.path, 0, "it is not UTF-8"))
        else:
            for block in body.blocks:
                _add(module, block, file)
    return module


def read_syntax(file: ModuleFile, files: FileStore) -> Body:
    """Return what a file holds; raise SyntaxProblem, OSError or UnicodeDecodeError if it cannot be read."""
    text = files.read(file.path)
    return parse_json_file(text, _BLOCKS_IN_JSON.get) if file.is_json else parse_file(text, _is_read_at_once)


def _is_read_at_once(block_type: str, labels: tuple[str, ...]) -> bool:
    del labels
    return block_type in _READ_AT_ONCE


def _add(module: Module, block: Block, file: ModuleFile) -> None:
    if block.type == "locals":
        for name, attribute in block.body.attributes.items():
            if file.is_override or name not in module.locals:
                module.locals[name] = attribute
        return
    if len(block.labels) != _LABELS.get(block.type, -1):
        return
    same = _find_same(module, block)
    if file.is_override and same:
        for section in same:
            section.override(block)
    else:
        _declare(module, Section(block, file.path))


def _find_same(module: Module, block: Block) -> list[Section]:
    """Return what a block of an override file merges into."""
    if block.type in ("resource", "data", "ephemeral"):
        resource_type, name = block.labels
        return module.resources.get((block.type, resource_type, name), [])
    found = _table(module, block.type).get(_key(block))
    return [found] if found else []


def _declare(module: Module, section: Section) -> None:
    block = section.block
    if block.type in ("resource", "data", "ephemeral"):
        resource_type, name = block.labels
        module.resources[block.type, resource_type, name].append(section)
    else:
        _table(module, block.type).setdefault(_key(block), section)


def _table(module: Module, block_type: str) -> dict[str, Section]:
    return {
        "variable": module.variables,
        "output": module.outputs,
        "module": module.calls,
        "provider": module.providers,
    }[block_type]


def _key(block: Block) -> str:
    """Return by which name a block is known: a provider with its alias, as `aws.east`."""
    name = block.labels[0]
    alias = block.body.attributes.get("alias") if block.type == "provider" else None
    return f"{name}.{_literal(alias)}" if alias else name


def _literal(attribute: Attribute) -> str:
    return attribute.text.strip().strip('"')


def _body_of(block: Block) -> Body:
    return read_body(block) if block.is_skipped else block.body


def _merge(base: Body, override: Body) -> Body:
    """Return a body in which arguments are replaced one by one, and nested blocks by all of their type."""
    replaced = {block.type for block in override.blocks} - {"lifecycle"}
    blocks = [block for block in base.blocks if block.type not in replaced]
    lifecycles = [block for block in override.blocks if block.type == "lifecycle"]
    return Body(
        {**base.attributes, **override.attributes},
        [_merge_lifecycle(block, lifecycles) for block in blocks]
        + [block for block in override.blocks if block.type in replaced]
        + ([] if any(block.type == "lifecycle" for block in blocks) else lifecycles),
    )


def _merge_lifecycle(block: Block, lifecycles: list[Block]) -> Block:
    if block.type != "lifecycle":
        return block
    body = block.body
    for override in lifecycles:
        body = _merge(body, override.body)
    return block._replace(body=body)
