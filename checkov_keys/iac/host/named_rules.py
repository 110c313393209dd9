"""Rules that run only if somebody names them, in Checkov's command too, which runs every check if none is named."""

from __future__ import annotations

import copy
from functools import partial, wraps
from typing import TYPE_CHECKING, Any, Callable

from checkov.runner_filter import RunnerFilter

from checkov_keys.domain.rules.family import TEMPLATE_RULES

if TYPE_CHECKING:
    from checkov.common.graph.checks_infra.registry import BaseRegistry

_IF_NAMED = frozenset(rule.text.id for rule in TEMPLATE_RULES if rule.text.if_named)


def restrict_to_named(runner_filter: RunnerFilter) -> RunnerFilter:
    """Return a filter that also leaves out a rule which runs only if it is named, unless --check names it.

    A severity in --check names no rule.
    """
    restricted = copy.copy(runner_filter)
    # An attribute of this one filter: Checkov asks it check by check.
    restricted.should_run_check = partial(_should_run, runner_filter)  # type: ignore[method-assign]
    return restricted


def restrict_graph_checks(registry: BaseRegistry) -> None:
    """Have a registry run its graph checks through such a filter, and return them in the order of their ids.

    It is done once, however often this is called.
    """
    if not hasattr(registry.run_checks, "__wrapped__"):
        registry.run_checks = _restrict(registry.run_checks)  # type: ignore[method-assign]


def _restrict(run_checks: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(run_checks)
    def run_restricted(graph_connector: Any, runner_filter: RunnerFilter, report_type: str) -> dict[Any, Any]:  # noqa: ANN401
        results = run_checks(graph_connector, restrict_to_named(runner_filter), report_type)
        # Checkov runs its graph checks side by side, and has them in the order in which they end.
        return dict(sorted(results.items(), key=lambda result: str(result[0].id)))

    return run_restricted


def _should_run(runner_filter: RunnerFilter, check: Any = None, *args: Any, **kwargs: Any) -> bool:  # noqa: ANN401
    number = getattr(check, "id", None) or kwargs.get("check_id")
    if number in _IF_NAMED and not RunnerFilter.check_matches(number, None, runner_filter.checks):
        return False
    return bool(runner_filter.should_run_check(check, *args, **kwargs))
