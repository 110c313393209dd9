"""Where in a directory's templates access keys are declared, as a scan of it finds them."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from checkov.common.graph.graph_builder.graph_components.attribute_names import CustomAttributes

from checkov_keys.domain.users import KeyStatus, Unjudged
from checkov_keys.iac.cloudformation.sections import logical_id
from checkov_keys.iac.declared.module_paths import read_module_path
from checkov_keys.iac.declared.unread_files import TERRAFORM, TERRAFORM_JSON, UnreadFile, find_unread
from checkov_keys.iac.host.reading_scan import read_directory
from checkov_keys.iac.terraform.addresses import INDEX, address_of, block_name, calls_of, file_path, root_of
from checkov_keys.iac.terraform.module_tree import ModuleTree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checkov_keys.iac.common.graph_view import Vertex
    from checkov_keys.iac.common.reading import DeclaredKey, Reading, UserIdentity
    from checkov_keys.iac.host.reading_scan import GraphReading
    from checkov_keys.iac.terraform.configuration import Problem

CLOUDFORMATION = "cloudformation"
TERRAFORM_LANGUAGES = (TERRAFORM, TERRAFORM_JSON, "terraform_plan")
_INDEX = re.compile(INDEX)


class KeyBlock(NamedTuple):
    """The lines of a template that declare an access key.

    `language` is Checkov's framework, `address` what a scan calls the key, `bare_address` the same without instances.
    `type` and `name` are the labels of its Terraform block; `name` is its logical id in CloudFormation. `root` is the
    root module's directory in Terraform, the file in any other language. `path` is the file itself, `directory` the one
    of its module, from where a link may lead to it. Lines count from 1 and are those that a scan reports. `users` is
    more than one user only if conditions choose among them, and `status` is unknown if they choose that. `repeated`
    names the block, or the module call around it, that has `count` or `for_each`, "" if none has. `others` are the keys
    that the same block declares, too: other instances, or those of other module calls and root modules. `unread` are
    files of its module, and of the modules that call it, that cannot be read. `called` are the directories of the
    modules from the root module to it, the root module left out.
    """

    language: str
    address: str
    bare_address: str
    type: str
    name: str
    root: Path
    path: Path
    directory: Path
    first_line: int
    last_line: int
    users: tuple[UserIdentity, ...]
    status: KeyStatus
    repeated: str = ""
    others: tuple[str, ...] = ()
    unread: tuple[Problem, ...] = ()
    called: tuple[Path, ...] = ()


class KeyBlocks(NamedTuple):
    """All access keys that directories declare, the files that do not parse, and what could not be judged, by name."""

    blocks: tuple[KeyBlock, ...]
    unread: tuple[UnreadFile, ...]
    unjudged: tuple[Unjudged, ...]

    def at(self, address: str) -> tuple[KeyBlock, ...]:
        """Return the blocks that declare the key of an address, as a scan, Terraform's state or CloudFormation says it.

        A block with `count` or `for_each` is found by the address of any instance, and without one: which instances
        there are may be known to the state only.
        """
        exact = tuple(block for block in self.blocks if address in _spellings(block))
        if exact:
            return exact
        bare = _INDEX.sub("", address)
        return tuple(block for block in self.blocks if block.repeated and block.bare_address == bare)


def key_blocks(*directories: Path) -> KeyBlocks:
    """Return where directories declare access keys, found by Checkov's own runners; nothing is printed.

    Paths are resolved, and blocks in their order. Keys that do not exist (`count = 0`) are left out, as by a scan.
    """
    blocks: dict[tuple[object, ...], KeyBlock] = {}
    unread: dict[UnreadFile, None] = {}
    unjudged: dict[Unjudged, None] = {}
    tree = ModuleTree()
    readings = [read_directory(directory.resolve()) for directory in directories]
    unjudged.update(dict.fromkeys(each for reading in readings for each in reading.unlisted))
    for scan in (scan for reading in readings for scan in reading.graphs):
        unread.update(dict.fromkeys(find_unread(scan, tree)))
        for _, reading in scan.readings:
            unjudged.update(dict.fromkeys(reading.unjudged))
            for block in _blocks(scan, reading, tree):
                # One directory may hold another one.
                blocks[block.language, block.address, block.root, block.path] = block
    found = sorted(
        _with_others(_without_called(blocks.values())), key=lambda block: (block.path, block.first_line, block.address)
    )
    return KeyBlocks(tuple(found), tuple(unread), tuple(unjudged))


def _without_called(blocks: Iterable[KeyBlock]) -> list[KeyBlock]:
    """Return the blocks without those of modules that only seem to be roots: one in another directory calls them."""
    blocks = list(blocks)
    called = {module for block in blocks for module in block.called}
    return [block for block in blocks if block.root not in called]


def _with_others(blocks: Iterable[KeyBlock]) -> Iterator[KeyBlock]:
    """Yield the blocks with the other keys that each declares."""
    by_place: dict[tuple[Path, int, str, str], list[KeyBlock]] = defaultdict(list)
    for block in blocks:
        by_place[block.path, block.first_line, block.type, block.name].append(block)
    for together in by_place.values():
        for block in together:
            yield block._replace(others=tuple(other.address for other in together if other is not block))


def _blocks(scan: GraphReading, reading: Reading, tree: ModuleTree) -> Iterator[KeyBlock]:
    # A key is declared several times if it depends on conditions, or if Checkov does not expand instances.
    by_vertex: dict[tuple[str, str, str, int], list[DeclaredKey]] = defaultdict(list)
    for key in reading.reported_keys:
        vertex = key.own_vertex
        by_vertex[key.user.account, key.key.address, file_path(vertex), _line(vertex, "start")].append(key)
    for keys in by_vertex.values():
        block, vertex = _block(scan, keys), keys[0].own_vertex
        yield _with_module_path(block, vertex, tree) if scan.framework in (TERRAFORM, TERRAFORM_JSON) else block


def _with_module_path(block: KeyBlock, vertex: Vertex, tree: ModuleTree) -> KeyBlock:
    """Return a block of a Terraform module with what the modules from its root module to it say."""
    calls = calls_of(vertex)
    found = read_module_path(tree, root_of(vertex), calls, (block.type, block.name))
    return block._replace(
        bare_address=".".join([*(f"module.{name}" for name in calls), block.type, block.name]),
        repeated=found.repeated,
        unread=found.problems,
        called=tuple(Path(directory).resolve() for directory in found.called),
    )


def lines_of(scan: GraphReading, vertex: Vertex) -> tuple[int, int]:
    """Return the first and the last line of a block, those that a scan reports."""
    first, last = _line(vertex, "start"), _line(vertex, "end")
    if scan.framework == CLOUDFORMATION:
        known = (scan.context or {}).get(file_path(vertex), {}).get("Resources", {}).get(logical_id(vertex), {})
        return known.get("start_line", first), known.get("end_line", last)
    return first, last


def root_path(scan: GraphReading, vertex: Vertex) -> Path:
    """Return the root module's directory in Terraform, the file in any other language."""
    in_module = scan.framework in (TERRAFORM, TERRAFORM_JSON)
    return Path(root_of(vertex) if in_module else file_path(vertex)).resolve()


def _block(scan: GraphReading, keys: list[DeclaredKey]) -> KeyBlock:
    vertex = keys[0].own_vertex
    first, last = lines_of(scan, vertex)
    statuses = {declared.key.status for declared in keys}
    if scan.framework in TERRAFORM_LANGUAGES:
        address = address_of(vertex)
        block_type, _, name = block_name(vertex).partition("[")[0].rpartition(".")
    else:
        address, block_type, name = str(vertex[CustomAttributes.ID]), "", logical_id(vertex)
    path = Path(file_path(vertex))
    return KeyBlock(
        language=scan.framework,
        address=address,
        bare_address=_INDEX.sub("", address),
        type=block_type,
        name=name,
        root=root_path(scan, vertex),
        path=path.resolve(),
        directory=path.parent.absolute(),
        first_line=first,
        last_line=last,
        users=tuple(dict.fromkeys(declared.user for declared in keys)),
        status=statuses.pop() if len(statuses) == 1 else KeyStatus.UNKNOWN,
    )


def _line(vertex: Vertex, edge: str) -> int:
    """Return the first or last line of a block: "start" or "end". Checkov's languages spell it in two ways."""
    return int(vertex.get(f"__{edge}_line__") or vertex.get(f"__{edge}line__") or 0)


def _spellings(block: KeyBlock) -> tuple[str, ...]:
    return (block.address, block.name) if block.language == CLOUDFORMATION else (block.address,)
