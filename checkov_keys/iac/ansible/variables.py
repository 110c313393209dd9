"""What Jinja expressions mean, as far as the file itself says it.

https://docs.ansible.com/ansible/latest/playbook_guide/playbooks_variables.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_QUOTED = r"'[^'{}]*'|\"[^\"{}]*\""
# `{{ name }}`, `{{ name.part }}`, `{{ name['part'] }}`, each with `default(…)` and `bool` or without.
_REFERENCE = re.compile(
    rf"\{{\{{-?\s*([A-Za-z_]\w*)((?:\.\w+|\[\s*(?:{_QUOTED}|\d+)\s*\])*)\s*"
    rf"(?:\|\s*(?:default|d)\(\s*({_QUOTED}|\w+)\s*(,\s*[Tt]rue\s*)?\)\s*)?(?:\|\s*bool\s*)?-?\}}\}}"
)
_PART = re.compile(r"\.(\w+)|\[\s*(?:'([^']*)'|\"([^\"]*)\"|(\d+))\s*\]")
_PUNCTUATION = re.compile(r"\s*(\{\{-?|-?\}\}|[|().,~+\[\]])\s*")
_WORDS = {"omit": None, "none": None, "None": None, "true": True, "True": True, "false": False, "False": False}
# No IAM name is nearly as long; variables that double each other are.
_LONGEST = 4096
# Variables that stand for each other this deep stand for nothing that a person wrote.
_DEEPEST = 30


class _Nothing:
    """What a reference has found where there is nothing."""


_UNRESOLVED = _Nothing()
_ABSENT = _Nothing()


class Variables:
    """Literal variables of a play, its blocks and a task, and the expressions that refer to them.

    Variables of inventories, roles, facts and the command line are not known: what refers to them stays as it is.
    """

    def __init__(self, values: Mapping[str, Any]) -> None:
        """Take the variables as written."""
        self._values = values
        self._rendered: dict[str, Any] = {}
        self._depth = 0

    def rendered(self, value: Any) -> Any:  # noqa: ANN401  # YAML holds anything
        """Return a value with its references replaced by what they refer to; what cannot be resolved stays."""
        if not isinstance(value, str) or "{{" not in value:
            return value
        whole = _REFERENCE.fullmatch(value.strip())
        if whole:
            found = self._found(whole)
            return value if found is _UNRESOLVED else found
        text = _REFERENCE.sub(self._spelt, value)
        return text if len(text) <= _LONGEST else value

    def _spelt(self, reference: re.Match[str]) -> str:
        found = self._found(reference)
        return str(found) if isinstance(found, (str, int, float)) else reference.group()

    def _found(self, reference: re.Match[str]) -> Any:  # noqa: ANN401
        name, path, default, also_if_empty = reference.groups()
        if name in _WORDS and not path:
            return _WORDS[name]
        if name not in self._values:
            return _UNRESOLVED
        value = self._named(name)
        for part in _PART.finditer(path) if path else ():
            if is_expression(value):
                return _UNRESOLVED
            value = self.rendered(_member(value, part))
        if value is _ABSENT or (also_if_empty and not value):
            return _UNRESOLVED if default is None else _literal(default)
        return value

    def _named(self, name: str) -> Any:  # noqa: ANN401
        """Return a variable's value; one that leads back to itself, or on without end, stays as written."""
        if name not in self._rendered:
            self._rendered[name] = self._values[name]
            if self._depth < _DEEPEST:
                self._depth += 1
                self._rendered[name] = self.rendered(self._values[name])
                self._depth -= 1
        return self._rendered[name]


def is_expression(value: object) -> bool:
    """Tell whether a value is a Jinja template, that is, one that was not resolved."""
    return isinstance(value, str) and any(opening in value for opening in ("{{", "{%", "{#"))


def normalized(text: str) -> str:
    """Return an expression in one spelling of its white space: `{{user}}` is `{{ user }}`."""
    return " ".join(_PUNCTUATION.sub(r"\1", text).split())


def referenced_name(value: object) -> str | None:
    """Return the variable that a value refers to, if it is one reference and nothing else."""
    reference = _REFERENCE.fullmatch(value.strip()) if isinstance(value, str) else None
    return reference.group(1) if reference else None


def _member(value: object, part: re.Match[str]) -> Any:  # noqa: ANN401
    key = next(group for group in part.groups() if group is not None)
    if isinstance(value, dict):
        return value.get(key, _ABSENT)
    if isinstance(value, list) and key.isdecimal() and int(key) < len(value):
        return value[int(key)]
    return _ABSENT


def _literal(text: str) -> Any:  # noqa: ANN401
    if text[0] in "'\"":
        return text[1:-1]
    return int(text) if text.isdecimal() else _WORDS.get(text, _UNRESOLVED)
