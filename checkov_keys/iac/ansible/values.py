"""What templates evaluate to, what stays unresolved, and how much effort a file may take."""

from __future__ import annotations

from enum import Enum, auto
from typing import Any

# No IAM name is nearly as long, nor a list of names that a person writes in one text.
LONGEST_TEXT = 16_384
_LARGEST_NUMBER = 10**18
_MOST_STEPS_OF_A_FILE, _MOST_STEPS_OF_A_TEMPLATE = 500_000, 50_000
_MOST_RUNS = 10_000
_DEEPEST = 60
_CHARACTERS_OF_A_STEP = 64

# Any value of YAML and Jinja.
Value = Any


class UnresolvedError(Exception):
    """The file alone does not tell the value of an expression, or not with reasonable effort."""


class Nothing(Enum):
    """What is not a value: what a known mapping or list does not have, and Ansible's `omit`."""

    ABSENT = auto()
    OMIT = auto()


class Effort:
    """The steps that are left for the templates of one file; a template takes no more than a small part of them."""

    def __init__(self) -> None:
        self._of_file = _MOST_STEPS_OF_A_FILE
        self._of_template = _MOST_STEPS_OF_A_TEMPLATE
        self._depth = 0
        self._count = 0
        self.runs = _MOST_RUNS

    def count_up(self) -> int:
        """Return a number that this file has not had yet."""
        self._count += 1
        return self._count

    def spend(self, steps: int = 1) -> None:
        """Take steps; raises UnresolvedError if too few are left."""
        self._of_template -= steps
        if self._of_template < 0 or self._of_file < 0:
            raise UnresolvedError

    def __enter__(self) -> None:
        """Go a level deeper; raises UnresolvedError below the deepest one."""
        if self._depth >= _DEEPEST:
            raise UnresolvedError
        if self._depth == 0:
            self._of_template = _MOST_STEPS_OF_A_TEMPLATE
        self._depth += 1

    def __exit__(self, *error: object) -> None:
        self._depth -= 1
        if self._depth == 0:
            self._of_file -= _MOST_STEPS_OF_A_TEMPLATE - self._of_template


def is_expression(value: object) -> bool:
    """Tell whether a value is a Jinja template, that is, one that was not resolved."""
    return isinstance(value, str) and any(opening in value for opening in ("{{", "{%", "{#"))


def check_known(value: Value, effort: Effort) -> Value:
    """Return a value that can be computed with; raises UnresolvedError if it is not known, or too large.

    Items of lists and mappings may still be templates.
    """
    if isinstance(value, str):
        effort.spend(1 + len(value) // _CHARACTERS_OF_A_STEP)
        if len(value) > LONGEST_TEXT or is_expression(value):
            raise UnresolvedError
    elif isinstance(value, int):
        if abs(value) > _LARGEST_NUMBER:
            raise UnresolvedError
    elif not isinstance(value, (float, list, tuple, dict, range)) and value is not None:
        raise UnresolvedError
    return value


def to_text(value: object) -> str:
    """Return a text, a number or a boolean as a text; raises UnresolvedError for anything else."""
    if not isinstance(value, (str, int, float)):
        raise UnresolvedError
    return str(value)
