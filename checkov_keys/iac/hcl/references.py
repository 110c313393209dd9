"""What an expression refers to, without evaluating it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.iac.hcl.nodes import (
    Access,
    Binary,
    Call,
    Conditional,
    For,
    Index,
    Join,
    Literal,
    Mapping,
    Member,
    Name,
    Node,
    Number,
    Parentheses,
    Sequence,
    Splat,
    Step,
    Template,
    Unary,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_FIELDS: dict[type, tuple[str, ...]] = {
    Splat: ("source", "each"),
    Unary: ("operand",),
    Parentheses: ("inner",),
    Binary: ("left", "right"),
    Conditional: ("test", "yes", "no"),
    Join: ("loop",),
}


class Reference(NamedTuple):
    """The first word of a reference, and the steps from it whose keys are written down."""

    root: str
    steps: tuple[Step, ...]
    at: int

    @property
    def path(self) -> tuple[str, ...]:
        """The first word and the names that follow it, up to the first index."""
        names = [self.root]
        for step in self.steps:
            if not isinstance(step, Member):
                break
            names.append(step.name)
        return tuple(names)


def references(node: Node) -> Iterator[Reference]:
    """Yield every reference in an expression, in its order; the names of `for` are not references."""
    waiting: list[tuple[Node, frozenset[str]]] = [(node, frozenset())]
    while waiting:
        current, bound = waiting.pop()
        if isinstance(current, For):
            inner = bound | {current.key_name, current.value_name}
            parts = [part for part in (current.key, current.result, current.test) if part is not None]
            waiting.extend((part, inner) for part in reversed(parts))
            waiting.append((current.collection, bound))
            continue
        if isinstance(current, Name) and current.name not in bound:
            yield Reference(current.name, (), current.at)
        elif isinstance(current, Access) and isinstance(current.source, Name) and current.source.name not in bound:
            yield Reference(current.source.name, _written_steps(current), current.at)
        waiting.extend((part, bound) for part in reversed(_parts(current)))


def _written_steps(access: Access) -> tuple[Step, ...]:
    steps: list[Step] = []
    for step in access.steps:
        if isinstance(step, Index) and not isinstance(step.key, (Literal, Number)):
            break
        steps.append(step)
    return tuple(steps)


def _parts(node: Node) -> list[Node]:
    """Return the nodes right below a node, but not the name that an access begins with."""
    if isinstance(node, Access):
        source = [] if isinstance(node.source, Name) else [node.source]
        return source + [step.key for step in node.steps if isinstance(step, Index)]
    if isinstance(node, Mapping):
        return [part for pair in node.pairs for part in pair]
    if isinstance(node, (Call, Template, Sequence)):
        return list(node.arguments if isinstance(node, Call) else _members(node))
    return [getattr(node, name) for name in _FIELDS.get(type(node), ())]


def _members(node: Template | Sequence) -> tuple[Node, ...]:
    return node.parts if isinstance(node, Template) else node.items
