"""Values of CloudFormation templates, and intrinsic functions of values alone.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Callable, NamedTuple, Union

if TYPE_CHECKING:
    from collections.abc import Iterable


class Reference(NamedTuple):
    """A value that is known only when it is deployed: a reference or a call, by its spelling."""

    spelling: str


class Text(NamedTuple):
    """A text: literal pieces and references, joined. Equal texts have equal parts, however they are spelled."""

    parts: tuple[str | Reference, ...]

    @property
    def literal(self) -> str | None:
        """Return the text itself, None if it contains a reference."""
        if not self.parts:
            return ""
        return self.parts[0] if len(self.parts) == 1 and isinstance(self.parts[0], str) else None


class Items(NamedTuple):
    """A list of values."""

    values: tuple[Value, ...]


class Other(NamedTuple):
    """Anything else: a mapping, or no value at all."""

    spelling: str


Value = Union[Text, Items, Other]
NO_VALUE = Other("AWS::NoValue")


def make_text(literal: str) -> Text:
    """Return a literal text."""
    return Text((literal,) if literal else ())


def make_reference(spelling: str) -> Text:
    """Return a text that is one reference."""
    return Text((Reference(spelling),))


def spell(value: Value) -> str:
    """Return a value in the way of Fn::Sub: `${AWS::StackName}-deploy`."""
    if isinstance(value, Items):
        return f"[{', '.join(map(spell, value.values))}]"
    if isinstance(value, Other):
        return value.spelling
    return "".join(
        f"${{{part.spelling}}}" if isinstance(part, Reference) else part.replace("${", "${!") for part in value.parts
    )


def concatenate(values: Iterable[Value], delimiter: str = "") -> Text | None:
    """Return texts joined to one, None if one of them is not a text."""
    pieces: list[str | Reference] = []
    for number, value in enumerate(values):
        if not isinstance(value, Text):
            return None
        pieces += (delimiter if number else "", *value.parts)
    parts: list[str | Reference] = []
    texts: list[str] = []
    for piece in (*pieces, None):
        if isinstance(piece, str):
            texts.append(piece)
            continue
        if any(texts):
            parts.append("".join(texts))
        texts = []
        if piece is not None:
            parts.append(piece)
    return Text(tuple(parts))


def _list_items(value: Value) -> tuple[Value, ...] | None:
    """Return the items of a list, or of a text that is a comma-delimited list."""
    if isinstance(value, Items):
        return value.values
    literal = value.literal if isinstance(value, Text) else None
    return None if literal is None else tuple(make_text(item.strip()) for item in literal.split(","))


def _join(delimiter: Value, values: Value) -> Value | None:
    items = _list_items(values)
    if items is None or not isinstance(delimiter, Text) or delimiter.literal is None:
        return None
    return concatenate(items, delimiter.literal)


def _select(index: Value, values: Value) -> Value | None:
    items = _list_items(values)
    number = index.literal if isinstance(index, Text) else None
    if items is None or not re.fullmatch(r"[0-9]{1,9}", number or "") or int(number or "") >= len(items):
        return None
    return items[int(number or "")]


def _split(delimiter: Value, whole: Value) -> Value | None:
    if not (isinstance(delimiter, Text) and isinstance(whole, Text)) or whole.literal is None or not delimiter.literal:
        return None
    return Items(tuple(map(make_text, whole.literal.split(delimiter.literal))))


# The functions of two values; None is for values that leave the result open.
OF_TWO_VALUES: dict[str, Callable[[Value, Value], Value | None]] = {
    "Fn::Join": _join,
    "Fn::Select": _select,
    "Fn::Split": _split,
}
