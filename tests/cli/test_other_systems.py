"""What can be tried here of Windows: modules and encodings that it lacks, and how files are opened."""

import ast
import json
import pkgutil
import sys

import pytest
from filled_folders import FAILING
from hidden_modules import hide_modules

import checkov_keys
from checkov_keys.cli.commands import COMMANDS

# https://docs.python.org/3/library/unix.html and others whose pages say "Availability: Unix"
POSIX_ONLY = ("curses", "fcntl", "grp", "posix_spawn", "pty", "pwd", "readline", "resource", "syslog", "termios", "tty")
EVERY = sorted(module.name for module in pkgutil.walk_packages(checkov_keys.__path__, "checkov_keys."))

# The journal asks `sys.platform` which lock there is, so it is imported as if that were Windows, beside a stub.
IMPORT_ALL = """
import importlib, subprocess, sys, types
import checkov_keys.domain.key_changes, checkov_keys.domain.errors
sys.modules["msvcrt"] = types.ModuleType("msvcrt")
here, sys.platform = sys.platform, "win32"
import checkov_keys.runtime.changing.journal
sys.platform = here
del sys.modules["msvcrt"]
for name in sys.argv[1:]:
    importlib.import_module(name)
"""
HELP_ALL = """
import sys
from checkov_keys.cli.commands import main
sys.exit(max(main([name, "--help"]) for name in sys.argv[1:]))
"""


@pytest.fixture
def run_without_posix(run_command, tmp_path):
    """Run some code by a Python that lacks what only POSIX has."""
    hidden = hide_modules(tmp_path / "hidden", POSIX_ONLY)
    return lambda code, *arguments: run_command(sys.executable, "-c", code, *arguments, **hidden)


def test_the_modules_are_hidden(run_without_posix):
    """Whoever imports one of them would be noticed."""
    assert "No module named 'fcntl'" in run_without_posix("import fcntl").stderr
    assert 0 == run_without_posix("import subprocess, logging").returncode


def test_every_module_is_imported(run_without_posix):
    """None of them needs what Windows lacks."""
    loader = "checkov_keys.external_checks.checkov_keys_loader"
    done = run_without_posix(IMPORT_ALL, *(name for name in EVERY if name not in (loader, "checkov_keys.__main__")))
    assert 0 == done.returncode, done.stderr[-2000:]


def test_the_help_of_every_command(run_without_posix):
    """It is shown without what Windows lacks."""
    done = run_without_posix(HELP_ALL, *(command.name for command in COMMANDS))
    assert (0, "") == (done.returncode, done.stderr)
    assert len(COMMANDS) == done.stdout.count("usage: checkov-keys")


# No code page has all of these, and cp1252 none but those of ASCII.
NAME = "Łuk ключ 日本 \U0001f511"
KEY = "AKIA" + "A" * 16
CHANGE = {
    "format": "checkov-keys journal 1",
    "time": "2026-01-01T00:00:00+00:00",
    "account": "123456789012",
    "user": NAME,
    "key": KEY,
    "before": "Active",
    "after": "Inactive",
    "outcome": "changed",
    "reason": NAME,
}
# What is run beside a folder of that name, with its exit code.
PRINTED = {
    "scan": (("scan", "-d", NAME), 1),
    "scan of what is not there": (("scan", "-d", f"{NAME}/gone"), 2),
    "audit": (("audit", "-o", "cli", "-o", "json", "--output-file-path", f"console,{NAME}/a.json"), 1),
    "audit with templates": (("audit", "-d", NAME, "-o", "csv"), 1),
    "audit of a profile that is not there": (("audit", "--profile", NAME), 2),
    "usage": (("usage", "--key", KEY, "--trail", NAME), 2),
    "remediate": (("remediate", "-o", "sh", "--output-file-path", NAME), 1),
    "rollback": (("rollback", f"{NAME}/journal.jsonl"), 2),
    "fix": (("fix", "-d", NAME, "--resource", "aws_iam_access_key.b"), 1),
    "dashboard": (("dashboard", f"{NAME}/gone.json"), 2),
    "merge": (("merge", f"{NAME}/gone.json"), 2),
    "malformed: a command": ((NAME,), 2),
    "malformed: a flag": (("audit", f"--{NAME}"), 2),
}


@pytest.fixture
def workplace(run_command, iam_server, aws_environment):
    """Run a command where a folder has such a name, with an encoding."""
    folder = run_command.folder / NAME
    folder.mkdir()
    (folder / "main.tf").write_text(FAILING, encoding="utf-8")
    (folder / "journal.jsonl").write_text(f"{json.dumps(CHANGE)}\n")
    url = iam_server({"ci": ["Active", "Active"]}).url

    def run(encoding, *command):
        environment = {**aws_environment, "AWS_ENDPOINT_URL": url, "PYTHONIOENCODING": encoding}
        return run_command("checkov-keys", *command, **environment)

    return run


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
@pytest.mark.parametrize(("command", "code"), PRINTED.values(), ids=PRINTED)
def test_what_an_encoding_lacks(workplace, encoding, command, code):
    """It is escaped: a command ends as it would, and nothing breaks."""
    done = workplace(encoding, *command)
    assert code == done.returncode, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert "unexpected" not in done.stderr
    assert "Encode" not in done.stderr


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_a_name_is_shown_as_escapes(workplace, encoding):
    """Letters that the encoding has stay, others are written by their number."""
    done = workplace(encoding, "rollback", f"{NAME}/journal.jsonl")
    assert "\\u65e5\\u672c" in done.stdout


def list_openings(text):
    """Yield the line and the arguments of each call that opens a file by a mode, or writes text."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, (ast.Attribute, ast.Name)):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
            modes = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
            keywords = {keyword.arg for keyword in node.keywords}
            if name == "open" and any(set(mode) <= set("rwxabt+") for mode in modes):
                (mode,) = [mode for mode in modes if set(mode) <= set("rwxabt+")]
                yield node.lineno, mode, keywords
            elif name in ("write_text", "read_text"):
                yield node.lineno, "w" if name == "write_text" else "r", keywords


def list_careless(text):
    """Yield the lines that leave the encoding, or the line breaks of what is written, to the system."""
    for line, mode, keywords in list_openings(text):
        if "b" not in mode and ("encoding" not in keywords or (set(mode) & set("wxa") and "newline" not in keywords)):
            yield line


def test_how_files_are_opened(root):
    """Every text is UTF-8, and its line breaks are written as they are."""
    modules = {path: path.read_text(encoding="utf-8") for path in (root / "checkov_keys").rglob("*.py")}
    assert {} == {str(path): lines for path, text in modules.items() if (lines := list(list_careless(text)))}
    assert sum(len(list(list_openings(text))) for text in modules.values())


CARELESS = {
    "silent: bytes": ("open(p, 'rb')", []),
    "silent: a text": ("p.open('w', encoding='utf-8', newline='')", []),
    "silent: read": ("p.read_text(encoding='utf-8')", []),
    "no encoding": ("p.read_text()", [1]),
    "no line breaks": ("\np.write_text('', encoding='utf-8')", [2]),
    "malformed: a mode that is a name": ("open(p, mode)", []),
}


@pytest.mark.parametrize(("text", "lines"), CARELESS.values(), ids=CARELESS)
def test_a_careless_opening_is_found(text, lines):
    """A module that opens a file carelessly would not go unnoticed."""
    assert lines == list(list_careless(text))
