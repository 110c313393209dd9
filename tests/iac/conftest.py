"""Run Checkov's real runners, in this process, over a table of files."""

import logging
import re

import pytest
from checkov.cloudformation.runner import Runner as CloudFormationRunner
from checkov.common.bridgecrew.check_type import CheckType
from checkov.runner_filter import RunnerFilter
from checkov.terraform.plan_runner import Runner as PlanRunner
from checkov.terraform.runner import Runner as TerraformRunner
from checkov.terraform_json.runner import TerraformJsonRunner

from checkov_keys.iac.registration import register

RUNNERS = {
    CheckType.TERRAFORM: TerraformRunner,
    CheckType.TERRAFORM_JSON: TerraformJsonRunner,
    CheckType.TERRAFORM_PLAN: PlanRunner,
    CheckType.CLOUDFORMATION: CloudFormationRunner,
}


@pytest.fixture
def verdicts(write_files, caplog):
    """Scan files with one of Checkov's runners; returns the verdict of every access key by its resource name."""

    def scan(framework, files):
        register()
        folder = write_files(files)
        caplog.clear()
        with caplog.at_level(logging.WARNING):
            runner_filter = RunnerFilter(framework=[framework], checks=["CKV2_KEYS_*"])
            report = RUNNERS[framework]().run(root_folder=str(folder), runner_filter=runner_filter)
        found = {}
        for record in [*report.passed_checks, *report.failed_checks, *report.skipped_checks]:
            name = record.resource.removeprefix("AWS::IAM::AccessKey.")
            assert name not in found, f"{name} is reported twice"
            found[name] = record.check_result["result"].value.lower()
        for message in (record.getMessage() for record in caplog.records):
            unknown = re.fullmatch(r"CKV2_KEYS_1 UNKNOWN for (\S+): .*", message)
            if unknown:
                found[unknown.group(1)] = "unknown"
        return found

    return scan


@pytest.fixture
def assert_as_named():
    """Hold verdicts to the names: every resource says `pass`, `fail` or `unknown` itself, or its module does."""
    words = {"passed": "pass", "failed": "fail", "unknown": "unknown", "skipped": "skip"}

    def check(found, expected_count):
        assert expected_count == len(found), found
        for name, verdict in found.items():
            said = re.findall(r"(pass|fail|unknown|skip)(?=[_A-Z0-9])", name)
            assert said, f"{name} does not say what is expected"
            assert said[-1] == words[verdict], f"{name} is {verdict}: {found}"

    return check
