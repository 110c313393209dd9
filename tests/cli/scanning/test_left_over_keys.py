"""CKV2_KEYS_7 in templates: what a scan says of a key that is declared as inactive, in every format."""

import json

import pytest

TEMPLATE = """resource "aws_iam_access_key" "current" {
  user = "deployer"
}

resource "aws_iam_access_key" "left_over" {
  user   = "deployer"
  status = "Inactive"
}
"""
REMEDY = "Delete the key once nothing has missed it for a while. This cannot be undone."
SAID = (
    "aws_iam_access_key.left_over is an inactive access key of IAM user deployer, which is declared and does nothing."
)


@pytest.fixture
def scan(run_command):
    """Scan a user with an active and an inactive key."""
    (run_command.folder / "main.tf").write_text(TEMPLATE)
    return lambda *flags: run_command("checkov-keys", "scan", "-d", ".", *flags)


def test_only_if_it_is_named(scan):
    """Whoever has just turned a key off, as the first rule asks, is not told to delete it."""
    done = scan("-o", "json")
    assert (0, "CKV2_KEYS_7" in done.stdout) == (done.returncode, False)


def test_for_people(scan):
    """The user and the remedy; no key is to be turned off that is off already."""
    done = scan("--check", "CKV2_KEYS_7")
    assert 1 == done.returncode
    assert "FAILED for resource: aws_iam_access_key.left_over" in done.stdout
    assert "User: deployer\n" in done.stdout
    assert f"Remedy: {REMEDY}" in " ".join(done.stdout.split())
    assert not [word for word in ("Turn it off", "other active keys", "Benchmarks") if word in done.stdout]


def test_as_data(scan):
    """The record of JSON has the remedy and no edit."""
    (record,) = json.loads(scan("--check", "CKV2_KEYS_7", "-o", "json").stdout)["results"]["failed_checks"]
    assert ("deployer", REMEDY, "") == (record["iam_user"], record["remedy"], record["fix"])


@pytest.mark.parametrize("output", ["sarif", "junitxml", "gitlab_sast"])
def test_in_other_formats(scan, run_command, output):
    """The message says what is wrong and what to do."""
    done = scan("--check", "CKV2_KEYS_7", "-o", output, "--output-file-path", "out.txt,")
    assert 1 == done.returncode, done.stdout + done.stderr
    text = (run_command.folder / "out.txt").read_text()
    assert SAID in text
    assert REMEDY in text
    assert "one of several active" not in text
