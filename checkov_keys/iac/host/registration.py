"""How this pack's checks enter Checkov's registries."""

from __future__ import annotations

from pkgutil import resolve_name
from typing import TYPE_CHECKING

from checkov.common.checks_infra.registry import get_graph_checks_registry
from checkov.runner_filter import RunnerFilter

from checkov_keys.domain.rules.family import TEMPLATE_RULES
from checkov_keys.domain.rules.judging import SinkRule, TemplateRule
from checkov_keys.iac.common.frameworks import FRAMEWORKS
from checkov_keys.iac.host.exposure_check import ExposedSecretGraphCheck
from checkov_keys.iac.host.graph_check import AccessKeyGraphCheck
from checkov_keys.iac.host.named_rules import restrict_graph_checks
from checkov_keys.iac.host.runners import reader_of, secret_reader_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checkov.common.graph.checks_infra.base_check import BaseGraphCheck

# What a runner needs beside its registry, imported with the framework: each imports Checkov's code of one language.
_PREPARED = {
    "terraform": "terraform_runners:prepare_native_runner",
    "terraform_json": "terraform_runners:prepare_json_runner",
    "terraform_plan": "plan_runner:prepare_plan_runner",
    "cloudformation": "cloudformation_runner:prepare_cloudformation_runner",
    "kubernetes": "kubernetes_names:prepare_kubernetes_runner",
    "ansible": "ansible_files:prepare_ansible_runner",
    "serverless": "serverless_exposures:prepare_serverless_runner",
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
        registry = get_graph_checks_registry(reader_of(framework).framework)
        restrict_graph_checks(registry)
        present = {check.id for check in registry.checks}
        missing = [rule for rule in TEMPLATE_RULES if rule.text.id not in present]
        registry.checks.extend(check for rule in missing for check in _make_checks(rule, framework))
    for rule in TEMPLATE_RULES:
        RunnerFilter.notify_external_check(rule.text.id)


def _make_checks(rule: TemplateRule | SinkRule, framework: str) -> Iterator[BaseGraphCheck]:
    """Yield the graph check of a rule; none if nothing follows secrets in the framework's language."""
    if isinstance(rule, TemplateRule):
        yield AccessKeyGraphCheck(rule, reader_of(framework))
        return
    secret_reader = secret_reader_of(framework)
    if secret_reader is not None:
        yield ExposedSecretGraphCheck(rule, secret_reader)


def prepare_runner(framework: str) -> None:
    """Give a runner what this pack needs of it beside a registry; once, however often this is called."""
    if framework in _PREPARED:
        resolve_name(f"checkov_keys.iac.host.{_PREPARED[framework]}")()
