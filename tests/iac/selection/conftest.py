"""Select of a table of files."""

import re

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
        patterns = [re.compile(pattern) for pattern in selection.excluded]
        kept = [name for name in files if not any(pattern.search(str(folder / name)) for pattern in patterns)]
        return selection.frameworks, sorted(kept) if selection.frameworks else []

    return of
