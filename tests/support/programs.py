"""The programs besides Python, make and sh that tests run: without one, its tests are skipped and name it."""

import shutil

import pytest

# The package of Debian's that has each; .ci/run installs them all, or says why it cannot.
PACKAGES = {
    "bash": "bash",
    "chromium": "chromium",
    "git": "git",
    "patch": "patch",
    "pdftotext": "poppler-utils",
    "unshare": "util-linux",
}


def find_missing(*names):
    """A sentence for the first of these programs that is not here, or None; names that are not in the table pass."""
    missing = next((name for name in names if name in PACKAGES and shutil.which(name) is None), None)
    return missing and f"{missing} is not here: apt-get install {PACKAGES[missing]}"


def need(*names):
    """Skip the test that runs if one of these programs is not here, with a reason that names it."""
    reason = find_missing(*names)
    if reason:
        pytest.skip(reason)
