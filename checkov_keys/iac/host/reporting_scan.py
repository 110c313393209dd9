"""What Checkov's runners find in a directory or in files, run without Checkov's main."""

from __future__ import annotations

import copy
import logging
import os
import re
from contextlib import nullcontext
from typing import TYPE_CHECKING, NamedTuple

from checkov.common.parallelizer.parallel_runner import parallel_runner
from checkov.runner_filter import RunnerFilter

from checkov_keys.domain.users import Unjudged
from checkov_keys.iac.host.broken_files import SEPARABLE, BrokenFile, find_broken_files, list_files
from checkov_keys.iac.host.registration import register
from checkov_keys.iac.host.runners import runner_type
from checkov_keys.iac.host.scan_notes import no_notes
from checkov_keys.iac.selection.file_selection import Target

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from checkov.common.output.report import Report

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
        broken += [Unjudged(file.path, f"Checkov's runner broke at it: {file.fault}") for file in result.files]
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


def bound_effort(framework: str) -> AbstractContextManager[None]:
    """Return what keeps Checkov from evaluating what only this pack's readers evaluate, in bounded time."""
    if framework not in ("terraform", "terraform_json"):
        return nullcontext()
    from checkov_keys.iac.host.bounded_graph import bound_graphs  # noqa: PLC0415  # imports Checkov's code of Terraform

    return bound_graphs()


class _Result(NamedTuple):
    framework: str
    reports: list[Report]
    fault: str = ""
    files: tuple[BrokenFile, ...] = ()


class NoReportError(RuntimeError):
    """A runner of Checkov has returned nothing."""


def _run(framework: str, target: Target, runner_filter: RunnerFilter) -> _Result:
    """Run a new runner; if it breaks at some files, run it without them, and name these."""
    # Here, since not every kind of process has what was registered in another one.
    register((framework,))
    try:
        return _Result(framework, _run_new(framework, target, runner_filter))
    except Exception as error:  # whatever Checkov breaks at
        broken = _find_broken(framework, target, runner_filter) if framework in SEPARABLE else None
        if not broken:
            if isinstance(error, NoReportError):
                return _Result(framework, [], str(error))
            logger.exception("Checkov's %s runner broke on %s", framework, target)
            return _Result(framework, [], " ".join(f"{type(error).__name__}: {error}".split()))
    names = [file.path for file in broken]
    left = target._replace(
        files=tuple(file for file in target.files if file not in names),
        excluded=(*target.excluded, *(re.escape(name) for path in names for name in {path, os.path.abspath(path)})),  # noqa: PTH100
    )
    again = copy.copy(runner_filter)
    again.excluded_paths = list(left.excluded)
    reports = [] if target.files and not left.files else _run_new(framework, left, again)
    # What a record says of the broken files was noted, if at all, while these were looked for.
    return _Result(framework, reports, files=tuple(broken))


def _run_new(framework: str, target: Target, runner_filter: RunnerFilter) -> list[Report]:
    """Run a new runner: a used one takes what it has read for what it should read."""
    runner, files = runner_type(framework)(), list(target.files) or None
    with bound_effort(framework):
        report = runner.run(root_folder=target.directory, files=files, runner_filter=runner_filter)
    if report is None:
        raise NoReportError("it made no report")
    return report if isinstance(report, list) else [report]


def _find_broken(framework: str, target: Target, runner_filter: RunnerFilter) -> list[BrokenFile] | None:
    """Return the files at which a runner breaks, None if it is not known."""
    files = list(target.files) or list_files(target.directory or "", target.excluded, framework)
    with no_notes():
        return find_broken_files(
            lambda some: _run_new(framework, Target(None, tuple(some), (framework,)), runner_filter), files
        )
