"""A walk that leads to some files of a directory only: `os.walk` of Checkov's runners, while it lasts."""

import os

import pytest

from checkov_keys.iac.host.kept_walk import list_kept, walk_to_kept

FILES = {"z/main.tf": "", "a/b/main.tf": "", "a/b/more.tf": "", "a/main.tf": "", "main.tf": ""}


@pytest.fixture
def folder(write_files):
    """A directory with some files."""
    return write_files(FILES)


@pytest.mark.parametrize("written", ["", "/", "/."], ids=["as it is", "with a slash", "with a dot"])
def test_only_kept_files_are_found(folder, written):
    """Each directory of a kept file is yielded in the order of the files, below the directory as it is written."""
    top = f"{folder}{written}"
    with walk_to_kept({str(folder): [str(folder / name) for name in ("z/main.tf", "a/b/more.tf", "main.tf")]}):
        steps = list(os.walk(top))
        assert [("z", ["main.tf"]), ("a/b", ["more.tf"]), (".", ["main.tf"])] == [
            (os.path.relpath(place, folder), names) for place, _, names in steps
        ]
        assert all(place.startswith(top) and not below for place, below, _ in steps)
        # What a runner leaves out of a step is there in the next walk.
        steps[0][2].clear()
        assert next(iter(os.walk(top)))[2]
        assert 3 == len(list_kept(top))


def test_other_directories(folder):
    """They are walked as ever, as is the directory itself afterwards, also if something breaks meanwhile."""
    walk = os.walk
    with pytest.raises(ValueError, match="x"), walk_to_kept({str(folder / "a"): []}):  # noqa: PT012
        assert [] == list(os.walk(folder / "a"))
        assert ["main.tf"] == next(iter(os.walk(folder / "z")))[2]
        assert None is list_kept(str(folder / "z"))
        raise ValueError("x")
    assert walk is os.walk
    assert 4 == len(list(os.walk(folder)))
    assert None is list_kept(str(folder / "a"))


@pytest.mark.parametrize(
    ("skip_path", "left"),
    [("a/b$", ["z", "a", "."]), ("/a/", ["z", "a", "."]), ("/b", ["z", "a", "."]), ("(", ["z", "a/b", "a", "."])],
)
def test_skipped_directories(folder, skip_path, left):
    """A pattern is asked of each directory on the way, which nobody else would walk through."""
    with walk_to_kept({str(folder): [str(folder / name) for name in FILES]}, [skip_path]):
        assert left == [os.path.relpath(place, folder) for place, _, _ in os.walk(folder)]


def test_skipped_files(folder):
    """Runners leave them out of a walk by themselves; who asks for a list gets none of them."""
    with walk_to_kept({str(folder): [str(folder / name) for name in FILES]}, ["a/main.tf", "more"]):
        assert [f"{folder}/{name}" for name in ("z/main.tf", "a/b/main.tf", "main.tf")] == list_kept(str(folder))
