"""What Checkov's runners find in a directory or in files, run without Checkov's main."""

from __future__ import annotations

import logging
from contextlib import nullcontext
from typing import TYPE_CHECKING, NamedTuple

from checkov.common.parallelizer.parallel_runner import parallel_runner
from checkov.runner_filter import RunnerFilter

from checkov_keys.domain.users import Unjudged
from checkov_keys.iac.host.registration import register
from checkov_keys.iac.host.runners import runner_type

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from checkov.common.output.report import Report

    from checkov_keys.iac.selection.file_selection import Target

logger = logging.getLogger(__name__)


class ScanFlags(NamedTuple):
    """How Checkov's runners run, as Checkov's flags say it: rules' ids, --var-file, --quiet."""

    checks: tuple[str, ...]
    var_files: tuple[str, ...] = ()
    quiet: bool = False


def run_frameworks(target: Target, flags: ScanFlags) -> tuple[list[Report], list[Unjudged]]:
    """Return the reports of the frameworks' runners in their order, and which of them broke.

    Several runners run side by side, each in a process of its own if Checkov does so.
    """
    # Runners take more files than those of Checkov once checks are registered.
    register(target.frameworks)
    runner_filter = RunnerFilter(
        framework=list(target.frameworks),
        checks=list(flags.checks),
        excluded_paths=list(target.excluded),
        var_files=list(flags.var_files) or None,
        show_progress_bar=not flags.quiet,
        # As Checkov's flags say it if they are not given.
        download_external_modules=None,
    )
    runs = [(framework, target, runner_filter) for framework in target.frameworks if _is_needed(framework, target)]
    if not runs:
        logger.error("No runner of Checkov scans %s: see --framework", target)
    results = _run_side_by_side(runs) if len(runs) > 1 else [_run(*run) for run in runs]
    found = {result.framework: result for result in results}
    reports: list[Report] = []
    broken: list[Unjudged] = []
    for framework, *_ in runs:
        result = found.get(framework) or _Result(framework, [], "its process ended without a report")
        reports += result.reports
        if result.fault:
            reason = f"Checkov's runner broke: {result.fault}"
            broken.append(Unjudged(f"every {framework} template in {target}", reason))
    return reports, broken


def _is_needed(framework: str, target: Target) -> bool:
    """Tell whether Checkov would run a framework: over files it goes by their names."""
    return not target.files or any(map(runner_type(framework)().should_scan_file, target.files))


def _run_side_by_side(runs: list[tuple[str, Target, RunnerFilter]]) -> Iterator[_Result]:
    """Yield the results of several runs as they become ready; a process that was killed has none."""
    try:
        yield from parallel_runner.run_function(_run, runs, group_size=1)
    except Exception:
        # Checkov raises here whatever went wrong in another process when it handed its result over.
        logger.exception("A report of Checkov's runners was lost")


def _bound_effort(framework: str) -> AbstractContextManager[None]:
    """Return what keeps Checkov from evaluating what only this pack's readers evaluate, in bounded time."""
    if framework not in ("terraform", "terraform_json"):
        return nullcontext()
    from checkov_keys.iac.host.bounded_graph import bound_graphs  # noqa: PLC0415  # imports Checkov's code of Terraform

    return bound_graphs()


class _Result(NamedTuple):
    framework: str
    reports: list[Report]
    fault: str = ""


def _run(framework: str, target: Target, runner_filter: RunnerFilter) -> _Result:
    """Run a new runner: a used one takes what it has read for what it should read."""
    # Here, since not every kind of process has what was registered in another one.
    register((framework,))
    runner, files = runner_type(framework)(), list(target.files) or None
    try:
        with _bound_effort(framework):
            report = runner.run(root_folder=target.directory, files=files, runner_filter=runner_filter)
    except Exception as error:
        logger.exception("Checkov's %s runner broke on %s", framework, target)
        return _Result(framework, [], " ".join(f"{type(error).__name__}: {error}".split()))
    if report is None:
        return _Result(framework, [], "it made no report")
    return _Result(framework, report if isinstance(report, list) else [report])
