"""Checkov's runner of CloudFormation templates, as far as this pack needs more than its graph and its parser.

The runner makes records of resources only, from the lines in its context. A reader that finds something in an output
gives back a vertex of its own; here it gets a place in the context, with the output's lines and skip comments.
"""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING, Any

from checkov.cloudformation.context_parser import ContextParser
from checkov.cloudformation.runner import Runner
from checkov.common.graph.graph_builder.graph_components.attribute_names import CustomAttributes
from checkov.common.util.consts import END_LINE, START_LINE

from checkov_keys.domain.rules.family import TEMPLATE_RULES
from checkov_keys.iac.cloudformation.secret_reader import MADE_FOR
from checkov_keys.iac.cloudformation.template_file import indent_of, is_apart
from checkov_keys.iac.host.cloudformation_yaml import resolve_merge_keys

if TYPE_CHECKING:
    from checkov.common.graph.checks_infra.base_check import BaseGraphCheck
    from checkov.common.typing import LibraryGraph, _CheckResult
    from checkov.runner_filter import RunnerFilter

_OURS = frozenset(rule.text.id for rule in TEMPLATE_RULES)


def prepare_cloudformation_runner() -> None:
    """Have the runner resolve merge keys and make records of outputs; once, however often this is called."""
    resolve_merge_keys()
    if "run_graph_checks_results" not in vars(Runner):
        Runner.run_graph_checks_results = _run_graph_checks_results  # type: ignore[method-assign]


def _describe_output(entity: dict[str, Any], lines: list[tuple[int, str]]) -> dict[str, Any]:
    """Return what Checkov's context says of a block, for an output's vertex; `lines` are all of the file's."""
    first, last = entity[START_LINE], entity[END_LINE]
    code = [(number, text) for number, text in lines if first <= number <= last]
    # As with resources, comments above belong to what they are above of.
    above = reversed([text for number, text in lines if number < first])
    indentation = indent_of(code[0][1]) if code else 0
    comments = [(first, text) for text in takewhile(lambda text: is_apart(text, indentation), above)]
    skipped = ContextParser.collect_skip_comments([*comments, *code])
    return {"start_line": first, "end_line": last, "code_lines": code, "skipped_checks": skipped}


def _run_graph_checks_results(
    self: Any,  # noqa: ANN401  # a method
    runner_filter: RunnerFilter,
    report_type: str,
    graph: LibraryGraph | None = None,
) -> dict[BaseGraphCheck, list[_CheckResult]]:
    results: dict[BaseGraphCheck, list[_CheckResult]] = super(Runner, self).run_graph_checks_results(
        runner_filter, report_type, graph
    )
    for check, found in results.items():
        for result in found if check.id in _OURS else ():
            entity = result["entity"]
            if MADE_FOR in entity:
                path = entity[CustomAttributes.FILE_PATH]
                places = self.context.setdefault(path, {}).setdefault("Resources", {})
                place = _describe_output(entity, self.definitions_raw.get(path, []))
                places.setdefault(entity[CustomAttributes.BLOCK_NAME], place)
    return results
