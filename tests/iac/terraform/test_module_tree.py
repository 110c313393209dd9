"""Which modules are roots, and that each module is read once."""

import threading
import time

import pytest

from checkov_keys.iac.common.call_graph import find_called, find_root_directories, follow_calls
from checkov_keys.iac.terraform import module_tree
from checkov_keys.iac.terraform.module_tree import ModuleTree

ROOTS = {
    "nothing": ({}, []),
    "one": ({"a": set()}, ["a"]),
    "none calls another one": ({"b": set(), "a": set()}, ["a", "b"]),
    "a tree": ({"a": {"b", "c"}, "b": {"c"}, "c": set()}, ["a"]),
    "a call of what is not here": ({"a": {"gone"}}, ["a"]),
    "itself": ({"a": {"a"}}, ["a"]),
    "a circle": ({"b": {"a"}, "a": {"b"}}, ["a"]),
    "a circle that is called": ({"z": {"a"}, "a": {"b"}, "b": {"a"}}, ["z"]),
    "what a circle calls is not a root, though it comes first": ({"a": set(), "b": {"c"}, "c": {"b", "a"}}, ["b"]),
    "two circles": ({"a": {"b"}, "b": {"a"}, "c": {"d"}, "d": {"c"}}, ["a", "c"]),
    "a circle that leads to one that comes first": ({"c": {"d"}, "d": {"c", "a"}, "a": {"b"}, "b": {"a"}}, ["c"]),
}


@pytest.mark.parametrize(("called", "expected"), ROOTS.values(), ids=ROOTS)
def test_roots(called, expected):
    """A root is what none calls; of a circle that none calls, the first. All are reached from the roots."""
    assert expected == find_root_directories(called)
    assert called.keys() <= find_called(expected, called)


def test_who_leads_to_a_directory_and_what_these_call():
    """All of it is followed, in circles too."""
    assert {"a", "b", "c", "x"} == follow_calls(["b"], {"a": {"b", "x"}, "b": {"c"}, "c": {"a"}, "y": {"x"}})


def test_threads_get_one_module(write_files, monkeypatch):
    """Checks read the modules of a scan side by side, and know a module by its identity."""
    folder = write_files({"main.tf": 'variable "a" {}\n'})
    read = module_tree.read_module
    arrived = threading.Barrier(2)

    def read_at_once(directory, files):
        arrived.wait(30)
        time.sleep(0.01)
        return read(directory, files)

    monkeypatch.setattr(module_tree, "read_module", read_at_once)
    tree, found = ModuleTree(), []
    threads = [threading.Thread(target=lambda: found.append(tree.module(str(folder)))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found[0] is found[1]
    assert found[0] is tree.module(str(folder))
    texts = [tree.files.read(str(folder / "main.tf")) for _ in range(2)]
    assert str(folder / "main.tf") == tree.files.find_path(texts[0])
