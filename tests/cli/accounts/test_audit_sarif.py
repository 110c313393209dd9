"""SARIF of many users and accounts, by the real command, from snapshots."""

import json

import pytest

from checkov_keys.domain.users import AccessKey, Account, KeyStatus, NoUse, UnjudgedAccount, User
from checkov_keys.runtime.reading.snapshot import snapshot_text

FIRST, SECOND, CLOSED = "111111111111", "222222222222", "333333333333"
KEYS = tuple(AccessKey(f"AKIA{n}", KeyStatus.ACTIVE, None, NoUse.NEVER) for n in range(2))


def account(number, violating):
    arn = f"arn:aws:iam::{number}:user/u"
    return Account(number, "aws", tuple(User(number, f"u{n}", f"{arn}{n}", KEYS) for n in range(violating)))


@pytest.fixture
def audit_snapshot(run_command):
    """Audit a snapshot of accounts with flags; returns the finished process."""

    def run(accounts, *flags):
        (run_command.folder / "snapshot.txt").write_text(snapshot_text(accounts))
        return run_command("checkov-keys", "audit", "--check", "CKV2_KEYS_1", "--from-snapshot", "snapshot.txt", *flags)

    return run


def test_past_the_limit(audit_snapshot, run_command):
    """One line on standard error says which file, how many, what GitHub does and what to do; the file is whole."""
    flags = ("-o", "sarif", "-o", "cli", "--output-file-path", "keys.sarif,cli.txt")
    done = audit_snapshot([account(FIRST, 5_000), account(SECOND, 1)], *flags)
    (line,) = [line for line in done.stderr.splitlines() if "GitHub" in line]
    for said in ("keys.sarif", "5,001 results", "keeps only 5,000", "--sarif-per-account", "--baseline"):
        assert said in line
    assert 5_001 == len(json.loads((run_command.folder / "keys.sarif").read_text())["runs"][0]["results"])
    assert 1 == done.returncode


def test_a_file_for_each_account(audit_snapshot, run_command):
    """No file is past the limit then; the account that could not be entered has its file, and exit code 2."""
    closed = UnjudgedAccount(CLOSED, "aws", "vault", "no entry").as_account()
    flags = ("-o", "sarif", "--sarif-per-account", "--quiet", "--compact", "--output-file-path", "out")
    done = audit_snapshot([account(FIRST, 5_000), account(SECOND, 1), closed], *flags)
    assert (2, ["Wrote 3 files out/results_sarif_*.sarif"]) == (done.returncode, done.stdout.splitlines())
    assert "" == done.stderr
    runs = {path.name: json.loads(path.read_text())["runs"][0] for path in (run_command.folder / "out").iterdir()}
    assert {
        f"results_sarif_{FIRST}.sarif": (5_000, f"checkov-keys/aws/{FIRST}/", True),
        f"results_sarif_{SECOND}.sarif": (1, f"checkov-keys/aws/{SECOND}/", True),
        f"results_sarif_{CLOSED}.sarif": (0, f"checkov-keys/aws/{CLOSED}/", False),
    } == {
        name: (
            len(run["results"]),
            run["automationDetails"]["id"],
            run["invocations"][0]["executionSuccessful"],
        )
        for name, run in runs.items()
    }


USAGE = {
    "no format": ((), "add -o sarif"),
    "another format": (("-o", "json"), "add -o sarif"),
    "no place": (("-o", "sarif", "--output-file-path", "/dev/null/x"), "cannot write /dev/null/x"),
}


@pytest.mark.parametrize(("flags", "said"), USAGE.values(), ids=USAGE)
def test_usage_errors(audit, flags, said):
    """One line and exit code 2 before AWS is asked anything."""
    done = audit("http://127.0.0.1:9", "--sarif-per-account", *flags)
    assert (2, "", 1) == (done.returncode, done.stdout, len(done.stderr.splitlines()))
    assert said in done.stderr
