"""What tools that try many random configurations share: their flags, and the work split among processes."""

from __future__ import annotations

import argparse
import multiprocessing
from pathlib import Path
from typing import TYPE_CHECKING, Callable, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator

T = TypeVar("T")
Task = tuple[argparse.Namespace, list[int]]
_CHUNK = 10


def build_parser(description: str) -> argparse.ArgumentParser:
    """Return a parser of the flags that all have."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--count", type=int, default=100, help="how many configurations")
    parser.add_argument("--seed", default="1", help="what they are drawn from")
    parser.add_argument("--first", type=int, default=0, help="the number of the first, to see one again with --count 1")
    parser.add_argument("--jobs", type=int, default=2, help="processes at a time")
    parser.add_argument("--keep", type=Path, help="folder for the configurations that differ")
    return parser


def iterate_outcomes(check_chunk: Callable[[Task], list[T]], options: argparse.Namespace) -> Iterator[T]:
    """Yield what a function of the module's top level makes of each number, in their order."""
    numbers = range(options.first, options.first + options.count)
    chunks = [(options, list(numbers[start : start + _CHUNK])) for start in range(0, len(numbers), _CHUNK)]
    with multiprocessing.get_context("spawn").Pool(options.jobs) as pool:
        for found in pool.imap(check_chunk, chunks):
            yield from found
