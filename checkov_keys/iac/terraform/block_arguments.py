"""The arguments of a block and of the blocks in it, with `dynamic` ones as the blocks that they make.

https://developer.hashicorp.com/terraform/language/expressions/dynamic-blocks
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.iac.hcl.errors import EvaluationError
from checkov_keys.iac.hcl.nodes import Access, Literal, Name
from checkov_keys.iac.hcl.tokens import SyntaxProblem
from checkov_keys.iac.hcl.values import (
    DYNAMIC,
    SetType,
    Unknown,
    Value,
    all_marks,
    number,
    object_of,
    string,
    unknown,
)
from checkov_keys.iac.terraform.json_dynamic import read_dynamic, read_nested
from checkov_keys.iac.terraform.references import BlockScope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checkov_keys.iac.hcl.blocks import Attribute, Block, Body
    from checkov_keys.iac.hcl.scopes import Meaning
    from checkov_keys.iac.terraform.module_instance import ModuleInstance
    from checkov_keys.iac.terraform.repetition import Instance

META_ARGUMENTS = frozenset({"count", "for_each", "provider", "depends_on"})
_NOT_ARGUMENTS = frozenset({"lifecycle", "timeouts"})
# No block has more arguments, with all that dynamic blocks make.
_MOST_ARGUMENTS = 20_000
_DEEPEST = 40


class BlockArgument(NamedTuple):
    """An argument: the types of the blocks around it and its name, and what it is evaluated in.

    `loop` is the `for_each` of the nearest dynamic block around it, None if there is none.
    """

    path: tuple[str, ...]
    attribute: Attribute
    scope: BlockScope
    loop: Attribute | None = None


class _Place(NamedTuple):
    path: tuple[str, ...]
    iterators: dict[str, Meaning]
    loop: Attribute | None


class _IteratorScope(BlockScope):
    """What names mean in a block that a dynamic block makes, or in a provisioner."""

    def __init__(
        self, owner: ModuleInstance, instance: Instance, call_site_prefix: str, iterators: dict[str, Meaning]
    ) -> None:
        super().__init__(owner, instance, call_site_prefix)
        self._iterators = iterators

    def lookup(self, name: str) -> Meaning | None:
        """Return what the first word of a reference means, None if nothing."""
        return self._iterators[name] if name in self._iterators else super().lookup(name)


class BlockArguments:
    """Lists the arguments of one instance of a block."""

    def __init__(
        self, owner: ModuleInstance, instance: Instance, address: str, own: dict[str, Meaning] | None = None
    ) -> None:
        """Take the module instance, the block's instance and address, and what names mean in its provisioners."""
        self._owner = owner
        self._instance = instance
        self._address = address
        self._own = own or {}
        self._left = _MOST_ARGUMENTS

    def list_all(self, body: Body) -> Iterator[BlockArgument]:
        """Yield the arguments of a body and of all blocks in it; meta-arguments are not among them."""
        for argument in self._list(body, _Place((), {}, None)):
            if argument.path[0] not in META_ARGUMENTS:
                yield argument

    def list_blocks(self, body: Body, block_type: str) -> Iterator[BlockArgument]:
        """Yield the arguments in the blocks of one type at the top of a body."""
        for block in body.blocks:
            if block.type == block_type or (block.type == "dynamic" and block.labels[:1] == (block_type,)):
                yield from self._list_block(block, _Place((), {}, None))

    def _list(self, body: Body, place: _Place) -> Iterator[BlockArgument]:
        if len(place.path) > _DEEPEST:
            return
        for name, attribute in body.attributes.items():
            self._left -= 1
            if self._left < 0:
                return
            if name == "dynamic":
                for block in _read_dynamic(attribute):
                    yield from self._list_dynamic(block, place)
                continue
            nested = _read_nested(attribute)
            for inner in nested:
                yield from self._list(inner, place._replace(path=(*place.path, name)))
            if nested:
                continue
            yield BlockArgument((*place.path, name), attribute, self._scope(place), place.loop)
        for block in body.blocks:
            if block.type not in _NOT_ARGUMENTS:
                yield from self._list_block(block, place)

    def _list_block(self, block: Block, place: _Place) -> Iterator[BlockArgument]:
        if block.type == "dynamic" and len(block.labels) == 1:
            yield from self._list_dynamic(block, place)
            return
        own = self._own if block.type == "provisioner" else {}
        inside = _Place((*place.path, block.type, *block.labels), {**place.iterators, **own}, place.loop)
        yield from self._list(block.body, inside)

    def _list_dynamic(self, block: Block, place: _Place) -> Iterator[BlockArgument]:
        name = block.labels[0]
        for_each = block.body.attributes.get("for_each")
        if for_each is None:
            return
        iterator = _read_iterator(block) or name
        for key, value in self._list_members(for_each, place):
            turn = object_of({"key": key, "value": value})
            inside = _Place((*place.path, name), {**place.iterators, iterator: turn}, for_each)
            for content in block.body.find_blocks("content"):
                yield from self._list(content.body, inside)

    def _list_members(self, for_each: Attribute, place: _Place) -> list[tuple[Value, Value]]:
        """Return the keys and values over which a dynamic block runs: one pair for all if they are not known."""
        try:
            collection = self._owner.root.evaluate(for_each.expression, self._scope(place))
        except (EvaluationError, SyntaxProblem):
            return []
        if isinstance(collection.content, Unknown) and collection.content.example is not None:
            collection = collection.content.example
        content, marks = collection.content, collection.marks
        if isinstance(content, Unknown):
            within = all_marks(collection)
            key = unknown(DYNAMIC, f"key of {content.symbol}", content.reason, marks=within)
            return [(key, unknown(DYNAMIC, f"value of {content.symbol}", content.reason, marks=within))]
        if isinstance(content, dict):
            return [(string(name, marks), member.with_marks(marks)) for name, member in content.items()]
        members = [member.with_marks(marks) for member in collection.members]
        if isinstance(collection.type, SetType):
            return [(member, member) for member in members]
        return [(number(position), member) for position, member in enumerate(members)]

    def _scope(self, place: _Place) -> BlockScope:
        return _IteratorScope(self._owner, self._instance, f"{self._owner.prefix}{self._address}", place.iterators)


def _read_dynamic(attribute: Attribute) -> list[Block]:
    try:
        return read_dynamic(attribute)
    except SyntaxProblem:
        return []


def _read_nested(attribute: Attribute) -> list[Body]:
    try:
        return read_nested(attribute)
    except SyntaxProblem:
        return []


def _read_iterator(block: Block) -> str:
    """Return the name that a dynamic block gives to its turns, "" if it gives none."""
    attribute = block.body.attributes.get("iterator")
    try:
        node = attribute.bare if attribute else None
    except SyntaxProblem:
        return ""
    node = node.source if isinstance(node, Access) else node
    if isinstance(node, Literal):
        # In the JSON syntax the name is a text.
        return str(node.value)
    return node.name if isinstance(node, Name) else ""
