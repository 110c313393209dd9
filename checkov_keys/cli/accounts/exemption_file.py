"""Reads the file of --exemptions.

A list in YAML, or in JSON, which is YAML. Each entry is a mapping of texts:

    - arn: arn:aws:iam::111122223333:user/break-glass/*
      reason: keys in two safes
      rules: [CKV2_KEYS_1, CKV2_KEYS_3]   (optional; CKV2_KEYS_1 without it)
      owner: platform-team      (optional)
      expires: 2026-12-31       (optional; the last day on which the entry holds, UTC)
"""

from __future__ import annotations

import codecs
import re
from datetime import date
from pathlib import Path

import yaml

from checkov_keys.domain.arn_patterns import is_arn_pattern
from checkov_keys.domain.errors import UsageError
from checkov_keys.domain.exemptions import UNNAMED, Exemption
from checkov_keys.domain.rules.family import LIVE_RULES
from checkov_keys.domain.text import one_line

FIELDS = ("arn", "reason", "owner", "expires", "rules")
MAX_BYTES = 300_000

_MAX_DEPTH = 20  # a text of an entry is at depth 3
_MAX_SHOWN = 200  # characters of a text in a message
_SHAPE = "write a list of entries with arn, reason, owner, expires and rules"
_BEFORE_JSON = codecs.BOM_UTF8 + b" \t\r\n"
_RULE_IDS = tuple(rule.text.id for rule in LIVE_RULES)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SCALARS = {
    "str": "a text",
    "timestamp": "a date",
    "int": "a number",
    "float": "a number",
    "bool": "true or false",
    "null": "empty",
}


class _TooDeepError(yaml.YAMLError):
    """More nested lists or mappings than an entry can need."""


class _ShallowLoader(yaml.SafeLoader):
    """PyYAML calls itself for each level, as far as Python lets it."""

    _depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self._depth >= _MAX_DEPTH:
            raise _TooDeepError
        self._depth += 1
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node


def read_exemptions(path: str) -> tuple[Exemption, ...]:
    """Return the exemptions in the order of the file; an explicit empty list, [], means none.

    Raises UsageError in one line for the first thing that is wrong, with the number (from 1) and line of its entry.
    """
    where = f"exemptions file {_shorten(path)}"
    document = _compose(where, _read(where, path))
    if not isinstance(document, yaml.SequenceNode):
        raise UsageError(f"{where}: is {_name_kind(document)}, not a list: {_SHAPE}")
    exemptions: list[Exemption] = []
    seen: dict[tuple[str, str], int] = {}
    for number, node in enumerate(document.value, start=1):
        here = f"{where}: entry {number} (line {node.start_mark.line + 1})"
        exemption = _parse_entry(here, node)
        for rule in sorted(exemption.rules):
            first = seen.setdefault((exemption.arn, rule), number)
            if first != number:
                raise UsageError(f"{here}: arn: entry {first} has the same pattern for {rule}: keep one of them")
        exemptions.append(exemption)
    return tuple(exemptions)


def _read(where: str, path: str) -> bytes:
    try:
        with Path(path).open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise UsageError(f"{where}: cannot be read: {reason}") from error
    if len(content) > MAX_BYTES:
        raise UsageError(f"{where}: has more than {MAX_BYTES:,} bytes: shorten it with wider patterns")
    return content


def _compose(where: str, content: bytes) -> yaml.Node:
    """Return the tree of YAML's nodes.

    Values are not made of it: what repeats an alias stays as small as it is written, a number or date that Python
    cannot hold is a text like any other, and a field that is there twice is noticed.
    """
    if content.lstrip(_BEFORE_JSON).startswith(b"["):
        # JSON may be indented by tabs, YAML may not; the texts of JSON hold none.
        content = content.replace(b"\t", b" ")
    try:
        document = yaml.compose(content, _ShallowLoader)
    except _TooDeepError as error:
        raise UsageError(f"{where}: is nested too deeply: {_SHAPE}") from error
    except yaml.YAMLError as error:
        raise UsageError(f"{where}: is not YAML: {_explain(error)}") from error
    if document is None or (isinstance(document, yaml.ScalarNode) and _tag(document) == "null"):
        raise UsageError(f"{where}: is empty: {_SHAPE}, or [] for none")
    return document


def _parse_entry(here: str, node: yaml.Node) -> Exemption:
    if not isinstance(node, yaml.MappingNode):
        raise UsageError(f"{here}: is {_name_kind(node)}, not a mapping of {', '.join(FIELDS)}")
    texts: dict[str, str] = {}
    rules = UNNAMED
    for key, value in node.value:
        field = key.value if isinstance(key, yaml.ScalarNode) else _name_kind(key)
        if field not in FIELDS:
            raise UsageError(f"{here}: unknown field {_shorten(field)}: the known fields are {', '.join(FIELDS)}")
        if field in texts:
            raise UsageError(f"{here}: {field}: appears twice: keep one of them")
        if field == "rules":
            texts[field] = ""
            rules = _parse_rules(f"{here}: {field}", value)
            continue
        texts[field] = _parse_text(f"{here}: {field}", value, "timestamp" if field == "expires" else "str")
    for field in ("arn", "reason"):
        if field not in texts:
            raise UsageError(f"{here}: {field}: is missing: every exemption needs one")
    arn = texts["arn"]
    if not is_arn_pattern(arn):
        raise UsageError(
            f"{here}: arn: {_shorten(arn)} is not an ARN of users: write arn:aws:iam::ACCOUNT:user/PATH/NAME, "
            "in which each part may hold * and ?"
        )
    expires = _parse_date(f"{here}: expires", texts["expires"]) if "expires" in texts else None
    return Exemption(arn, texts["reason"], texts.get("owner", ""), expires, rules)


def _parse_rules(here: str, node: yaml.Node) -> frozenset[str]:
    """Return the ids of a list of rules, or of a text with one."""
    nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
    rules = [_parse_text(here, each, "str") for each in nodes]
    unknown = next((rule for rule in rules if rule not in _RULE_IDS), None)
    if unknown is not None or not rules:
        known = ", ".join(_RULE_IDS)
        wrong = "is empty" if unknown is None else f"{_shorten(unknown)} is not a rule for live accounts"
        raise UsageError(f"{here}: {wrong}: the rules are {known}")
    return frozenset(rules)


def _parse_text(here: str, node: yaml.Node, tag: str) -> str:
    """Return a text, or the value of the other tag, in one line."""
    if not isinstance(node, yaml.ScalarNode) or _tag(node) not in {"str", "null", tag}:
        wanted = "date: write YYYY-MM-DD" if tag == "timestamp" else "text: put it in quotes"
        raise UsageError(f"{here}: is {_name_kind(node)}, not a {wanted}")
    text = "" if _tag(node) == "null" else one_line(node.value)
    if not text:
        raise UsageError(f"{here}: is empty: fill it in, or leave it out if it is optional")
    return text


def _parse_date(here: str, text: str) -> date:
    try:
        # Later Pythons take other forms of ISO 8601 too.
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise UsageError(f"{here}: {_shorten(text)} is not a date: write YYYY-MM-DD")


def _tag(node: yaml.Node) -> str:
    return str(node.tag).rpartition(":")[2]


def _name_kind(node: yaml.Node) -> str:
    """Return what a node is, in words that do not repeat it."""
    if isinstance(node, yaml.SequenceNode):
        return "a list"
    if isinstance(node, yaml.MappingNode):
        return "a mapping"
    return _SCALARS.get(_tag(node), "a value of another type")


def _explain(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error)
    return f"line {mark.line + 1}: {_shorten(problem)}" if mark else _shorten(problem)


def _shorten(text: str) -> str:
    """Return a text as a message repeats it: in one line, and not longer than a message can be."""
    line = one_line(text)
    return line if len(line) <= _MAX_SHOWN else f"{line[:_MAX_SHOWN]}…"
