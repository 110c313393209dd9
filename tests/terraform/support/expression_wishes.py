"""What an expression is wished to come to: what every way to write one is given, beside the scope."""

from __future__ import annotations

from typing import Any, NamedTuple


class Wish(NamedTuple):
    """Values that an expression is to have."""

    values: list[Any]
    """One per instance of the scope."""
    kind: Any
    """Their type; see configuration_blocks."""
    depth: int = 0
    """How deep expressions inside it may nest."""
    late: bool = False
    """Whether it may be unknown until the apply."""
