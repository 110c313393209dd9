"""Programs besides Python and make: a test without its program is skipped and says which, and CI installs them all."""

import ast

import pytest
from programs import PACKAGES, find_missing, need

MISSING = {
    "silent: nothing is asked for": ((), ("git",), None),
    "silent: it is here": (("git",), ("git", "patch"), None),
    "silent: a program that every machine has": (("sh",), (), None),
    "it is not": (("patch",), ("git",), "patch is not here: apt-get install patch"),
    "one of two": (("git", "pdftotext"), ("git",), "pdftotext is not here: apt-get install poppler-utils"),
    "malformed: a path": (("/bin/patch",), (), None),
    "malformed: an empty name": (("",), (), None),
}


@pytest.mark.parametrize(("names", "present", "expected"), MISSING.values(), ids=MISSING)
def test_missing(names, present, expected, tmp_path, monkeypatch):
    """The first program that is not on PATH is named with its package."""
    for name in present:
        (tmp_path / name).write_text("")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert expected == find_missing(*names)


def test_a_test_is_skipped(run_command, tmp_path, monkeypatch):
    """A command whose program is missing skips the test that runs it."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(pytest.skip.Exception, match="patch is not here"):
        run_command("patch", "--version")
    with pytest.raises(pytest.skip.Exception, match="git is not here"):
        need("git", "patch")


def test_ci_installs_them(root):
    """CI has every program of the table, and what brings those that are not Debian's."""
    script = (root / ".ci" / "run").read_text()
    named = dict(line.split("=") for line in script.partition("programs=(\n")[2].partition(")\n")[0].split())
    assert {**PACKAGES, "npm": "npm"} == named
    assert all(word in script for word in ("terraform", "sarif-multitool", "twine"))


def started(text):
    """The programs of the table that a module starts by itself, without `run_command`."""
    for call in (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)):
        own = isinstance(call.func, ast.Attribute) and getattr(call.func.value, "id", "") == "subprocess"
        first = call.args[0] if own and call.args else None
        if isinstance(first, (ast.List, ast.Tuple)) and first.elts and isinstance(first.elts[0], ast.Constant):
            yield from {first.elts[0].value} & PACKAGES.keys()


def test_they_are_asked_for(root):
    """A module that starts such a program by itself asks first whether it is here."""
    texts = {path: path.read_text() for path in (root / "tests").rglob("*.py")}
    assert ["git"] == list(started("subprocess.run(['git', 'init'])\nsubprocess.run(words)\nrun(['git'])\n"))
    assert [] == [path for path, text in texts.items() if list(started(text)) and "need(" not in text]
