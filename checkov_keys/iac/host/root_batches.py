"""Root modules of Terraform in batches: what Checkov's runners judge at a time.

Checkov makes one graph of all modules of a directory, and takes more than twice the time and the memory for twice as
many. No verdict needs more than one root module and what it calls, so a large directory is judged in batches of these.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from checkov_keys.iac.common.call_graph import find_called, find_root_directories
from checkov_keys.iac.common.foreign_files import is_foreign_caller
from checkov_keys.iac.terraform.module_tree import ModuleTree

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from checkov_keys.iac.selection.file_selection import KeptFiles

# Files of modules in a batch, a module that several roots call counted once for each. Larger batches are slower, and
# take more memory; each takes some time to start.
_MOST_FILES, _FEWEST_FILES = 300, 40


def make_batches(kept: KeptFiles) -> list[tuple[str, ...]]:
    """Return the kept files of Terraform's languages in batches that do not change a verdict or the order of records.

    Records are in the order of the paths of root modules, and so are batches. Everything is one batch if it is few
    files, or if the words of files and their syntax do not tell the same calls.
    """
    files = tuple(dict.fromkeys((*kept.files.get("terraform", ()), *kept.files.get("terraform_json", ()))))
    modules: dict[str, list[str]] = {}
    foreign: dict[str, list[str]] = {}
    for path in files:
        folder, name = os.path.split(path)
        (foreign if is_foreign_caller(name) else modules).setdefault(folder, []).append(path)
    if len(files) < 2 * _FEWEST_FILES:
        return [files]
    called = _read_calls(kept.calls, modules)
    if called is None:
        return [files]
    batches = list(_fill(modules, called))
    for folder, paths in foreign.items():
        # A batch has all files of a directory, or none. What they call is read from the disk.
        batch = next((each for each in batches if not each.isdisjoint(modules.get(folder, ()))), batches[-1])
        batch.update(paths)
    places = {path: place for place, path in enumerate(files)}
    return [tuple(sorted(batch, key=places.__getitem__)) for batch in batches]


def _read_calls(calls: Mapping[str, set[str]], modules: Collection[str]) -> dict[str, set[str]] | None:
    """Return which modules call which by their syntax, None if by their words others may, or modules elsewhere do.

    A module that seems to be called decides whether it is a root. So all who may call it must be in one batch with it,
    and be known to.
    """
    called: dict[str, set[str]] = {directory: set() for directory in modules}
    for caller, seeming in calls.items():
        if not seeming & called.keys() - {caller}:
            continue
        if caller not in called:
            return None
        # A tree of its own: it keeps what it reads.
        called[caller] = ModuleTree().list_called(caller) & called.keys()
    for caller, seeming in calls.items():
        if seeming & called.keys() - find_called([caller], called):
            return None
    return called


def _fill(modules: Mapping[str, list[str]], called: Mapping[str, set[str]]) -> Iterator[set[str]]:
    """Yield the files of batches: of some roots, and of all that these call."""
    trees = [find_called([root], called) for root in find_root_directories(called)]
    costs = [sum(len(modules[directory]) for directory in tree) for tree in trees]
    most = min(_MOST_FILES, max(_FEWEST_FILES, -(-sum(costs) // 2)))
    batch: set[str] = set()
    cost = 0
    for tree, its_cost in zip(trees, costs):
        if batch and cost + its_cost > most:
            yield batch
            batch, cost = set(), 0
        batch.update(path for directory in tree for path in modules[directory])
        cost += its_cost
    if batch:
        yield batch
