"""Select of a table of files."""

import os

import pytest

from checkov_keys.iac.common.frameworks import FRAMEWORKS
from checkov_keys.iac.selection.file_selection import select_directory


@pytest.fixture
def selected(write_files):
    """What is selected of a table of files: the frameworks, and the files that are kept."""

    def of(files, frameworks=FRAMEWORKS, **settings):
        folder = write_files({"README.md": "", **files})
        if "changed" in settings:
            settings["changed"] = [str(folder / file) for file in settings["changed"]]
        selection = select_directory(str(folder), frameworks, **settings)
        if selection.kept is None:
            return selection.frameworks, sorted(files)
        kept = {path for paths in selection.kept.files.values() for path in paths}
        return selection.frameworks, sorted(os.path.relpath(path, folder) for path in kept)

    return of
