"""Checkov's runner of Terraform plans, as far as this pack needs more than its graph.

The graph holds what a plan changes. A plan made with `-target` or `-refresh-only` leaves keys alone that exist, and the
file may have nothing else. `prepare_plan_runner` lets the runner note its files on the graph before checks run, and
finds the lines of what a reader adds to it, from which records are made.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from checkov.common.graph.graph_builder.graph_components.attribute_names import CustomAttributes
from checkov.common.util.consts import START_LINE
from checkov.terraform.plan_runner import Runner as PlanRunner

from checkov_keys.domain.rules.family import TEMPLATE_RULES
from checkov_keys.iac.common.graph_view import note_on_graph
from checkov_keys.iac.terraform.addresses import ADDRESS
from checkov_keys.iac.terraform.resource_types import KEY_TYPES
from checkov_keys.iac.terraform.vertices import MADE_HERE

if TYPE_CHECKING:
    from checkov.common.graph.checks_infra.base_check import BaseGraphCheck
    from checkov.common.typing import LibraryGraph, _CheckResult
    from checkov.runner_filter import RunnerFilter

_OURS = frozenset(rule.text.id for rule in TEMPLATE_RULES)
_STARS = "****"
_SECRETS = ("secret", "ses_smtp_password_v4")
_SECRET_LINE = re.compile(rf'("(?:{"|".join(_SECRETS)})":\s*)"(?:[^"\\]|\\.)*"')
_find_checkovs_context = PlanRunner.get_entity_context_and_evaluations


def prepare_plan_runner() -> None:
    """Have the runner tell the checks which plans it scans; once, however often this is called."""
    if "run_graph_checks_results" not in vars(PlanRunner):
        PlanRunner.run_graph_checks_results = _run_graph_checks_results  # type: ignore[method-assign]
        PlanRunner.get_entity_context_and_evaluations = _find_context  # type: ignore[method-assign]


def _run_graph_checks_results(
    self: Any,  # noqa: ANN401  # a method
    runner_filter: RunnerFilter,
    report_type: str,
    graph: LibraryGraph | None = None,
) -> dict[BaseGraphCheck, list[_CheckResult]]:
    if graph is None and self.graph_manager:
        graph = self.graph_manager.get_reader_endpoint()
    run_checks = super(PlanRunner, self).run_graph_checks_results
    # Deep analysis judges the graph of the sources.
    if graph is None or (self.deep_analysis and self.repo_root_for_plan_enrichment):
        results: dict[BaseGraphCheck, list[_CheckResult]] = run_checks(runner_filter, report_type, graph)
    else:
        with note_on_graph(graph, "plans", tuple(str(path) for path in self.definitions or ())):
            results = run_checks(runner_filter, report_type, graph)
    for check, found in results.items():
        if check.id in _OURS:
            found[:] = [{**result, "entity": _hide_secrets(result["entity"])} for result in found]
    return results


def _hide_secrets(entity: dict[str, Any]) -> dict[str, Any]:
    """Return an entity of a record without the secrets that a plan over an existing state tells of a key."""
    if entity.get(CustomAttributes.RESOURCE_TYPE) not in KEY_TYPES:
        return entity
    return {**entity, CustomAttributes.CONFIG: _hide(entity.get(CustomAttributes.CONFIG))}


def _hide(config: object) -> object:
    if not isinstance(config, dict):
        return config
    return {name: _STARS if name in _SECRETS else _hide(each) for name, each in config.items()}


def _find_context(self: Any, entity: dict[str, Any]) -> dict[str, Any] | None:  # noqa: ANN401  # a method
    """Return where an entity is, for its record. What a reader made shows no values: a state holds secrets."""
    if not entity.get(MADE_HERE):
        found: dict[str, Any] | None = _find_checkovs_context(self, entity)
        if not found or entity.get(CustomAttributes.RESOURCE_TYPE) not in KEY_TYPES:
            return found
        lines = [(number, _SECRET_LINE.sub(rf'\1"{_STARS}"', line)) for number, line in found.get("code_lines", ())]
        return {**found, "code_lines": lines}
    address, line = entity[ADDRESS], entity[START_LINE]
    return {
        "start_line": line,
        "end_line": line,
        "code_lines": [(line, f"{address}\n")],
        "address": address,
        "definition_path": entity[CustomAttributes.BLOCK_NAME].split("."),
    }
