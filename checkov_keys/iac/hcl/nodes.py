"""What an expression consists of, as a tree.

Every node has `at`, the offset at which it starts in the text that was parsed; equal nodes may start anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Union


class Record:
    """What all nodes are: equal to another of the class whose fields are equal, wherever the two are.

    Written out here because dataclasses would compile the same for each class, at every start of the program.
    """

    __slots__ = ()

    def _key(self) -> tuple[object, ...]:
        return tuple([value for name, value in vars(self).items() if name != "at"])

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and isinstance(other, Record) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash((type(self), self._key()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(repr, self._key()))})"


@dataclass(frozen=True, eq=False, repr=False)
class Literal(Record):
    """A known text, true, false or null (None)."""

    value: str | bool | None
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, eq=False, repr=False)
class Number(Record):
    """A number as it is written, such as `1`, `0.5` or `1e9`."""

    text: str
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, eq=False, repr=False)
class Name(Record):
    """The first word of a reference: `var`, `aws_iam_user`, the variable of a `for`."""

    name: str
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, eq=False, repr=False)
class Item(Record):
    """The member that a splat is looking at; only in the `each` of a Splat."""

    at: int = field(default=0, compare=False)


@dataclass(frozen=True, eq=False, repr=False)
class Member(Record):
    """A step of an Access: `.name`."""

    name: str
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, eq=False, repr=False)
class Index(Record):
    """A step of an Access: `[key]`, or the old `.0` with a Number as its key."""

    key: Node
    at: int = field(default=0, compare=False)


Step = Union[Member, Index]


@dataclass(frozen=True, eq=False, repr=False)
class Access(Record):
    """A source and one or more steps from it: `var.team["a"].name`."""

    source: Node
    steps: tuple[Step, ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, eq=False, repr=False)
class Splat(Record):
    """`source[*].a[0]` or `source.*.a`: `each` says what is taken of each Item."""

    source: Node
    each: Node
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, eq=False, repr=False)
class Call(Record):
    """`name(arguments)`; `is_expanded` if the last argument is followed by `...`."""

    name: str
    arguments: tuple[Node, ...]
    is_expanded: bool
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, eq=False, repr=False)
class Unary(Record):
    """`-operand` or `!operand`."""

    operator: str
    operand: Node
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, eq=False, repr=False)
class Binary(Record):
    """An operator between two operands."""

    operator: str
    left: Node
    right: Node
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, eq=False, repr=False)
class Conditional(Record):
    """`test ? yes : no`, also of a template's `%{ if }`."""

    test: Node
    yes: Node
    no: Node
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, eq=False, repr=False)
class Template(Record):
    """Text made of parts, none of which may be null; what is just text is a Literal, and just `${x}` is x itself."""

    parts: tuple[Node, ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, eq=False, repr=False)
class Join(Record):
    """A template's `%{ for }`: the texts that the loop makes, one after the other."""

    loop: For
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, eq=False, repr=False)
class Sequence(Record):
    """`[a, b]`."""

    items: tuple[Node, ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, eq=False, repr=False)
class Parentheses(Record):
    """A reference that is the key of a Mapping and was written as `(a.b)` or `"${a.b}"`."""

    inner: Node
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, eq=False, repr=False)
class Mapping(Record):
    """`{ a = b }` as pairs of key and value.

    A key that is a bare word is a Literal. One with dots, as in `{ aws.peer = aws.prod }`, is an Access, and cannot be
    evaluated; one that may be is in Parentheses.
    """

    pairs: tuple[tuple[Node, Node], ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, eq=False, repr=False)
class For(Record):
    """`[for value in collection : result if test]`, or with `key => result`, which makes an object.

    `key_name` is "" if only one name is given; `is_grouped` if the result is followed by `...`.
    """

    key_name: str
    value_name: str
    collection: Node
    key: Node | None
    result: Node
    test: Node | None
    is_grouped: bool
    at: int = field(default=0, compare=False)


Node = Union[
    Literal,
    Number,
    Name,
    Item,
    Access,
    Splat,
    Call,
    Unary,
    Binary,
    Conditional,
    Template,
    Join,
    Sequence,
    Parentheses,
    Mapping,
    For,
]
