"""The commands work with a newer boto3 than Checkov pins.

They run if the Python that runs them has a newer boto3, as with `make compat-newest-boto3`, or if CHECKOV_KEYS_PYTHON
names another one that has checkov-keys beside it, such as the one of an environment of pipx or uv.
"""

import json
import os
import re
import sys
from pathlib import Path

import boto3
import pytest
from emulated_aws import ADMIN, CREDENTIALS, FEW_ATTEMPTS

PYTHON = os.environ.get("CHECKOV_KEYS_PYTHON", sys.executable)
VERSIONS = "from importlib.metadata import requires, version; print(version('boto3')); print(requires('checkov'))"


@pytest.fixture
def run(run_command, moto_endpoint):
    """Run a command by that Python, all of AWS being moto; skip if its boto3 is the pinned one."""
    newest, requirements = run_command(PYTHON, "-c", VERSIONS).stdout.splitlines()
    if f"boto3=={newest}" in requirements:
        pytest.skip("boto3 is the one that Checkov pins: see CHECKOV_KEYS_PYTHON")
    iam = boto3.client("iam", endpoint_url=moto_endpoint, **ADMIN)
    iam.create_user(UserName="ci")
    for _ in range(2):
        iam.create_access_key(UserName="ci")
    known = {**CREDENTIALS, **FEW_ATTEMPTS, "AWS_ENDPOINT_URL": moto_endpoint}
    s3 = boto3.client("s3", endpoint_url=moto_endpoint, **ADMIN)
    s3.create_bucket(Bucket="trail")
    s3.put_object(
        Bucket="trail",
        Key="AWSLogs/123456789012/CloudTrail/us-east-1/2026/01/02/123456789012_CloudTrail_us-east-1_20260102T0000Z_a.json",
        Body=b'{"Records": []}',
    )
    return lambda *command: run_command(PYTHON, "-m", "checkov_keys", *command, **known)


COMMANDS = {
    "doctor": (("doctor",), 0),
    "scan": (("scan", "-d", str(Path(__file__).parents[2] / "examples" / "terraform" / "failing")), 1),
    "audit": (("audit", "-o", "json", "--check", "CKV2_KEYS_1"), 1),
    "usage of a bucket": (("usage", "--key", f"AKIA{'A' * 16}", "--trail", "s3://trail"), 0),
    "remediate": (("remediate", "--in-use-days", "0"), 1),
    "malformed: a bucket that is not there": (("usage", "--key", f"AKIA{'A' * 16}", "--trail", "s3://gone"), 2),
    "malformed: a role that is none": (("audit", "--role-arn", "none"), 2),
}


@pytest.mark.parametrize(("command", "code"), COMMANDS.values(), ids=COMMANDS)
def test_a_newer_boto3(run, command, code):
    """Each command ends as with the older one, and nothing is unexpected."""
    done = run(*command)
    assert code == done.returncode, done.stdout + done.stderr
    assert not re.search("unexpected|Traceback", done.stderr)


def test_a_key_is_turned_off_and_on_again(run, run_command):
    """Changes are made with a newer boto3 too, and taken back."""
    made = run("remediate", "--in-use-days", "0", "--apply", "--yes", "--journal", "journal.jsonl", "-o", "json")
    assert 0 == made.returncode, made.stderr
    lines = (run_command.folder / "journal.jsonl").read_text().splitlines()
    assert ["changed"] == [json.loads(line)["outcome"] for line in lines]
    assert 0 == run("rollback", "journal.jsonl", "--yes").returncode
