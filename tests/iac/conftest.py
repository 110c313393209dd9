"""Run Checkov's real runners, in this process, over a folder."""

import logging
import re
from pathlib import Path

import pytest
from checkov.ansible.runner import Runner as AnsibleRunner
from checkov.cloudformation.runner import Runner as CloudFormationRunner
from checkov.common.bridgecrew.check_type import CheckType
from checkov.kubernetes.runner import Runner as KubernetesRunner
from checkov.runner_filter import RunnerFilter
from checkov.serverless.runner import Runner as ServerlessRunner
from checkov.terraform.plan_runner import Runner as PlanRunner
from checkov.terraform.runner import Runner as TerraformRunner
from checkov.terraform_json.runner import TerraformJsonRunner

from checkov_keys.iac.host.registration import register

RUNNERS = {
    CheckType.TERRAFORM: TerraformRunner,
    CheckType.TERRAFORM_JSON: TerraformJsonRunner,
    CheckType.TERRAFORM_PLAN: PlanRunner,
    CheckType.CLOUDFORMATION: CloudFormationRunner,
    CheckType.ANSIBLE: AnsibleRunner,
    CheckType.KUBERNETES: KubernetesRunner,
    CheckType.SERVERLESS: ServerlessRunner,
}
UNKNOWN = re.compile(r"CKV2_KEYS_1 UNKNOWN for (.+?): .*", re.DOTALL)


@pytest.fixture
def runners():
    """Checkov's runners by framework."""
    return RUNNERS


@pytest.fixture
def scan(caplog):
    """Scan a folder with one of Checkov's runners; returns (resource, verdict) of every access key, in any order."""

    def verdicts(framework, folder, **settings):
        register()
        caplog.clear()
        with caplog.at_level(logging.WARNING):
            runner_filter = RunnerFilter(framework=[framework], checks=["CKV2_KEYS_1"], **settings)
            report = RUNNERS[framework]().run(root_folder=str(folder), runner_filter=runner_filter)
        records = [*report.passed_checks, *report.failed_checks, *report.skipped_checks]
        found = [(record.resource, record.check_result["result"].value.lower()) for record in records]
        ours = [record for record in caplog.records if record.name.startswith("checkov_keys")]
        unknown = (UNKNOWN.fullmatch(record.getMessage()) for record in ours)
        assert not [record for record in ours if record.exc_info], caplog.text
        return [*found, *((match.group(1), "unknown") for match in unknown if match)]

    return verdicts


@pytest.fixture
def copy_case():
    """Copy a case into a folder under its files' true names; returns their texts."""

    def copy(case, folder):
        texts = []
        for file in filter(Path.is_file, case.rglob("*")):
            path = folder / file.relative_to(case).with_name(file.name.removesuffix(".txt"))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.read_bytes())
            texts.append(path.read_text(encoding="utf-8"))
        return texts

    return copy
