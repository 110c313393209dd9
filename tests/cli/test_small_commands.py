"""`list`, `checks-dir`, `doctor`, `demo`, and the command itself."""

import json
import sys
from importlib.metadata import version

import pytest

import checkov_keys


def test_the_module_is_the_command(run_command):
    """`python -m checkov_keys` does the same."""
    assert checkov_keys.__version__ == run_command(sys.executable, "-m", "checkov_keys", "--version").stdout.strip()
    assert checkov_keys.__version__ == version("checkov-keys")


@pytest.mark.parametrize("arguments", [(), ("frobnicate",)])
def test_no_such_command(run_command, arguments):
    """The commands are listed on standard error, exit code 2."""
    done = run_command("checkov-keys", *arguments)
    assert (2, "") == (done.returncode, done.stdout)
    assert "checks-dir" in done.stderr


def test_list(run_command):
    """The rules, for people and as data."""
    assert "CKV2_KEYS_1 [MEDIUM]" in run_command("checkov-keys", "list").stdout
    rules = json.loads(run_command("checkov-keys", "list", "-o", "json").stdout)
    assert ["CKV2_KEYS_1"] == [rule["id"] for rule in rules]
    texts = {"name", "severity", "category", "guideline", "why", "remedy"}
    assert {"id", "benchmarks", "frameworks", *texts} == rules[0].keys()
    assert all(rules[0][name] for name in texts)
    assert "1.13" == rules[0]["benchmarks"]["CIS AWS Foundations v1.3 to v4.0.1"][0]["name"]
    assert "terraform_plan" in rules[0]["frameworks"]


def test_doctor(run_command):
    """Each language is proved in the installed Checkov."""
    done = run_command("checkov-keys", "doctor")
    assert (0, 8) == (done.returncode, done.stdout.count(" ok\n"))
    assert f"checkov {version('checkov')}" in done.stdout


def test_doctor_finds_a_check_that_does_not_fire(run_command, tmp_path):
    """A pack that loads nothing is no healthy pack."""
    (tmp_path / "sitecustomize.py").write_text(
        "import checkov_keys.domain.rules as rules\nrules.Rule.judge = lambda rule, user: rules.Verdict.PASSED\n"
    )
    done = run_command("checkov-keys", "doctor", PYTHONPATH=str(tmp_path))
    assert (2, 8) == (done.returncode, done.stdout.count("BROKEN"))


def test_demo(run_command, validate_demo):
    """The tour finds failing keys in templates and failing users in the account, and writes three formats of each."""
    done = run_command("checkov-keys", "demo", "--output-file-path", "out")
    assert 0 == done.returncode, done.stderr
    assert "FAILED cc-project5-admin in account 123456789012" in done.stdout
    assert "FAILED aws_iam_access_key.left_over" in done.stdout
    assert "cc-s3-data-manager" not in done.stdout
    assert "/fixed/" not in done.stdout
    assert 6 == done.stdout.count("  FAILED aws_iam_access_key") + done.stdout.count("  FAILED AWS::IAM::AccessKey")
    assert (2, 2) == (done.stdout.count("  turned off: AKIA"), done.stdout.count("  turned on: AKIA"))
    names = {path.name for path in (run_command.folder / "out").iterdir() if path.is_file()}
    reports = {f"{name}.{suffix}" for name in ("templates", "account") for suffix in ("sarif", "xml", "json")}
    assert {*reports, "journal.jsonl", "report.html"} == names
    validate_demo(run_command.folder / "out")


@pytest.fixture
def validate_demo(request):
    """Validate the demo's SARIF files where the validator is installed."""

    def validate(folder):
        try:
            validate_sarif = request.getfixturevalue("validate_sarif")
        except pytest.skip.Exception:
            return
        for name in ("templates", "account"):
            assert [] == validate_sarif((folder / f"{name}.sarif").read_text())

    return validate
