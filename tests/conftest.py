"""What all tests share: no network, no leftovers of the person who runs them."""

import contextlib
import importlib.util
import json
import os
import shutil
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


@pytest.fixture
def iam_server():
    """Start servers that speak IAM: `iam_server(users, faults)` returns one whose `endpoint` answers."""
    path = ROOT / "tests" / "servers" / "iam_fault_server.py"
    spec = importlib.util.spec_from_file_location("iam_fault_server", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with contextlib.ExitStack() as stack:
        yield lambda *args, **settings: stack.enter_context(module.IamFaultServer(*args, **settings))


@pytest.fixture
def aws_environment():
    """Dummy credentials, and as few attempts as a test can wait for."""
    return {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing-secret",
        "AWS_MAX_ATTEMPTS": "2",
        "AWS_RETRY_MODE": "standard",
    }


@pytest.fixture
def audit(run_command, aws_environment):
    """Run `checkov-keys audit` against an endpoint."""

    def run(endpoint, *flags, **environment):
        command = ["checkov-keys", "audit", "--endpoint-url", endpoint, *flags]
        return run_command(*command, **{**aws_environment, **environment})

    return run


@pytest.fixture
def validate_sarif(tmp_path, root):
    """Validate SARIF with the rules of the standard and of GitHub; returns the errors and warnings."""
    beside = root / "node_modules" / "@microsoft" / "sarif-multitool-linux" / "Sarif.Multitool"
    tool = os.environ.get("SARIF_MULTITOOL") or (str(beside) if beside.exists() else shutil.which("Sarif.Multitool"))
    if not tool:
        pytest.skip("Microsoft's SARIF Multitool is not here: npm install @microsoft/sarif-multitool-linux")

    def validate(log):
        file, out = tmp_path / "log.sarif", tmp_path / "out.sarif"
        file.write_text(log if isinstance(log, str) else json.dumps(log))
        flags = ["--rule-kind", "Sarif;Ghas", "--output", out, "--log", "ForceOverwrite"]
        done = subprocess.run([tool, "validate", file, *flags], capture_output=True, text=True, check=False)
        assert out.exists(), done.stdout + done.stderr
        results = json.loads(Path(out).read_text(encoding="utf-8-sig"))["runs"][0].get("results", [])
        return [f"{r['ruleId']} {r['message']}" for r in results if r.get("level", "warning") in ("error", "warning")]

    return validate
