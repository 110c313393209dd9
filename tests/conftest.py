"""What all tests share: no network, no leftovers of the person who runs them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

# Before anything of Checkov is imported: it would ask a package index and a guidelines service.
os.environ["BC_SKIP_MAPPING"] = "TRUE"
os.environ["CKV_SKIP_PACKAGE_UPDATE_CHECK"] = "TRUE"


@pytest.fixture
def clean_environment(tmp_path):
    """The environment of a user with no AWS set-up, no Checkov set-up and nothing in PYTHONPATH."""
    home = tmp_path / "home"
    home.mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "BC_", "CKV_", "PYTHON"))}
    return {
        **kept,
        "HOME": str(home),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": str(home / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(home / "credentials"),
        "BC_SKIP_MAPPING": "TRUE",
        "CKV_SKIP_PACKAGE_UPDATE_CHECK": "TRUE",
    }


@pytest.fixture
def run_command(clean_environment, tmp_path):
    """Run a real command in an empty folder; returns the finished process with its text."""
    folder = tmp_path / "work"
    folder.mkdir()

    def run(*command, cwd=folder, **environment):
        return subprocess.run(
            [str(part) for part in command],
            cwd=cwd,
            env={**clean_environment, **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    run.folder = folder
    return run


@pytest.fixture
def root():
    """The project's folder."""
    return ROOT


@pytest.fixture
def write_files(tmp_path):
    """Write a table of files (relative path: text) into a fresh folder and return the folder."""

    def write(files, folder=tmp_path / "templates"):
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return folder

    return write
