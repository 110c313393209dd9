"""Exit code 1 means findings: neither an error that nobody foresaw nor output that cannot be written ends with it."""

import json
import os
import re
import shlex

import pytest
from filled_folders import FAILING, fill_with

FULL = "cannot write to standard output: No space left on device"
CLOSED = "cannot write to standard output: it is closed"
COMMANDS = {
    "help": "--help",
    "version": "--version",
    "rules": "list -o json",
    "help of a command": "audit --help",
    "directory": "checks-dir",
    "a command that is none": "frobnicate",
    "scan": "scan -d . -o cli -o json --output-file-path console,out.json",
    "scan by Checkov's main": "scan -d . --summary-position bottom -o cli -o json --output-file-path console,out.json",
    "fix": "fix -d . --resource aws_iam_access_key.b",
    "page": "dashboard results.json -o -",
}
SILENT = {"a command that is none"}


@pytest.fixture
def shell(run_command, checkov_results, checkov_record):
    """Run a command in a shell, in a folder with a template that fails and results for a page."""
    results = json.dumps(checkov_results(failed=[checkov_record()]))
    fill_with({"main.tf": FAILING, "results.json": results})(run_command.folder)
    return lambda line, **environment: run_command("bash", "-c", line, **environment)


@pytest.mark.parametrize("name", COMMANDS)
def test_standard_output_that_cannot_be_written(shell, run_command, name):
    """It costs exit code 2 and one line, not the files that were asked for."""
    for redirection, said in ((">&-", CLOSED), (">/dev/full", FULL)):
        done = shell(f"checkov-keys {COMMANDS[name]} {redirection}")
        assert 2 == done.returncode
        assert name in SILENT or said in done.stderr.splitlines()[-1]
        assert "Traceback" not in done.stderr
        if "out.json" in COMMANDS[name]:
            out = run_command.folder / "out.json"
            assert 2 == json.loads(out.read_text())["summary"]["failed"]
            out.unlink()


def test_both_streams_closed(shell):
    """Nobody can be told anything but the exit code."""
    assert 2 == shell("checkov-keys list >&- 2>&-").returncode
    assert 2 == shell("checkov-keys frobnicate 2>/dev/full").returncode
    assert 2 == shell("checkov-keys frobnicate 2>&-").returncode


def test_a_stream_with_nothing_to_say(shell):
    """Standard error that is closed costs nothing where nothing is said."""
    done = shell("checkov-keys list 2>&-")
    assert 0 == done.returncode
    assert "CKV2_KEYS_1" in done.stdout


def test_a_reader_that_has_gone(shell):
    """It has seen enough: nothing is said, and nothing is judged to be a finding."""
    done = shell("set -o pipefail; { sleep 1; checkov-keys scan -d .; } | true")
    assert (2, "", "") == (done.returncode, done.stdout, done.stderr)


ENCODINGS = {
    "ASCII": {"PYTHONIOENCODING": "ascii"},
    "Windows": {"PYTHONIOENCODING": "cp1252"},
    "strict": {"PYTHONIOENCODING": "utf-8:strict"},
    "a locale of C": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
}


@pytest.mark.parametrize("environment", ENCODINGS.values(), ids=ENCODINGS)
@pytest.mark.parametrize("flags", [(), ("--summary-position", "bottom")], ids=["runners only", "Checkov's main"])
def test_names_that_the_terminal_cannot_show(shell, run_command, environment, flags):
    """A file name in another encoding, and one of no encoding at all, are shown as they can be."""
    folder = os.fsencode(run_command.folder)
    for name in ("用户.tf".encode(), b"\xff\xfe.tf", "a\u202eb.tf".encode()):
        with open(os.path.join(folder, name), "w") as file:  # noqa: PTH118, PTH123  # bytes
            file.write(FAILING)
    done = shell(shlex.join(["checkov-keys", "scan", "-d", ".", *flags]), **environment)
    assert 1 == done.returncode, done.stderr
    assert "\u202e" not in done.stdout
    assert "Traceback" not in done.stderr


BREAKS = {
    "an error of ours": ("KeyError('x')", "unexpected KeyError: 'x'"),
    "no memory": ("MemoryError()", "unexpected MemoryError"),
    "no end": ("RecursionError('deep')", "unexpected RecursionError: deep"),
    "a broken installation": ("ImportError('no module')", "unexpected ImportError: no module"),
    "a device": ("OSError(28, 'No space left on device')", "unexpected OSError: [Errno 28] No space left on device"),
    "several lines": ("ValueError('a\\n::error::b')", "unexpected ValueError: a ::error::b"),
    "an encoding": ("UnicodeError('x')", "unexpected UnicodeError: x"),
    "a code of its own": ("SystemExit(1)", ""),
    "a text": ("SystemExit('enough')", "enough"),
    "not even an exception": ("GeneratorExit()", "unexpected GeneratorExit"),
}


@pytest.mark.parametrize(("error", "said"), BREAKS.values(), ids=BREAKS)
def test_what_nobody_foresaw(run_command, tmp_path, error, said):
    """It is exit code 2 and one line, and where it was is told to whoever asks."""
    (tmp_path / "sitecustomize.py").write_text(
        f"import checkov_keys.cli.files.list_rules as rules\ndef run(options):\n    raise {error}\nrules.run = run\n"
    )
    path = os.pathsep.join(filter(None, [str(tmp_path), os.environ.get("PYTHONPATH")]))
    done = run_command("checkov-keys", "list", PYTHONPATH=path)
    assert (2, "") == (done.returncode, done.stdout)
    more = "; LOG_LEVEL=DEBUG shows where" if said.startswith("unexpected") else ""
    assert ([f"checkov-keys list: {said}{more}"] if said else []) == done.stderr.splitlines()
    told = run_command("checkov-keys", "list", PYTHONPATH=path, LOG_LEVEL="DEBUG").stderr
    assert bool(more) is told.startswith("Traceback")


def test_one_file_that_fails(run_command, audit, iam_server):
    """A destination that breaks does not cost the others, and what else is asked for is written first."""
    url = iam_server({"/a": ["Active", "Active"]}).url
    done = audit(url, "-o", "json", "-o", "csv", "-o", "cli", "--output-file-path", "/dev/full,out.csv,console")
    assert 2 == done.returncode
    assert "cannot write /dev/full: No space left on device" in done.stderr
    assert "Failed checks: 1" in done.stdout
    assert 1 < (run_command.folder / "out.csv").read_text().count("\n")


def test_errors_are_one_line(run_command):
    """A path with a line feed in an error of ours is shown with an escape."""
    for command in (("scan", "-d"), ("fix", "--resource", "x", "-d"), ("dashboard",)):
        done = run_command("checkov-keys", *command, "a\n::error::b\x1b[2J")
        assert 2 == done.returncode
        assert 1 == len(done.stderr.splitlines()), done.stderr
        assert re.search(r"a\\u000a::error::b\\u001b\[2J", done.stderr)
