"""Serverless Framework: the access keys under `resources` of a serverless.yml.

Checkov's Serverless runner runs no graph checks. It hands every resource of `resources: {Resources: …}` to the checks
of CloudFormation resources, one by one, so such a check judges one key and reads the file for the others.

https://www.checkov.io/3.Custom%20Policies/Python%20Custom%20Policies.html
https://www.serverless.com/framework/docs/providers/aws/guide/resources
"""

from __future__ import annotations

import logging
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable

from checkov.cloudformation.checks.resource.base_resource_check import BaseResourceCheck
from checkov.cloudformation.checks.resource.registry import cfn_registry
from checkov.cloudformation.graph_manager import CloudformationGraphManager
from checkov.common.bridgecrew.severities import Severities
from checkov.common.graph.db_connectors.networkx.networkx_db_connector import NetworkxConnector
from checkov.common.graph.graph_builder.graph_components.attribute_names import CustomAttributes
from checkov.common.models.enums import CheckCategories, CheckResult
from checkov.serverless.utils import SLS_FILE_MASK, get_files_definitions

from checkov_keys.domain.rules.family import TEMPLATE_RULES
from checkov_keys.domain.rules.judging import TemplateRule
from checkov_keys.domain.users import Unjudged
from checkov_keys.iac.cloudformation.reader import CloudFormationReader
from checkov_keys.iac.host.graph_check import AccessKeyGraphCheck
from checkov_keys.iac.host.named_rules import restrict_to_named
from checkov_keys.iac.host.scan_notes import note_unjudged

if TYPE_CHECKING:
    from checkov.common.typing import LibraryGraph, _CheckResult, _SkippedCheck

logger = logging.getLogger(__name__)


def register_serverless() -> None:
    """Put every rule into the registry that the Serverless runner asks, once, however often this is called."""
    if not hasattr(cfn_registry.scan, "__wrapped__"):
        cfn_registry.scan = _restrict(cfn_registry.scan)  # type: ignore[method-assign]
    present = {check.id for check in cfn_registry.get_checks(CloudFormationReader.key_types[0])}
    for rule in TEMPLATE_RULES:
        if isinstance(rule, TemplateRule) and rule.text.id not in present:
            # It enters the registry by itself, as Checkov's own checks do.
            ServerlessAccessKeyCheck(rule)


def _restrict(scan: Callable[..., Any]) -> Callable[..., Any]:
    """Return a registry's method that does not run rules in a serverless.yml which nobody names."""

    @wraps(scan)
    def scan_restricted(scanned_file: str, entity: Any, skipped_checks: Any, runner_filter: Any, *args: Any) -> Any:  # noqa: ANN401
        if Path(scanned_file).name in SLS_FILE_MASK:
            runner_filter = restrict_to_named(runner_filter)
        return scan(scanned_file, entity, skipped_checks, runner_filter, *args)

    return scan_restricted


class ServerlessAccessKeyCheck(BaseResourceCheck):
    """Judge an access key of a serverless.yml by one rule, among all of its file, as the template that it becomes."""

    def __init__(self, rule: TemplateRule) -> None:
        """Copy the rule's texts to Checkov's attributes, and enter Checkov's registry."""
        super().__init__(
            name=rule.text.name,
            id=rule.text.id,
            categories=[CheckCategories[rule.text.category]],
            supported_resources=list(CloudFormationReader.key_types),
            guideline=rule.text.guideline,
        )
        self.severity = Severities[rule.text.severity]  # type: ignore[assignment]  # None until somebody sets it
        self.benchmarks = rule.text.encode_benchmarks()  # type: ignore[assignment]  # as Checkov's platform nests them
        self._rule = rule
        # What is known of the file that was read last: Checkov asks file by file.
        self._read: tuple[str, int] | None = None
        self._results: dict[str, CheckResult] = {}

    def run(
        self,
        scanned_file: str,
        entity_configuration: dict[str, Any],
        entity_name: str,
        entity_type: str,
        skip_info: _SkippedCheck,
    ) -> _CheckResult:
        """Answer for the Serverless runner only: the CloudFormation runner asks the same registry."""
        if Path(scanned_file).name not in SLS_FILE_MASK:
            return {"result": CheckResult.UNKNOWN}
        return super().run(scanned_file, entity_configuration, entity_name, entity_type, skip_info)

    def scan_resource_conf(self, conf: dict[str, Any]) -> CheckResult:
        """Return the verdict over the key that Checkov asks for; unknown if it does not exist or has no user.

        Checkov takes an exception raised here for an unknown result, which it does not report, so a file that its own
        parser cannot read a second time is logged and makes the key FAILED. The graph check fails closed by itself.
        """
        del conf
        path, _, name = self.entity_path.partition(f":{self.entity_type}:")
        address = f"{self.entity_type}.{name}"
        try:
            return self._results_of(path).get(address, CheckResult.UNKNOWN)
        except (AttributeError, LookupError, OSError, RuntimeError, TypeError, ValueError) as error:
            reason = f"the check {self.id} broke: {type(error).__name__}: {error}"
            logger.exception("%s; %s in %s is reported as FAILED", reason, address, path)
            note_unjudged(Unjudged(address, reason))
            return CheckResult.FAILED

    def _results_of(self, path: str) -> dict[str, CheckResult]:
        """Return the result of every key of a file, by its name in Checkov's graph."""
        read = path, Path(path).stat().st_mtime_ns
        if read != self._read:
            definitions, _ = get_files_definitions([path])
            graph = resources_graph(path, definitions[path]["resources"])
            verdicts = AccessKeyGraphCheck(self._rule, CloudFormationReader()).run(graph)
            results = (CheckResult.PASSED, CheckResult.FAILED, CheckResult.UNKNOWN)
            self._results = {
                vertex[CustomAttributes.ID]: result
                for result, vertices in zip(results, verdicts)
                for vertex in vertices
            }
            self._read = read
        return self._results


def resources_graph(path: str, resources: dict[str, Any]) -> LibraryGraph:
    """Return the `resources` of a serverless.yml as the graph of the template that they become."""
    manager = CloudformationGraphManager(db_connector=NetworkxConnector())
    return manager.save_graph(manager.build_graph_from_definitions({path: resources}))
