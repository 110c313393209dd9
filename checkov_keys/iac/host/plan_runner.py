"""Checkov's runner of Terraform plans, as far as this pack needs more than its graph.

The graph holds what a plan changes. A plan made with `-target` or `-refresh-only` leaves keys alone that exist, and the
file may have nothing else. `prepare_plan_runner` lets the runner note its files on the graph before checks run, and
gives what a reader adds to it a place in the runner's context, from which it makes records.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checkov.common.graph.graph_builder.graph_components.attribute_names import CustomAttributes
from checkov.common.util.consts import START_LINE
from checkov.terraform.plan_runner import Runner as PlanRunner

from checkov_keys.domain.rules.family import TEMPLATE_RULES
from checkov_keys.iac.common.graph_view import note_on_graph
from checkov_keys.iac.terraform.addresses import ADDRESS
from checkov_keys.iac.terraform.vertices import MADE_HERE

if TYPE_CHECKING:
    from checkov.common.graph.checks_infra.base_check import BaseGraphCheck
    from checkov.common.typing import LibraryGraph, _CheckResult
    from checkov.runner_filter import RunnerFilter

_OURS = frozenset(rule.text.id for rule in TEMPLATE_RULES)


def prepare_plan_runner() -> None:
    """Have the runner tell the checks which plans it scans; once, however often this is called."""
    if "run_graph_checks_results" not in vars(PlanRunner):
        PlanRunner.run_graph_checks_results = _run_graph_checks_results  # type: ignore[method-assign]


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
        for result in found if check.id in _OURS else ():
            _complete(self.context, result["entity"])
    return results


def _complete(context: dict[str, Any], entity: dict[str, Any]) -> None:
    """Give what is not in the graph a place in the runner's context, without values: a state holds secrets."""
    if not entity.get(MADE_HERE):
        return
    address, line = entity[ADDRESS], entity[START_LINE]
    place = {"start_line": line, "end_line": line, "code_lines": [(line, f"{address}\n")], "address": address}
    context.setdefault(entity[CustomAttributes.FILE_PATH], {}).setdefault(address, place)
