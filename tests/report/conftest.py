"""Accounts to report."""

from datetime import datetime, timezone

import pytest
from checkov.common.models.enums import CheckResult
from checkov.common.output.record import Record
from checkov.common.output.report import Report

from checkov_keys.domain.exposures import ExposedSecret, Exposure, SecretStep
from checkov_keys.domain.rules.family import RULES
from checkov_keys.domain.rules.one_active_key import ONE_ACTIVE_KEY
from checkov_keys.domain.users import AccessKey, Account, KeyStatus, LastUse, NoUse, Unjudged, User
from checkov_keys.report.live.live_report import LiveReport

CREATED = datetime(2026, 1, 2, tzinfo=timezone.utc)
READ = datetime(2026, 11, 24, tzinfo=timezone.utc)
USED = LastUse(datetime(2026, 3, 4, tzinfo=timezone.utc), "s3", "us-east-1")
UNREAD = (Unjudged("arn:aws:iam::123456789012:user/lost", "\x1b[31mAccessDenied\x1b[0m\nallow iam:ListAccessKeys"),)


@pytest.fixture
def live_report():
    """A report of an account whose users {name: number of active keys} each have an inactive key too."""

    def make(users, unread=(), partition="aws"):
        account = "123456789012"
        read = []
        for name, count in users.items():
            keys = [
                AccessKey(f"AKIA{name[:1]}{n}", KeyStatus.ACTIVE, CREATED, NoUse.NEVER if n else USED)
                for n in range(count)
            ]
            keys.append(AccessKey("AKIAOFF", KeyStatus.INACTIVE, CREATED))
            read.append(User(account, name, f"arn:{partition}:iam::{account}:user/{name}", tuple(keys)))
        return LiveReport([Account(account, partition, tuple(read), tuple(unread), read_at=READ)], (ONE_ACTIVE_KEY,))

    return make


@pytest.fixture
def report_of():
    """A report of one user with the given keys, of what could not be read, or of both."""

    def make(keys=None, unread=(), name="alice", rules=(ONE_ACTIVE_KEY,)):
        arn = f"arn:aws:iam::123456789012:user/{name}"
        users = () if keys is None else (User("123456789012", name, arn, tuple(keys)),)
        return LiveReport([Account("123456789012", "aws", users, tuple(unread), read_at=READ)], rules)

    return make


@pytest.fixture
def template_report():
    """A report as Checkov's own runners make it, of a table {resource: verdict}."""

    def make(verdicts, check_type="terraform", path="/infra/a b/main.tf", rule="CKV2_KEYS_1"):
        report = Report(check_type)
        for resource, verdict in verdicts.items():
            result = {"result": CheckResult[verdict], "suppress_comment": "SES needs two"}
            block = [(1, 'resource "aws_iam_access_key" "a" {\n'), (2, "}\n")]
            record = Record(rule, RULES[rule].name, result, block, path, [1, 2], resource, None, "check", path)
            record.repo_file_path = path
            record.set_guideline(RULES[rule].guideline)
            report.add_record(record)
        return report

    return make


@pytest.fixture
def together():
    """Put the runs of several SARIF logs into one: the validator takes seconds to start."""

    def make(logs):
        return {**logs[0], "runs": [run for log in logs for run in log["runs"]]}

    return make


@pytest.fixture
def unread():
    """A user that could not be read, with a reason that holds escapes and line breaks."""
    return UNREAD


@pytest.fixture
def exposure_of():
    """An exposure of secrets, each with a way of so many steps, whose files are below a directory."""

    def make(address, folder, steps=(4,), attribute="secret", sink_file="main.tf"):
        path = str(folder / sink_file)
        secrets = []
        for number, count in enumerate(steps):
            key = f"aws_iam_access_key.k{number}"
            between = [SecretStep(f"local.l{step}", str(folder / "locals.tf"), step) for step in range(1, count - 1)]
            first = SecretStep(f"{key}.{attribute}", str(folder / "keys.tf"), 7)
            way = (first, *between, SecretStep(address, path, 10))
            secrets.append(ExposedSecret(key, attribute, f"environment.v{number}", way))
        reason = "Whoever may call lambda:GetFunctionConfiguration sees it."
        return Exposure(address, path, 10, reason, "Keep it in Secrets Manager.", tuple(secrets))

    return make
