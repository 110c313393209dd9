"""Finds the files at which one of Checkov's runners breaks: with one of them, it judges none of its language.

Files of these languages are judged one by one, or as far as they are there, so that the others can be judged without
the broken ones. Terraform's are not: a module without one of its files is another module.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Callable, NamedTuple

from checkov.common.runners.base_runner import filter_ignored_paths

from checkov_keys.iac.host.muted_log import mute_log
from checkov_keys.iac.selection.seen_files import look_at

if TYPE_CHECKING:
    from collections.abc import Sequence

SEPARABLE = frozenset(("ansible", "cloudformation", "kubernetes", "serverless", "terraform_plan"))
# Runs of the runner in search of broken files: each file costs about as many as a number of files has binary digits.
_MOST_RUNS = 400

# Runs the runner over some files; raises whatever it breaks at.
Run = Callable[[list[str]], object]


class BrokenFile(NamedTuple):
    """A file at which a runner breaks, and how, in one line."""

    path: str
    fault: str


def find_broken_files(run: Run, files: Sequence[str]) -> list[BrokenFile] | None:
    """Return the files at which `run` breaks, None if there are too many to look for.

    Files are halved as long as a runner breaks at them.
    """
    broken: list[BrokenFile] = []
    waiting = [list(files)]
    runs = 0
    with mute_log():
        while waiting:
            some = waiting.pop()
            if not some:
                continue
            if runs == _MOST_RUNS:
                return None
            runs += 1
            fault = _find_fault(run, some)
            if not fault:
                continue
            if len(some) == 1:
                broken.append(BrokenFile(some[0], fault))
            else:
                half = len(some) // 2
                waiting += [some[half:], some[:half]]
    return broken


def list_files(directory: str, excluded: Sequence[str], framework: str) -> list[str]:
    """Return the files below a directory that a runner may read, and that may declare keys in its language."""
    found: list[str] = []
    for folder, directories, names in os.walk(directory):
        filter_ignored_paths(folder, directories, list(excluded))
        filter_ignored_paths(folder, names, list(excluded))
        found += [os.path.join(folder, name) for name in names]  # noqa: PTH118  # as Checkov
    return [path for path in sorted(found) if framework in look_at(path).frameworks or look_at(path).crossplane]


def _find_fault(run: Run, files: list[str]) -> str:
    try:
        run(files)
    except Exception as error:  # noqa: BLE001  # whatever Checkov breaks at
        return " ".join(f"{type(error).__name__}: {error}".split())
    return ""
