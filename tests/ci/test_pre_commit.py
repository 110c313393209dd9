"""The hook for pre-commit, run by pre-commit itself."""

import re
import subprocess

import pytest
import yaml
from programs import need

KEY = 'resource "aws_iam_access_key" "%s" { user = "u" }\n'


@pytest.fixture
def hook(root):
    """The hook as pre-commit reads it."""
    (hook,) = yaml.safe_load((root / ".pre-commit-hooks.yaml").read_text())
    return hook


@pytest.fixture
def commit(hook, run_command):
    """Commit files to a repository that uses the hook; returns how pre-commit ended.

    The command is the one that is installed: to install it anew, with Checkov, would take pre-commit minutes.
    """
    need("git")
    local = {**hook, "language": "system"}
    config = yaml.safe_dump({"repos": [{"repo": "local", "hooks": [local]}]})
    (run_command.folder / ".pre-commit-config.yaml").write_text(config)
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.com"]
    subprocess.run([*git, "init", "-q"], cwd=run_command.folder, check=True)
    assert 0 == run_command("pre-commit", "install").returncode

    def add(files):
        for name, text in files.items():
            (run_command.folder / name).write_text(text)
            subprocess.run(["git", "add", name], cwd=run_command.folder, check=True)
        return run_command(*git, "commit", "-m", "change")

    return add


def test_a_second_key_in_another_file(commit):
    """A commit that adds the second key is stopped, though its file holds one key only."""
    first = commit({"first.tf": KEY % "first"})
    assert 0 == first.returncode, first.stderr
    second = commit({"second.tf": KEY % "second"})
    assert 1 == second.returncode
    assert "aws_iam_access_key.first" in second.stderr
    assert "aws_iam_access_key.second" in second.stderr


def test_other_files(commit):
    """A commit without templates does not wait for a scan."""
    done = commit({"notes.txt": "x", "script.py": "pass\n"})
    assert 0 == done.returncode
    assert "(no files to check)Skipped" in done.stderr


FILES = {
    "silent: text": ("README.md", False),
    "silent: Python": ("a.py", False),
    "silent: a backup": ("main.tf~", False),
    "Terraform": ("infra/main.tf", True),
    "Terraform JSON": ("main.tf.json", True),
    "variables": ("prod.auto.tfvars", True),
    "a plan": ("tfplan.json", True),
    "CloudFormation": ("keys.template", True),
    "playbooks, manifests": ("site.yml", True),
    "more of them": ("keys.yaml", True),
}


@pytest.mark.parametrize(("name", "judged"), FILES.values(), ids=FILES)
def test_files(hook, name, judged):
    """Changes of templates start the hook."""
    assert judged == bool(re.search(hook["files"], name))


def test_what_pre_commit_asks_for(run_command, root):
    """The manifest and the example of a configuration are what pre-commit expects, and fit together."""
    example = root / "examples" / "ci" / "pre_commit_config.yaml.txt"
    for what, path in (("manifest", root / ".pre-commit-hooks.yaml"), ("config", example)):
        done = run_command("pre-commit", f"validate-{what}", path)
        assert 0 == done.returncode, done.stdout
    (repository,) = yaml.safe_load(example.read_text())["repos"]
    assert ["checkov-keys"] == [hook["id"] for hook in repository["hooks"]]
