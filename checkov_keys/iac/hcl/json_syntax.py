"""The JSON forms of Terraform's language (`.tf.json`, `.tfvars.json`) → the same bodies as of the native syntax.

https://github.com/hashicorp/hcl/blob/main/json/spec.md
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, NoReturn, Optional

from checkov_keys.iac.hcl.blocks import EXPRESSIONS, TEMPLATES, Attribute, Block, Body, Source, SourceRange, Wanted
from checkov_keys.iac.hcl.expressions import parse_expression, parse_template, protect_key
from checkov_keys.iac.hcl.json_values import JsonNumber, JsonObject, JsonProperty, JsonValue, parse_json
from checkov_keys.iac.hcl.nodes import Literal, Mapping, Node, Number, Sequence, Unary
from checkov_keys.iac.hcl.tokens import SyntaxProblem, raise_problem

if TYPE_CHECKING:
    from collections.abc import Iterator

CountLabels = Callable[["tuple[str, ...]"], Optional[int]]
"""Given the types of the blocks that enclose a property, and its own name, returns how many labels the blocks have
that it stands for; None if it is an argument."""


def parse_json_file(text: str, count_labels: CountLabels, wanted: Wanted | None = None) -> Body:
    """Return what a file holds; raise SyntaxProblem where it is not Terraform's JSON syntax.

    The bodies of the blocks at the top that are not wanted are not looked at.
    """
    return _Reader(Source(text), count_labels).read_file(wanted)


class _Reader:
    """Makes bodies of the JSON values of one source."""

    __slots__ = ("_count_labels", "_source")

    def __init__(self, source: Source, count_labels: CountLabels) -> None:
        self._source = source
        self._count_labels = count_labels

    def read_file(self, wanted: Wanted | None) -> Body:
        """Return the body of the whole source."""
        return self._read_body(parse_json(self._source.text), (), wanted)

    def _read_body(self, value: JsonValue, path: tuple[str, ...], wanted: Wanted | None = None) -> Body:
        body = Body({}, [])
        for one in self._properties(value):
            if one.name == "//":
                continue
            labels = self._count_labels((*path, one.name))
            if labels is None:
                self._add_attribute(body, one)
            else:
                body.blocks.extend(self._read_blocks(one, (*path, one.name), labels, wanted))
        return body

    def _properties(self, value: JsonValue) -> Iterator[JsonProperty]:
        """Yield the properties of an object, or of all objects in a list."""
        content = value.content
        if isinstance(content, JsonObject):
            yield from content.properties
        elif isinstance(content, tuple) and not isinstance(content, JsonNumber):
            for item in content:
                yield from self._properties(item)
        elif content is not None:
            self._refuse("a JSON object, or a list of them, is expected here", value.start)

    def _add_attribute(self, body: Body, one: JsonProperty) -> None:
        if one.name in body.attributes:
            self._refuse(f"{one.name} is set twice", one.start)
        value = one.value

        def read(_: SourceRange, reading: str) -> Node:
            return read_json_node(self._source.text, value, reading)

        name_range = SourceRange(self._source, one.start, one.end)
        expression_range = SourceRange(self._source, value.start, value.end)
        body.attributes[one.name] = Attribute(one.name, name_range, expression_range, read)

    def _read_blocks(
        self, one: JsonProperty, path: tuple[str, ...], labels: int, wanted: Wanted | None
    ) -> Iterator[Block]:
        """Yield the blocks of a property: its value nests as deep as there are labels, lists repeat blocks."""
        level: list[tuple[tuple[str, ...], JsonProperty]] = [((), one)]
        for _ in range(labels):
            level = [((*names, inner.name), inner) for names, outer in level for inner in self._properties(outer.value)]
        for names, inner in level:
            is_skipped = wanted is not None and not wanted(one.name, names)
            header = SourceRange(self._source, inner.start, inner.end)
            for value in self._instances(inner.value):
                body = Body({}, []) if is_skipped else self._read_body(value, path)
                whole = SourceRange(self._source, inner.start, value.end)
                inside = SourceRange(self._source, value.start + 1, value.end - 1)
                yield Block(one.name, names, body, whole, header, inside, is_skipped)

    def _instances(self, value: JsonValue) -> Iterator[JsonValue]:
        content = value.content
        if isinstance(content, JsonObject):
            yield value
        elif isinstance(content, tuple) and not isinstance(content, JsonNumber):
            yield from content
        elif content is not None:
            self._refuse("a JSON object, or a list of them, is expected here", value.start)

    def _refuse(self, message: str, at: int) -> NoReturn:
        raise_problem(message, self._source.text, at)


def read_json_node(source: str, value: JsonValue, reading: str) -> Node:
    """Return a JSON value as an expression, with its strings read as `reading` says; raise SyntaxProblem."""
    content, at = value.content, value.start
    if isinstance(content, JsonNumber):
        negative = content.text.startswith("-")
        number = Number(content.text.lstrip("-"), at)
        return Unary("-", number, at) if negative else number
    if isinstance(content, JsonObject):
        pairs: list[tuple[Node, Node]] = []
        for one in content.properties:
            key = protect_key(_read_string(source, one.name, one.start, reading))
            pairs.append((key, read_json_node(source, one.value, reading)))
        return Mapping(tuple(pairs), at)
    if isinstance(content, tuple):
        return Sequence(tuple([read_json_node(source, item, reading) for item in content]), at)
    if isinstance(content, str):
        return _read_string(source, content, at, reading)
    return Literal(bool(content) if content is not None else None, at)


def _read_string(source: str, text: str, at: int, reading: str) -> Node:
    if reading == TEMPLATES and ("${" not in text and "%{" not in text):
        return Literal(text, at)
    try:
        if reading == TEMPLATES:
            return parse_template(text)
        return parse_expression(text) if reading == EXPRESSIONS else Literal(text, at)
    except SyntaxProblem as error:
        raise_problem(f"in this string: {error.message}", source, at)
