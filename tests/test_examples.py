"""The examples say what they say: `failing` fails, `fixed` passes."""

import json
import shutil

import pytest


@pytest.mark.parametrize("language", ["terraform", "terraform_plan", "cloudformation", "crossplane", "ansible"])
@pytest.mark.parametrize(("version", "found"), [("fixed", (0, 2, 0)), ("failing", (1, 0, 2))])
def test_example(run_command, root, language, version, found):
    """Both keys of the failing version are reported, none of the fixed one."""
    shutil.copytree(root / "examples" / language / version, run_command.folder, dirs_exist_ok=True)
    for file in run_command.folder.glob("*.txt"):
        file.rename(file.with_suffix(""))
    done = run_command("checkov-keys", "scan", "-d", ".", "-o", "json")
    summary = json.loads(done.stdout)["summary"]
    assert found == (done.returncode, summary["passed"], summary["failed"])
