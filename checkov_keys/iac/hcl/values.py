"""Terraform's values: known, null, or unknown with everything that is known about them nevertheless.

Make values with the functions here (`string`, `number`, `list_of`, …): they keep what the rest of the package relies
on, such as the order of sets and the place of marks.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, cast

from checkov_keys.iac.hcl.binary_numbers import NegativeZero, Number, parse_number
from checkov_keys.iac.hcl.value_types import (
    BOOL,
    DYNAMIC,
    NUMBER,
    STRING,
    ListType,
    MapType,
    ObjectType,
    PrimitiveType,
    SetType,
    TupleType,
    Type,
    has_dynamic,
    object_type,
    type_name,
    type_text,
)

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping

__all__ = [
    "ANY_KEY", "BOOL", "DYNAMIC", "NO_MARKS", "NUMBER", "STRING", "ListType", "MapType", "Number", "ObjectType",
    "PrimitiveType", "SetType", "TupleType", "Type", "Unknown", "Value", "all_marks", "boolean", "bounded_symbol",
    "canonical_text", "first_unknown", "forget_text_marks", "from_python", "has_dynamic", "has_text_mark",
    "is_certainly_not_null", "is_of_text", "is_wholly_known", "iterate_values", "list_of", "map_of", "null",
    "number", "object_of", "object_type", "set_of", "string", "strip_marks", "to_python", "tuple_of", "type_name",
    "type_text", "unknown",
]  # fmt: skip

LONGEST_SYMBOL = 500
MOST_POSSIBLE = 16
SAFE_INTEGER = 1 << 62

NO_MARKS: frozenset[Hashable] = frozenset()

ANY_KEY = "\u2026"
"""What is in those keys of an example of which nothing is known."""


@dataclass(frozen=True)
class Unknown:
    """What is not known about a value, and what is; equal if the symbols are, because then it is the same value.

    symbol    canonical text of what the value is (see `bounded_symbol`)
    reason    for people, why it is not known
    not_null  it is known not to be null
    prefix    a text that it is known to begin with, if it is a string
    possible  at most 16 values, one of which it must be (some may be unknown in turn); () if nothing bounds it
    example   a value that has the same marks of texts in the same places, None if nobody knows one; a collection of
              which the keys are not known has ANY_KEY in them
    """

    symbol: str
    reason: str = field(compare=False)
    not_null: bool = field(default=False, compare=False)
    prefix: str = field(default="", compare=False)
    possible: tuple[Value, ...] = field(default=(), compare=False)
    example: Value | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Value:
    """A value of a type. Never change its content.

    content is None for null, an `Unknown`, or by the type: str; bool; int if integral, else a Fraction of at most 512
    bits; a tuple of Values for lists, sets (in Terraform's order) and tuples; a dict from str, sorted, for maps and
    objects.  marks are the value's own: members keep theirs, but for sets, of which the set itself carries them.
    """

    type: Type
    content: Any
    marks: frozenset[Hashable] = NO_MARKS
    _canonical: str | None = field(default=None, init=False, repr=False, compare=False)
    _all_marks: frozenset[Hashable] | None = field(default=None, init=False, repr=False, compare=False)
    _extent: tuple[int, int] | None = field(default=None, init=False, repr=False, compare=False)

    def __hash__(self) -> int:
        if isinstance(self.content, dict):
            return hash((self.type, tuple(self.content.items()), self.marks))
        return hash((self.type, self.content, self.marks))

    @property
    def is_null(self) -> bool:
        """Whether the value is known to be null."""
        return self.content is None

    @property
    def is_known(self) -> bool:
        """Whether the value itself is known (null is); its members need not be."""
        return not isinstance(self.content, Unknown)

    @property
    def extent(self) -> tuple[int, int]:
        """How long a walk through the value is, where what is in it twice is passed twice, and how deep it nests."""
        known = self._extent
        if known is None:
            inside = [member.extent for member in self.members]
            length = len(self.content) // 16 if isinstance(self.content, str) else sum([size for size, _ in inside])
            if isinstance(self.content, Unknown) and self.content.example is not None:
                inside = [self.content.example.extent]
                length = inside[0][0]
            known = length + 1, 1 + max([depth for _, depth in inside], default=0)
            object.__setattr__(self, "_extent", known)
        return known

    @property
    def members(self) -> tuple[Value, ...]:
        """The members of a known list, set, tuple, map or object in Terraform's order; () for anything else."""
        if isinstance(self.content, dict):
            return tuple(self.content.values())
        return self.content if isinstance(self.content, tuple) else ()

    def with_marks(self, marks: frozenset[Hashable]) -> Value:
        """Return the value with these marks added."""
        if marks <= self.marks:
            return self
        content = self.content
        if isinstance(content, Unknown) and content.example is not None:
            content = replace(content, example=content.example.with_marks(marks))
        return Value(self.type, content, self.marks | marks)

    def without_marks(self) -> Value:
        """Return the value without marks of its own; members keep theirs."""
        return Value(self.type, self.content) if self.marks else self


def is_certainly_not_null(value: Value) -> bool:
    """Say whether a value, known or not, is not null."""
    return value.content.not_null if isinstance(value.content, Unknown) else value.content is not None


def string(text: str, marks: frozenset[Hashable] = NO_MARKS) -> Value:
    """Return a text as a value, normalized (NFC) as Terraform does."""
    return Value(STRING, text if text.isascii() else unicodedata.normalize("NFC", text), marks)


def number(content: Number, marks: frozenset[Hashable] = NO_MARKS) -> Value:
    """Return a number as a value; a Fraction must already be rounded (see `binary_numbers`)."""
    if isinstance(content, Fraction) and content.denominator == 1 and not isinstance(content, NegativeZero):
        content = content.numerator
    return Value(NUMBER, content, marks)


def boolean(content: bool, marks: frozenset[Hashable] = NO_MARKS) -> Value:  # noqa: FBT001  # it is the value
    """Return true or false as a value."""
    return Value(BOOL, content, marks)


def null(a_type: Type = DYNAMIC, marks: frozenset[Hashable] = NO_MARKS) -> Value:
    """Return null of a type; the literal `null` is of DYNAMIC."""
    return Value(a_type, None, marks)


def unknown(
    a_type: Type,
    symbol: str,
    reason: str,
    *,
    not_null: bool = False,
    prefix: str = "",
    possible: Iterable[Value] = (),
    example: Value | None = None,
    marks: frozenset[Hashable] = NO_MARKS,
) -> Value:
    """Return an unknown value; one with a single possible value is that value, one with too many forgets them."""
    choices = tuple(dict.fromkeys(possible))
    if len(choices) == 1:
        return choices[0].with_marks(marks)
    if len(choices) > MOST_POSSIBLE:
        marks = marks.union(*map(all_marks, choices))
        choices = ()
    certain = not_null or (bool(choices) and all(is_certainly_not_null(choice) for choice in choices))
    return Value(a_type, Unknown(bounded_symbol(symbol), reason, certain, prefix, choices, example), marks)


def list_of(element: Type, members: Iterable[Value], marks: frozenset[Hashable] = NO_MARKS) -> Value:
    """Return a list; the members must be of the element type (or the type contains DYNAMIC)."""
    return Value(ListType(element), tuple(members), marks)


def set_of(element: Type, members: Iterable[Value], marks: frozenset[Hashable] = NO_MARKS) -> Value:
    """Return a set: duplicates dropped, in Terraform's order, the marks of members moved to the set."""
    plain = []
    for member in members:
        marks = marks | all_marks(member)
        plain.append(strip_marks(member))
    return Value(SetType(element), tuple(sorted(dict.fromkeys(plain), key=_set_order)), marks)


def map_of(element: Type, members: Mapping[str, Value], marks: frozenset[Hashable] = NO_MARKS) -> Value:
    """Return a map; the members must be of the element type (or the type contains DYNAMIC)."""
    return Value(MapType(element), {key: members[key] for key in sorted(members)}, marks)


def tuple_of(members: Iterable[Value], marks: frozenset[Hashable] = NO_MARKS) -> Value:
    """Return a tuple of any values."""
    content = tuple(members)
    return Value(TupleType(tuple([member.type for member in content])), content, marks)


def object_of(members: Mapping[str, Value], marks: frozenset[Hashable] = NO_MARKS) -> Value:
    """Return an object of any values."""
    content = {name: members[name] for name in sorted(members)}
    return Value(ObjectType(tuple([(name, member.type) for name, member in content.items()])), content, marks)


def iterate_values(value: Value) -> Iterator[Value]:
    """Yield a value and everything in it."""
    waiting = [value]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(current.members)


def all_marks(value: Value) -> frozenset[Hashable]:
    """Return the marks of a value and of everything in it, and of all that an unknown one can be."""
    known = value._all_marks  # noqa: SLF001  # the cache of the value: values share parts, which share parts
    if known is None:
        inside = _list_possible(value.content) if isinstance(value.content, Unknown) else value.members
        known = value.marks.union(*map(all_marks, inside)) if inside else value.marks
        object.__setattr__(value, "_all_marks", known)
    return known


def _list_possible(content: Unknown) -> tuple[Value, ...]:
    return content.possible if content.example is None else (*content.possible, content.example)


def is_of_text(mark: object) -> bool:
    """Tell whether a mark says what a text is made of: what is made of it without its text has no such mark."""
    return bool(getattr(mark, "is_of_text", False))


def forget_text_marks(value: Value) -> Value:
    """Return a value without those of its own marks that say what a text is made of."""
    kept = frozenset([mark for mark in value.marks if not is_of_text(mark)])
    return value if len(kept) == len(value.marks) else Value(value.type, value.content, kept)


def has_text_mark(value: Value) -> bool:
    """Tell whether a value, or something in it, has a mark that says what a text is made of."""
    return any(map(is_of_text, all_marks(value)))


def strip_marks(value: Value) -> Value:
    """Return a value without marks, its own and those of everything in it."""
    content = value.content
    if isinstance(content, tuple) and content and all_marks(value):
        return Value(value.type, tuple([strip_marks(member) for member in content]))
    if isinstance(content, dict) and content and all_marks(value):
        return Value(value.type, {key: strip_marks(member) for key, member in content.items()})
    return value.without_marks()


def is_wholly_known(value: Value) -> bool:
    """Say whether a value and everything in it is known."""
    return all(part.is_known for part in iterate_values(value))


def first_unknown(value: Value) -> Unknown | None:
    """Return what is unknown of a value or of something in it; None if it is wholly known."""
    return next((part.content for part in iterate_values(value) if isinstance(part.content, Unknown)), None)


def bounded_symbol(text: str) -> str:
    """Return a symbol of at most 500 characters, still a different one for a different text."""
    if len(text) <= LONGEST_SYMBOL:
        return text
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return f"{text[: LONGEST_SYMBOL - 33]}#{digest}"


def canonical_text(value: Value) -> str:
    """Return a value as text of at most 500 characters, equal for equal values; marks are not part of it."""
    known = value._canonical  # noqa: SLF001  # the cache of the value
    if known is None:
        known = bounded_symbol(_spell(value))
        object.__setattr__(value, "_canonical", known)
    return known


def _spell(value: Value) -> str:  # noqa: PLR0911  # a kind of value each
    content = value.content
    if isinstance(content, Unknown):
        return content.symbol
    if content is None:
        return "null"
    if isinstance(content, (str, bool)):
        return json.dumps(content)
    if isinstance(content, (int, Fraction)):
        return spell_number(content)
    if isinstance(content, dict):
        text = "{" + ",".join(f"{json.dumps(key)}={canonical_text(member)}" for key, member in content.items()) + "}"
        return f"tomap({text})" if isinstance(value.type, MapType) else text
    text = "[" + ",".join(map(canonical_text, content)) + "]"
    if isinstance(value.type, (ListType, SetType)):
        return f"to{'list' if isinstance(value.type, ListType) else 'set'}({text})"
    return text


def spell_number(content: Number) -> str:
    """Return a number as exact text, whatever its size; not as Terraform prints it."""
    if isinstance(content, int):
        return str(content) if abs(content) < SAFE_INTEGER else hex(content)
    return f"{spell_number(content.numerator)}/{spell_number(content.denominator)}"


def _set_order(value: Value) -> tuple[int, str, Any]:
    content = value.content
    if content is None or isinstance(content, Unknown):
        return (2, "", "") if content is None else (1, "", content.symbol)
    if isinstance(value.type, PrimitiveType):
        return 0, value.type.name, content
    return 0, "", _spell_member(value).encode("utf-8", "surrogatepass")


def _spell_member(value: Value) -> str:  # noqa: PLR0911  # a kind of value each
    content = value.content
    if isinstance(content, Unknown):
        return "?"
    if content is None:
        return "~"
    if isinstance(content, bool):
        return "T" if content else "F"
    if isinstance(content, str):
        return json.dumps(content, ensure_ascii=False)
    if isinstance(content, (int, Fraction)):
        return spell_number(content) if isinstance(content, int) else repr(float(content))
    if isinstance(value.type, MapType):
        pairs = (f"{json.dumps(key, ensure_ascii=False)}:{_spell_member(item)};" for key, item in content.items())
        return "{" + "".join(pairs) + "}"
    inside = "".join(f"{_spell_member(member)};" for member in value.members)
    return f"[{inside}]" if isinstance(value.type, (ListType, SetType)) else f"<{inside}>"


def from_python(plain: object) -> Value:  # noqa: PLR0911  # a kind of data each
    """Return plain data (None, str, bool, int, float, list, tuple, dict, Value) as a value: tuples and objects.

    Raise TypeError for anything else.
    """
    if isinstance(plain, Value):
        return plain
    if plain is None:
        return null()
    if isinstance(plain, bool):
        return boolean(plain)
    if isinstance(plain, str):
        return string(plain)
    if isinstance(plain, (int, Fraction)):
        return number(plain)
    if isinstance(plain, float):
        return number(parse_number(repr(plain)))
    if isinstance(plain, (list, tuple)):
        return tuple_of([from_python(item) for item in plain])
    if isinstance(plain, dict):
        return object_of({str(key): from_python(item) for key, item in plain.items()})
    raise TypeError(f"{type(plain).__name__} is not plain data")


def to_python(value: Value) -> object:
    """Return a wholly known value as plain data: sets and tuples as lists, numbers as int or Fraction.

    Raise ValueError if something in it is unknown.
    """
    content = value.content
    if isinstance(content, Unknown):
        raise ValueError(f"not known: {content.reason}")  # noqa: TRY004  # the type is right, the value is not
    if isinstance(content, tuple):
        return [to_python(member) for member in content]
    if isinstance(content, dict):
        return {key: to_python(member) for key, member in content.items()}
    return cast("object", content)
