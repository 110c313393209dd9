"""Which readers serve which of Checkov's frameworks, and how their checks enter Checkov's registries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkov.cloudformation.checks.resource.registry import cfn_registry
from checkov.common.checks_infra.registry import get_graph_checks_registry
from checkov.runner_filter import RunnerFilter

from checkov_keys.domain.rules import RULES
from checkov_keys.iac.ansible_reader import AnsibleReader
from checkov_keys.iac.cloudformation_reader import CloudFormationReader
from checkov_keys.iac.crossplane_reader import CrossplaneReader
from checkov_keys.iac.graph_check import AccessKeyGraphCheck
from checkov_keys.iac.serverless_check import ServerlessAccessKeyCheck
from checkov_keys.iac.terraform_reader import TerraformReader

if TYPE_CHECKING:
    from checkov_keys.iac.template_readers import TemplateReader

# Terraform HCL, Terraform JSON and plans share Checkov's registry "terraform"; Kubernetes manifests, Helm charts and
# Kustomizations share "kubernetes".
READERS: tuple[TemplateReader, ...] = (TerraformReader(), CloudFormationReader(), CrossplaneReader(), AnsibleReader())


def register() -> None:
    """Put every rule into the registry of every reader's framework, once, however often this is called.

    Checkov executes external checks once a runner, and leaves checks that it was not told of out of
    `--run-all-external-checks`.
    """
    for reader in READERS:
        checks = get_graph_checks_registry(reader.framework).checks
        present = {check.id for check in checks}
        checks.extend(AccessKeyGraphCheck(rule, reader) for rule in RULES if rule.id not in present)
    present = {check.id for check in cfn_registry.get_checks(CloudFormationReader.key_types[0])}
    for rule in RULES:
        if rule.id not in present:
            # It enters the registry by itself, as Checkov's own checks do.
            ServerlessAccessKeyCheck(rule)
        RunnerFilter.notify_external_check(rule.id)
