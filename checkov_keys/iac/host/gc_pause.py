"""Pauses of Python's cyclic garbage collection."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def garbage_pause() -> Iterator[None]:
    """Collect no cycles during the block.

    The collector walks Checkov's whole graph again and again while records are made from it, which costs more than
    making them and grows faster than the graph; no record holds a cycle. https://docs.python.org/3/library/gc.html
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@contextmanager
def kept_to_the_end() -> Iterator[None]:
    """Collect no cycles during the block, and never look again at what exists after it.

    For imports: Checkov's modules make so many objects that looking for cycles among them, while they are imported and
    once more when Python ends, takes longer than to scan a small template.
    https://docs.python.org/3/library/gc.html#gc.freeze
    """
    with garbage_pause():
        yield
    gc.freeze()
