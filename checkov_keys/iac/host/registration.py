"""How this pack's checks enter Checkov's registries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkov.common.checks_infra.registry import get_graph_checks_registry
from checkov.runner_filter import RunnerFilter

from checkov_keys.domain.rules import RULES
from checkov_keys.iac.common.frameworks import FRAMEWORKS
from checkov_keys.iac.host.graph_check import AccessKeyGraphCheck
from checkov_keys.iac.host.runners import reader_of

if TYPE_CHECKING:
    from collections.abc import Iterable


def register(frameworks: Iterable[str] = FRAMEWORKS) -> None:
    """Put every rule into the registries that the runners of these frameworks ask, once, however often this is called.

    Terraform HCL, Terraform JSON and plans share Checkov's registry "terraform"; Kubernetes manifests, Helm charts and
    Kustomizations share "kubernetes". Checkov executes external checks once a runner, and leaves checks that it was
    not told of out of `--run-all-external-checks`.
    """
    for framework in frameworks:
        if framework in ("terraform", "terraform_json"):
            from checkov_keys.iac.host.terraform_runners import prepare_runner  # noqa: PLC0415  # of one language

            prepare_runner(framework)
        if framework == "serverless":
            # Its runner asks no registry of graph checks.
            from checkov_keys.iac.host.serverless_check import register_serverless  # noqa: PLC0415  # of one language

            register_serverless()
            continue
        reader = reader_of(framework)
        checks = get_graph_checks_registry(reader.framework).checks
        present = {check.id for check in checks}
        checks.extend(AccessKeyGraphCheck(rule, reader) for rule in RULES if rule.id not in present)
    for rule in RULES:
        RunnerFilter.notify_external_check(rule.id)
