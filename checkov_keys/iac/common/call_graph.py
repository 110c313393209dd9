"""Directories with Terraform modules, and which call which: who leads where, and who is called by none."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def follow_calls(starts: Iterable[str], calls: Mapping[str, set[str]]) -> set[str]:
    """Return directories with all that lead to them, and with all that is called from those."""
    return find_called(find_called(starts, _turn_around(calls)), calls)


def find_called(starts: Iterable[str], calls: Mapping[str, set[str]]) -> set[str]:
    """Return directories with all that is called from them."""
    found = set(starts)
    todo = list(found)
    while todo:
        for directory in calls.get(todo.pop(), ()):
            if directory not in found:
                found.add(directory)
                todo.append(directory)
    return found


def find_root_directories(called: Mapping[str, set[str]]) -> list[str]:
    """Return the directories that none calls, sorted; `called` tells of each directory which others it calls.

    Of directories that call each other in a circle, and that no other one calls, the first is one.
    """
    roots = sorted(called.keys() - set().union(*called.values()) if called else ())
    left = sorted(called.keys() - find_called(roots, called))
    callers = _turn_around({directory: called[directory] for directory in left})
    while left:
        # Whatever leads to a directory in such a circle is in the circle.
        first = next(each for each in left if find_called([each], callers) <= find_called([each], called))
        roots.append(first)
        reached = find_called([first], called)
        left = [directory for directory in left if directory not in reached]
    return sorted(roots)


def _turn_around(calls: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """Return by whom directories are called."""
    callers: dict[str, set[str]] = defaultdict(set)
    for caller, called in calls.items():
        for directory in called:
            callers[directory].add(caller)
    return callers
