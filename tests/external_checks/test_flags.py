"""What Checkov's own flags do to the check, with the real `checkov` command."""

import pytest
from pack_records import FAILED, RULE, TERRAFORM, list_ours

CHOICES = {
    "silent: another check": (("--check", "CKV_AWS_20"), 0, []),
    "silent: skipped": (("--skip-check", RULE), None, []),
    "silent: a higher severity": (("--check", "HIGH"), 0, []),
    "by id": (("--check", RULE), 1, FAILED),
    "by wildcard": (("--check", "CKV2_KEYS_*"), 1, FAILED),
    "by severity": (("--check", "MEDIUM"), 1, FAILED),
    "beside others": (("--check", "CKV_AWS_20", "--run-all-external-checks"), 1, FAILED),
    "among all": ((), 1, FAILED),
}


@pytest.mark.parametrize(("chosen", "code", "failed"), [pytest.param(*case, id=name) for name, case in CHOICES.items()])
def test_choice(checkov, chosen, code, failed):
    """Checkov's flags choose this check as they choose a built-in one."""
    done, reports = checkov({"main.tf": TERRAFORM}, "--framework", "terraform", chosen=chosen)
    assert failed == list_ours(reports)
    assert code in (done.returncode, None)


def test_baseline(checkov):
    """A baseline hides what it knows and nothing else."""
    made, _ = checkov({"main.tf": TERRAFORM}, "--create-baseline")
    assert 1 == made.returncode
    known, reports = checkov({"main.tf": TERRAFORM}, "--baseline", ".checkov.baseline")
    assert (0, []) == (known.returncode, list_ours(reports))
    third = 'resource "aws_iam_access_key" "fail_z" { user = "u" }'
    fresh, reports = checkov({"main.tf": TERRAFORM + third}, "--baseline", ".checkov.baseline")
    assert (1, ["aws_iam_access_key.fail_z"]) == (fresh.returncode, list_ours(reports))


SOFT = {
    "by id": ("--soft-fail-on", RULE),
    "by severity": ("--soft-fail-on", "MEDIUM"),
    "altogether": ("--soft-fail",),
}


@pytest.mark.parametrize("flags", SOFT.values(), ids=SOFT)
def test_soft_fail(checkov, flags):
    """Soft failing turns exit code 1 into 0 and still reports."""
    done, reports = checkov({"main.tf": TERRAFORM}, "--framework", "terraform", *flags)
    assert (0, FAILED) == (done.returncode, list_ours(reports))
