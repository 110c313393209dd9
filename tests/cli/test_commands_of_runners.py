"""What a template or an account is called reaches no runner of a CI service as a command in its log."""

import json
import re

import pytest
from filled_folders import FAILING

# https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs takes :: after white space at the
# beginning of a line, which ends with a carriage return too; the others are taken wherever they are.
TAKEN = re.compile(r"(?:^|[\r\n])\s*::|##\[|##vso\[|##teamcity\[", re.IGNORECASE)
ATTACKS = ("::error::x", "::set-output name=x::y", "##[error]x", "##vso[task.complete]x", "##TeamCity[x]")
NAMES = tuple(f"a{between}{attack}.tf" for attack in ATTACKS for between in ("\n", "\r", "\u2028", "\n \t", "\x1b[0m"))
# A heredoc is source that begins a line.
SOURCE = f"""resource "aws_iam_access_key" "third" {{
  user = "u" # ##[error]x ##vso[task.complete]x
  pgp_key = <<EOT
::error::x
  ::warning::y
##teamcity[x]
EOT
}}
{FAILING}"""
WAYS = {
    "runners only": (),
    "runners only, as JSON": ("-o", "json"),
    "runners only, for GitHub": ("-o", "github_failed_only"),
    "runners only, for GitLab": ("-o", "gitlab_sast"),
    "Checkov's main": ("--summary-position", "bottom"),
    "Checkov's main, as JSON": ("--summary-position", "bottom", "-o", "json"),
    "Checkov's main, as JUnit": ("-o", "junitxml"),
}


def test_the_pattern_finds_attacks():
    """What must not be printed would be found."""
    assert all(TAKEN.search(f"  {attack}") for attack in ATTACKS)
    assert not TAKEN.search('"a": "AWS::IAM::User" ## heading # #[x')


@pytest.mark.parametrize("flags", WAYS.values(), ids=WAYS)
def test_scan(run_command, flags):
    """Names of files, and lines of their source, are shown, and are not commands."""
    for number, name in enumerate(NAMES):
        folder = run_command.folder / f"{number}\n::error::z"
        folder.mkdir()
        (folder / name).write_text(SOURCE)
    # It does not parse, and a key may depend on it.
    (run_command.folder / "broken\n::error::b.tf").write_text('resource "aws_iam_access_key" "x" {\n  user = \n')
    done = run_command("checkov-keys", "scan", "-d", ".", *flags)
    assert 2 == done.returncode
    assert "not judged" in done.stderr
    assert "error::" in done.stdout or "third" in done.stdout
    assert [] == TAKEN.findall(done.stdout + "\n" + done.stderr)
    if flags[-1:] == ("json",):
        json.loads(done.stdout)


def test_json_means_the_same(run_command):
    """The language's own escape stands for what a runner would take."""
    (run_command.folder / "##[error]x.tf").write_text(FAILING)
    done = run_command("checkov-keys", "scan", "-d", ".", "-o", "json")
    assert "##" not in done.stdout
    assert {"/##[error]x.tf"} == {record["file_path"] for record in json.loads(done.stdout)["results"]["failed_checks"]}


REASONS = tuple(f"x {attack}" for attack in ATTACKS)


@pytest.mark.parametrize("form", ["cli", "json", "csv", "junitxml", "gitlab_sast", "github_failed_only"])
def test_audit(run_command, audit, iam_server, form):
    """Reasons of exemptions and the names of profiles and files are shown, and are not commands."""
    users = {f"/u{number}": ["Active", "Active"] for number in range(len(REASONS))}
    entries = [
        {"arn": f"arn:aws:iam::123456789012:user/u{number}", "reason": reason, "owner": "o\n::error::x"}
        for number, reason in enumerate(REASONS)
    ]
    file = run_command.folder / "a\n::error::b.json"
    file.write_text(json.dumps([*entries, {"arn": "arn:aws:iam::123456789012:user/z", "reason": "##[error]"}]))
    done = audit(iam_server(users).url, "--exemptions", str(file), "-o", form)
    assert 0 == done.returncode, done.stderr
    assert [] == TAKEN.findall(done.stdout + "\n" + done.stderr)
    file.write_text("- arn")
    done = audit("http://127.0.0.1:1", "--exemptions", str(file))
    assert (2, 1) == (done.returncode, len(done.stderr.splitlines()))
    assert [] == TAKEN.findall(done.stderr)


OTHERS = {
    "fix": ("fix", "-d", ".", "--resource", "##[error]x\n::error::y"),
    "page": ("dashboard", "x\n::error::y"),
    "a command": ("x\n::error::y",),
    "a flag": ("audit", "x\n::error::y"),
    "a flag of Checkov's": ("scan", "-d", ".", "--framework", "x\n::error::y"),
    "a profile": ("audit", "--profile", "x\n::error::y"),
    "a snapshot": ("audit", "--from-snapshot", "x\n::error::y"),
    "a journal": ("rollback", "x\n::error::y"),
    "a plan": ("remediate", "--state", "x\n##[error]y"),
}


@pytest.mark.parametrize("command", OTHERS.values(), ids=OTHERS)
def test_what_is_typed(run_command, command):
    """A job may put together its command line of names that others chose."""
    (run_command.folder / "main.tf").write_text(FAILING)
    done = run_command("checkov-keys", *command)
    assert 2 == done.returncode
    assert [] == TAKEN.findall(f"\n{done.stdout}\n{done.stderr}")
    assert "Traceback" not in done.stderr


def test_log_lines_are_lines(run_command):
    """A line feed in a name makes no second line of the log."""
    program = (
        "import logging, sys\nfrom checkov_keys.report.standard_streams import guard_streams\n"
        "with guard_streams():\n    logging.basicConfig(stream=sys.stderr)\n"
        "    logging.getLogger('x').warning('in %s', 'a\\n::error::b')\n"
    )
    assert ["WARNING:x:in a ::error::b"] == run_command("python", "-c", program).stderr.splitlines()


def test_links_are_not_followed(run_command, tmp_path):
    """SARIF that nobody gave a place is not written through a link of the checkout."""
    outside = tmp_path / "outside"
    outside.write_text("precious")
    (run_command.folder / "results.sarif").symlink_to(outside)
    (run_command.folder / "main.tf").write_text(FAILING)
    for flags in ((), ("--summary-position", "bottom")):
        done = run_command("checkov-keys", "scan", "-d", ".", "-o", "sarif", *flags)
        assert (2, 1) == (done.returncode, len(done.stderr.splitlines()))
        assert "results.sarif is a link" in done.stderr
    assert "precious" == outside.read_text()
