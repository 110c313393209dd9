"""How this pack's checks enter Checkov's registries."""

from __future__ import annotations

from pkgutil import resolve_name
from typing import TYPE_CHECKING

from checkov.common.checks_infra.registry import get_graph_checks_registry
from checkov.runner_filter import RunnerFilter

from checkov_keys.domain.rules.family import TEMPLATE_RULES
from checkov_keys.iac.common.frameworks import FRAMEWORKS
from checkov_keys.iac.host.graph_check import AccessKeyGraphCheck
from checkov_keys.iac.host.named_rules import restrict_graph_checks
from checkov_keys.iac.host.runners import reader_of

if TYPE_CHECKING:
    from collections.abc import Iterable

# What a runner needs beside its registry, imported with the framework: each imports Checkov's code of one language.
_PREPARED = {
    "terraform": "terraform_runners:prepare_native_runner",
    "terraform_json": "terraform_runners:prepare_json_runner",
    "terraform_plan": "plan_runner:prepare_plan_runner",
    "cloudformation": "cloudformation_yaml:prepare_cloudformation_runner",
    "kubernetes": "kubernetes_names:prepare_kubernetes_runner",
    "ansible": "ansible_files:prepare_ansible_runner",
    "serverless": "serverless_check:register_serverless",
}


def register(frameworks: Iterable[str] = FRAMEWORKS) -> None:
    """Put every rule into the registries of these frameworks' runners, once, however often this is called.

    Terraform HCL, Terraform JSON and plans share Checkov's registry "terraform"; Kubernetes manifests, Helm charts and
    Kustomizations share "kubernetes". Checkov executes external checks once per runner, and leaves checks that it was
    not told of out of `--run-all-external-checks`.
    """
    for framework in frameworks:
        prepare_runner(framework)
        if framework == "serverless":
            # Its runner asks no registry of graph checks.
            continue
        reader = reader_of(framework)
        registry = get_graph_checks_registry(reader.framework)
        restrict_graph_checks(registry)
        checks = registry.checks
        present = {check.id for check in checks}
        checks.extend(AccessKeyGraphCheck(rule, reader) for rule in TEMPLATE_RULES if rule.text.id not in present)
    for rule in TEMPLATE_RULES:
        RunnerFilter.notify_external_check(rule.text.id)


def prepare_runner(framework: str) -> None:
    """Give a runner what this pack needs of it beside a registry; once, however often this is called."""
    if framework in _PREPARED:
        resolve_name(f"checkov_keys.iac.host.{_PREPARED[framework]}")()
