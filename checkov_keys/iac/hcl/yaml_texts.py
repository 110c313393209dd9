"""YAML as Terraform reads and writes it: the events of PyYAML, the meaning of go-cty-yaml."""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING, Any, Callable

from checkov_keys.iac.hcl.binary_numbers import format_number, parse_number
from checkov_keys.iac.hcl.errors import EvaluationError, LimitError, UndecidedError
from checkov_keys.iac.hcl.timestamps import format_timestamp, parse_timestamp
from checkov_keys.iac.hcl.values import Value, boolean, null, number, object_of, string, tuple_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_TAG = "tag:yaml.org,2002:"
_SCALAR_TAGS = frozenset(f"{_TAG}{name}" for name in ("str", "bool", "int", "float", "null", "timestamp", "binary"))
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
}
_INFINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)")
_NOT_A_NUMBER = (".nan", ".NaN", ".NAN")
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_CLOCK = r"([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[.,][0-9]+)?"
_DATE = re.compile(
    rf"([0-9]{{4}})-([0-9]{{1,2}})-([0-9]{{1,2}})(?:[Tt]{_CLOCK}(Z|[+-][0-9]{{2}}:[0-9]{{2}})| {_CLOCK})?"
)
_LONGEST = 200_000
_DEEPEST = 100
_COST_OF_NODE = 100


def decode_yaml(text: str, spend: Callable[[int], None]) -> Value:
    """Return what one YAML document describes; raise EvaluationError if Terraform would refuse it."""
    import yaml  # noqa: PLC0415  # most expressions need none

    if len(text) > _LONGEST:
        raise LimitError("the YAML is too long")
    spend(20 * len(text))
    try:
        events = yaml.parse(text or "\n", Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        return _Reader(iter(events), spend).read_stream()
    except yaml.YAMLError as error:
        if "nesting depth" in str(error):
            raise LimitError("the YAML nests too deep") from error
        raise EvaluationError(f"not valid YAML: {error}") from error
    except (ValueError, RecursionError) as error:
        if isinstance(error, EvaluationError):
            raise
        raise UndecidedError(f"the YAML cannot be read here: {error}") from error


class _Reader:
    """Makes a value of the events of a document; `spend` bounds what aliases repeat."""

    def __init__(self, events: Iterator[Any], spend: Callable[[int], None]) -> None:
        self.events = events
        self.spend = spend
        self.anchors: dict[str, Value] = {}
        self.open: set[str] = set()
        self.depth = 0

    def read_stream(self) -> Value:
        self._next_kind("StreamStart")
        self._next_kind("DocumentStart", "missing start of document")
        value = self.read(next(self.events))
        self._next_kind("DocumentEnd", "unexpected extra content after value")
        self._next_kind("StreamEnd", "only a single document is allowed")
        return value

    def _next_kind(self, kind: str, problem: str = "malformed stream") -> None:
        if type(next(self.events)).__name__ != f"{kind}Event":
            raise EvaluationError(problem)

    def read(self, event: Any) -> Value:  # noqa: ANN401  # PyYAML is imported late
        self.spend(_COST_OF_NODE)
        kind = type(event).__name__
        if kind == "AliasEvent":
            if event.anchor in self.open or event.anchor not in self.anchors:
                raise EvaluationError(f'reference to undefined anchor "{event.anchor}"')
            found = self.anchors[event.anchor]
            self.spend(_size(found) * _COST_OF_NODE)
            return found
        if event.anchor:
            self.open.add(event.anchor)
        self.depth += 1
        if self.depth > _DEEPEST:
            raise LimitError("the YAML nests too deep")
        readers = {"ScalarEvent": _read_scalar, "MappingStartEvent": self.read_mapping}
        value: Value = readers.get(kind, self.read_sequence)(event)
        self.depth -= 1
        if event.anchor:
            self.open.discard(event.anchor)
            self.anchors[event.anchor] = value
        return value

    def read_sequence(self, event: Any) -> Value:  # noqa: ANN401  # as above
        if event.tag not in {None, f"{_TAG}seq"}:
            raise EvaluationError(f"can't interpret sequence as {event.tag}")
        members = []
        for following in self.events:
            if type(following).__name__ == "SequenceEndEvent":
                break
            members.append(self.read(following))
        return tuple_of(members)

    def read_mapping(self, event: Any) -> Value:  # noqa: ANN401  # as above
        if event.tag not in {None, f"{_TAG}map"}:
            raise EvaluationError(f"can't interpret mapping as {event.tag}")
        members: dict[str, Value] = {}
        for key in self.events:
            kind = type(key).__name__
            if kind == "MappingEndEvent":
                break
            if kind == "ScalarEvent" and ((not key.tag and key.value == "<<") or key.tag == f"{_TAG}merge"):
                _merge_into(members, self.read(next(self.events)))
                continue
            if kind != "ScalarEvent":
                raise EvaluationError("only strings are allowed as mapping keys")
            name = _read_key(key)
            members[name] = self.read(next(self.events))
        return object_of(members)


def _size(value: Value) -> int:
    return 1 + sum(map(_size, value.members))


def _read_key(event: Any) -> str:  # noqa: ANN401  # PyYAML is imported late
    content = _read_scalar(event).content
    if content is None:
        raise EvaluationError("mapping key cannot be null")
    if isinstance(content, bool):
        return "true" if content else "false"
    return content if isinstance(content, str) else format_number(content)


def _merge_into(members: dict[str, Value], value: Value) -> None:
    if not isinstance(value.content, dict):
        raise EvaluationError("cannot merge this into a mapping")
    members.update(value.content)


def _read_scalar(event: Any) -> Value:  # noqa: ANN401  # PyYAML is imported late
    tag, text = event.tag or "", event.value
    if not tag and event.style in {"'", '"', "|", ">"}:
        return string(text)
    if tag and tag not in _SCALAR_TAGS:
        raise EvaluationError(f'unsupported tag "{tag}"')
    name = tag[len(_TAG) :]
    if name in {"str", "binary"}:
        if name == "binary":
            _check_base64(text)
        return string(text)
    return _resolve(name, text, quoted=event.style in {"'", '"'})


def _check_base64(text: str) -> None:
    try:
        base64.b64decode(text.replace("\n", "").replace("\r", ""), validate=True)
    except (binascii.Error, ValueError) as error:
        raise EvaluationError("cannot parse this as binary: not valid base64") from error


def _resolve(name: str, text: str, *, quoted: bool) -> Value:
    first = text[:1]
    if not first or (first.isascii() and (first.isdigit() or first in "+-.~yYnNtTfFoO")):
        if quoted:
            return string(text)
        if text in _WORDS:
            word = _WORDS[text]
            return null() if word is None else boolean(word)
        if _INFINITE.fullmatch(text):
            raise UndecidedError("infinite numbers are not known here")
        if text in _NOT_A_NUMBER and not name:
            raise EvaluationError("floating point NaN is not supported")
        if first.isdigit() and name in {"", "timestamp"} and len(text) > 4 and text[4] == "-":  # noqa: PLR2004  # year
            moment = _read_date(text)
            if moment is not None:
                return moment
        if _INTEGER.fullmatch(text) or _FLOAT.fullmatch(text):
            name = "float"
    return _resolve_tagged(name, text)


def _resolve_tagged(name: str, text: str) -> Value:
    if name == "":
        return string(text)
    if name in {"int", "float"}:
        return _read_number(text)
    if name == "null":
        return null()
    if name == "bool" and isinstance(_WORDS.get(text), bool):
        return boolean(bool(_WORDS[text]))
    raise EvaluationError(f'cannot parse "{text}" as {name}')


def _read_number(text: str) -> Value:
    plain = text.replace("_", "")
    try:
        return number(parse_number(plain))
    except ValueError:
        pass
    sign, digits = (plain[0], plain[1:]) if plain[:1] in {"+", "-"} else ("", plain)
    for prefix, base in (("0x", 16), ("0o", 8), ("0b", 2)):
        if digits.lower().startswith(prefix):
            try:
                found = int(digits[2:], base)
            except ValueError:
                break
            if found < 1 << 63:
                return number(-found if sign == "-" else found)
            raise UndecidedError("the number is too large")
    raise EvaluationError(f'cannot parse "{text}" as a number')


def _read_date(text: str) -> Value | None:
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    clock = [int(part or 0) for part in (match.group(4, 5, 6) if match[4] else match.group(8, 9, 10))]
    zone = match[7] or "Z"
    stamp = f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}T{clock[0]:02}:{clock[1]:02}:{clock[2]:02}{zone}"
    try:
        return string(format_timestamp(parse_timestamp(stamp)))
    except EvaluationError:
        return None
