"""What the tests of a release share: the archives, built once."""

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from programs import need

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """The folder with the sdist and the wheel of what is here now, and what the script printed."""
    # Not imported here: it refuses to be, if something has imported distutils before.
    if tuple(map(int, version("setuptools").split(".")[:2])) < (70, 1):
        pytest.skip("setuptools makes wheels since 70.1: pip install .[dev]")
    need("git")
    folder = tmp_path_factory.mktemp("release") / "dist"
    script = [sys.executable, ROOT / "tools" / "build_release.py", "--out", folder]
    done = subprocess.run(script, capture_output=True, text=True, check=False)
    assert (0, "") == (done.returncode, done.stderr)
    return folder, done.stdout
