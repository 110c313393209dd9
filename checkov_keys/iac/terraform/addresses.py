"""Where a Terraform block stands: its root module, its module instance, its own instance."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from checkov.common.graph.graph_builder.graph_components.attribute_names import CustomAttributes

if TYPE_CHECKING:
    from checkov_keys.iac.common.graph_view import Vertex

ADDRESS = CustomAttributes.TF_RESOURCE_ADDRESS
USER_TYPE = "aws_iam_user"
# In the vertex of an instance: the directory of its root module, and the names of the calls from there.
CALLS = "checkov_keys_calls_"
# An instance of a block or module: `["key"]` or `[0]`.
INDEX = r'(?:\["(?:[^"\\]|\\.)*"\]|\[\d+\])'
_MODULE_CALL = re.compile(rf"module\.([\w-]+{INDEX}?)\.")
_MODULE_INSTANCE = re.compile(rf"(?:{_MODULE_CALL.pattern})*")


class BlockName(str):
    """A block's name that Checkov finds again although an instance key holds dots: `type.name["john.doe"]`.

    Checkov looks a record's lines up under the parts that `split(".")` gives, and drops the record where there are
    more than two.
    """

    __slots__ = ()

    def split(self, sep: str | None = None, maxsplit: int = -1) -> list[str]:  # type: ignore[override]
        """Return type and name; any other way of splitting is as for a str."""
        return super().split(sep, 1 if sep == "." else maxsplit)


def block_name(vertex: Vertex) -> str:
    """Return the name of a block, such as `aws_iam_user.team["a"]`, "" where it has none."""
    name = vertex.get(CustomAttributes.BLOCK_NAME)
    return name if isinstance(name, str) else str(name or "")


def file_path(vertex: Vertex) -> str:
    """Return the path of the file that holds a block."""
    path = vertex.get(CustomAttributes.FILE_PATH)
    return path if isinstance(path, str) else str(path or "")


def address_of(vertex: Vertex) -> str:
    """Return the address by which people know a resource, with its module instance."""
    address = vertex.get(ADDRESS)
    return address if isinstance(address, str) else str(address or block_name(vertex))


def found_again(vertex: Vertex) -> Vertex:
    """Return a vertex whose record Checkov does not drop."""
    name = block_name(vertex)
    dotted = "[" in name and name.count(".") > 1
    return {**vertex, CustomAttributes.BLOCK_NAME: BlockName(name)} if dotted else vertex


def is_planned(vertex: Vertex) -> bool:
    """Tell whether a block comes from a plan, which has no modules of its own but full addresses."""
    return _is_plan(file_path(vertex))


@lru_cache(maxsize=65536)
def _is_plan(path: str) -> bool:
    return path.endswith(".json") and not path.endswith((".tf.json", ".tofu.json"))


def module_instance(vertex: Vertex) -> str:
    """Return the address prefix of the module instance that holds a block: `module.team["a"].`, "" for the root."""
    place = ""
    call = vertex.get(CustomAttributes.SOURCE_MODULE_OBJECT)
    while call is not None:
        place = f"module.{call.name}{_index(call.foreach_idx)}.{place}"
        call = call.nested_tf_module
    return place


def instance_of_address(address: str) -> str:
    """Return the part of a Terraform address that names module instances, with its last dot."""
    found = _MODULE_INSTANCE.match(address)
    return found.group() if found else ""


def root_of(vertex: Vertex) -> str:
    """Return the directory of the root module that a block belongs to: the one that no other module calls."""
    if CALLS in vertex:
        return str(vertex[CALLS][0])
    path, call = file_path(vertex), vertex.get(CustomAttributes.SOURCE_MODULE_OBJECT)
    while call is not None:
        path, call = call.path, call.nested_tf_module
    return _directory(str(path))


@lru_cache(maxsize=65536)
def _directory(path: str) -> str:
    return os.path.dirname(os.path.abspath(path))  # noqa: PTH100, PTH120  # as Checkov


def calls_of(vertex: Vertex) -> tuple[str, ...]:
    """Return the names of the calls that lead from the root module to a vertex, if it is one of an instance."""
    return tuple(vertex[CALLS][1]) if CALLS in vertex else ()


def block_index(vertex: Vertex) -> tuple[str, str | int | None]:
    """Return a block's name without its index, and the index of the instance that Checkov made a vertex of."""
    name = block_name(vertex)
    base, bracket, index = name.partition("[")
    if not bracket:
        return name, None
    index = index[:-1]
    return base, int(index) if index.isdigit() else index.strip('"')


def call_of(place: str) -> tuple[str, str]:
    """Split the address prefix of a module instance into the place of its call, and the call with its index."""
    *outer, call = _MODULE_CALL.finditer(place)
    return place[: outer[-1].end() if outer else 0], call.group(1)


def _index(key: object) -> str:
    if key is None:
        return ""
    return f"[{key}]" if isinstance(key, int) else f'["{key}"]'
