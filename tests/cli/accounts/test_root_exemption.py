"""The root user can be exempted by a file, from its own rule only, and by nothing else."""

import json
from datetime import datetime, timezone

import pytest

from checkov_keys.domain.users import Account
from checkov_keys.runtime.reading.snapshot import snapshot_text

ROOT = "arn:aws:iam::111122223333:root"
ENTRY = "- {{arn: '{}', reason: the account is being closed, rules: [{}]}}\n"
CASES = {
    "by its ARN": (ROOT, "CKV2_KEYS_4", 0, ""),
    "the root users of all accounts": ("arn:aws:iam::*:root", "CKV2_KEYS_4", 0, ""),
    "from another rule": (ROOT, "CKV2_KEYS_3", 1, ""),
    "in another account": (
        "arn:aws:iam::222233334444:root",
        "CKV2_KEYS_4",
        1,
        "exemption of arn:aws:iam::222233334444:root matches no user",
    ),
    "all users, of whom it is not one": ("arn:aws:iam::*:user/*", "CKV2_KEYS_4", 1, "matches no user"),
}


@pytest.mark.parametrize(("arn", "rule", "code", "warned"), CASES.values(), ids=CASES)
def test_the_root_user(run_command, arn, rule, code, warned):
    """It is skipped with the reason, or fails; an entry that means it is not said to match nobody."""
    account = Account("111122223333", "aws", read_at=datetime(2026, 11, 24, tzinfo=timezone.utc), root_has_key=True)
    (run_command.folder / "snapshot.json").write_text(snapshot_text([account]))
    (run_command.folder / "exemptions.yaml").write_text(ENTRY.format(arn, rule))
    flags = ("--from-snapshot", "snapshot.json", "--exemptions", "exemptions.yaml", "-o", "json")
    done = run_command("checkov-keys", "audit", *flags)
    results = json.loads(done.stdout)["results"]
    (record,) = results["failed_checks" if code else "skipped_checks"]
    assert (code, ROOT, "CKV2_KEYS_4") == (done.returncode, record["resource"], record["check_id"])
    assert (warned in done.stderr) if warned else ("" == done.stderr)
