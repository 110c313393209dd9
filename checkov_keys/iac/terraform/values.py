"""What an expression of Terraform means: a known value, the user of a block, or an expression that stays unresolved.

Known values are Python's: str, int, float, bool, None, list, dict. Lists and dicts may hold any of these.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Union

ROOT_PLACE = ""


@dataclass(frozen=True)
class Unresolved:
    """An expression whose value nobody knows before the apply.

    Equal expressions have equal texts: every reference in `text` stands with the module instance that it belongs to,
    and `each.` and `count.` with the collection that they run over.
    """

    text: str


@dataclass(frozen=True)
class UserBlock:
    """A block `aws_iam_user.x` in a module instance of a root module; `index` chooses one of its instances."""

    root: str
    place: str
    address: str
    index: Union[str, int, Unresolved, None] = None  # noqa: UP007  # evaluated by Python 3.9

    def at(self, index: object) -> UserBlock:
        """Return one of the instances."""
        known = index if isinstance(index, (str, int, Unresolved)) else Unresolved(spelt(index))
        return UserBlock(self.root, self.place, self.address, known)

    @property
    def text(self) -> str:
        """The address as people read it."""
        return f"{self.place}{self.address}{'' if self.index is None else f'[{spelt(self.index)}]'}"


class MissingError(ValueError):
    """A key, an index or an instance that is known not to be there; `try()` goes on to its next argument."""


def spelt(value: object) -> str:
    """Return a value as text, equal for equal values."""
    if isinstance(value, (Unresolved, UserBlock)):
        return value.text
    if isinstance(value, dict):
        return "{" + ",".join(f"{spelt(key)}={spelt(value[key])}" for key in sorted(value, key=str)) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(spelt(item) for item in value) + "]"
    return json.dumps(value, default=str)


def is_known(value: object) -> bool:
    """Tell whether every part of a value is known."""
    if isinstance(value, dict):
        return all(is_known(part) for part in value.values())
    if isinstance(value, list):
        return all(is_known(part) for part in value)
    return not isinstance(value, (Unresolved, UserBlock))
