"""Where in a directory's templates access keys are declared, as a scan of it finds them."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from checkov.common.graph.graph_builder.graph_components.attribute_names import CustomAttributes

from checkov_keys.domain.users import KeyStatus, Unjudged
from checkov_keys.iac.cloudformation.sections import logical_id
from checkov_keys.iac.host.reading_scan import read_directory
from checkov_keys.iac.terraform.addresses import INDEX, address_of, block_name, file_path, root_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checkov_keys.iac.common.graph_view import GraphView, Vertex
    from checkov_keys.iac.common.reading import DeclaredKey, Reading, UserIdentity
    from checkov_keys.iac.host.reading_scan import GraphReading

TERRAFORM, CLOUDFORMATION = "terraform", "cloudformation"
TERRAFORM_LANGUAGES = (TERRAFORM, "terraform_json", "terraform_plan")
_INDEX = re.compile(INDEX)


class KeyBlock(NamedTuple):
    """The lines of a template that declare an access key.

    `language` is Checkov's framework, `address` what a scan calls the key, `name` the label of its Terraform block or
    its logical id. `root` is the root module's directory in Terraform, the file in any other language. Lines count from
    1 and are those that a scan reports. `users` is more than one user only where conditions choose among them, and
    `status` is unknown where they choose that. `repeated` names the block, or the module call around it, that has
    `count` or `for_each`, "" if none has. `others` are the keys that the same block declares, too: other instances, or
    those of other module calls and root modules.
    """

    language: str
    address: str
    name: str
    root: Path
    path: Path
    first_line: int
    last_line: int
    users: tuple[UserIdentity, ...]
    status: KeyStatus
    repeated: str = ""
    others: tuple[str, ...] = ()


class UnreadFile(NamedTuple):
    """A file that does not parse as the language (Checkov's framework) that it should be."""

    language: str
    path: Path


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
        return tuple(block for block in self.blocks if block.repeated and _INDEX.sub("", block.address) == bare)


def key_blocks(*directories: Path) -> KeyBlocks:
    """Return where directories declare access keys, found by Checkov's own runners; nothing is printed.

    Paths are resolved, and blocks in their order. Keys that do not exist (`count = 0`) are left out, as by a scan.
    """
    blocks: dict[tuple[object, ...], KeyBlock] = {}
    unread: dict[UnreadFile, None] = {}
    unjudged: dict[Unjudged, None] = {}
    calls: dict[Path, str] = {}
    for scan in (scan for directory in directories for scan in read_directory(directory.resolve())):
        unread.update((UnreadFile(scan.framework, Path(path).resolve()), None) for path in scan.unparsed)
        calls.update(_calls_in_json(scan))
        for graph, reading in scan.readings:
            unjudged.update(dict.fromkeys(reading.unjudged))
            for block in _blocks(scan, graph, reading):
                # One directory may hold another one.
                blocks[block.language, block.address, block.root, block.path] = block
    found = sorted(
        _with_others(blocks.values(), calls), key=lambda block: (block.path, block.first_line, block.address)
    )
    return KeyBlocks(tuple(found), tuple(unread), tuple(unjudged))


def _with_others(blocks: Iterable[KeyBlock], calls: dict[Path, str]) -> Iterator[KeyBlock]:
    """Yield the blocks with the other keys that each declares. `calls` leads from modules to their calls in JSON.

    Checkov's graph of Terraform's JSON syntax ends at modules in the native syntax, which are root modules elsewhere.
    """
    by_place: dict[tuple[Path, int, str], list[KeyBlock]] = defaultdict(list)
    for block in blocks:
        by_place[block.path, block.first_line, block.name].append(block)
    for together in by_place.values():
        for block in together:
            others = [other.address for other in together if other is not block]
            if block.language == TERRAFORM and block.root in calls:
                others.append(f"{calls[block.root]}.{block.address}")
            yield block._replace(others=tuple(others))


def _calls_in_json(scan: GraphReading) -> Iterator[tuple[Path, str]]:
    """Yield the directories of the modules that Terraform's JSON syntax calls by a path, each with the call."""
    for graph, _ in scan.readings if scan.framework == "terraform_json" else ():
        for call in graph.blocks("module"):
            source = call.get("source")
            if isinstance(source, str) and source.startswith("."):
                name = block_name(call).partition("[")[0]
                yield (Path(file_path(call)).parent / source).resolve(), f"module.{name}"


def _blocks(scan: GraphReading, graph: GraphView, reading: Reading) -> Iterator[KeyBlock]:
    repeated_calls = {
        (file_path(call), block_name(call).partition("[")[0])
        for call in graph.blocks("module")
        if "count" in call or "for_each" in call
    }
    # A key is declared several times where it depends on conditions, and where Checkov does not expand instances.
    by_vertex: dict[tuple[str, str, str, int], list[DeclaredKey]] = defaultdict(list)
    for key in reading.reported_keys:
        vertex = key.own_vertex
        by_vertex[key.user.account, key.key.address, file_path(vertex), _line(vertex, "start")].append(key)
    for keys in by_vertex.values():
        block, vertex = _block(scan, keys), keys[0].own_vertex
        if scan.framework in TERRAFORM_LANGUAGES:
            block = block._replace(repeated=_repeated(vertex, repeated_calls))
        yield block


def lines_of(scan: GraphReading, vertex: Vertex) -> tuple[int, int]:
    """Return the first and the last line of a block, those that a scan reports."""
    first, last = _line(vertex, "start"), _line(vertex, "end")
    if scan.framework == CLOUDFORMATION:
        known = (scan.context or {}).get(file_path(vertex), {}).get("Resources", {}).get(logical_id(vertex), {})
        return known.get("start_line", first), known.get("end_line", last)
    return first, last


def root_path(scan: GraphReading, vertex: Vertex) -> Path:
    """Return the root module's directory in Terraform, the file in any other language."""
    return Path(root_of(vertex) if scan.framework == TERRAFORM else file_path(vertex)).resolve()


def _block(scan: GraphReading, keys: list[DeclaredKey]) -> KeyBlock:
    vertex = keys[0].own_vertex
    first, last = lines_of(scan, vertex)
    statuses = {declared.key.status for declared in keys}
    if scan.framework in TERRAFORM_LANGUAGES:
        address, name = address_of(vertex), block_name(vertex).partition("[")[0].rpartition(".")[2]
    else:
        address, name = str(vertex[CustomAttributes.ID]), logical_id(vertex)
    return KeyBlock(
        language=scan.framework,
        address=address,
        name=name,
        root=root_path(scan, vertex),
        path=Path(file_path(vertex)).resolve(),
        first_line=first,
        last_line=last,
        users=tuple(dict.fromkeys(declared.user for declared in keys)),
        status=statuses.pop() if len(statuses) == 1 else KeyStatus.UNKNOWN,
    )


def _line(vertex: Vertex, edge: str) -> int:
    """Return the first or last line of a block: "start" or "end". Checkov's languages spell it in two ways."""
    return int(vertex.get(f"__{edge}_line__") or vertex.get(f"__{edge}line__") or 0)


def _repeated(vertex: Vertex, calls: set[tuple[str, str]]) -> str:
    """Return the outermost module call around a block, else the block itself, that has `count` or `for_each`."""
    name = block_name(vertex)
    repeated = name.partition("[")[0] if "[" in name or "count" in vertex or "for_each" in vertex else ""
    call = vertex.get(CustomAttributes.SOURCE_MODULE_OBJECT)
    while call is not None:
        if call.foreach_idx is not None or (str(call.path), call.name) in calls:
            repeated = f"module.{call.name}"
        call = call.nested_tf_module
    return repeated


def _spellings(block: KeyBlock) -> tuple[str, ...]:
    return (block.address, block.name) if block.language == CLOUDFORMATION else (block.address,)
