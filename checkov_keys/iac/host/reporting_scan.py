"""What Checkov's runners find in a directory or in files, run without Checkov's main."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Any

from checkov.common.bridgecrew.check_type import CheckType
from checkov.common.models.enums import CheckResult, ParallelizationType
from checkov.common.output.report import merge_reports, remove_duplicate_results
from checkov.common.parallelizer.parallel_runner import parallel_runner
from checkov.common.util.tqdm_utils import ProgressBar

from checkov_keys.domain.users import Unjudged
from checkov_keys.iac.host.registration import register
from checkov_keys.iac.host.scan_notes import collect_notes, note_apart
from checkov_keys.iac.host.scan_runs import VERDICT, RunResult, plan_runs, run_once
from checkov_keys.iac.host.side_by_side import run_side_by_side

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from checkov.common.output.record import Record
    from checkov.common.output.report import Report

    from checkov_keys.iac.host.scan_runs import ScanFlags, ScanRun
    from checkov_keys.iac.selection.file_selection import Target

logger = logging.getLogger(__name__)

# Each process takes some sixty megabytes of its own. Checkov's own variable allows more, or fewer.
_MOST_PROCESSES = 4
_WORKERS = "CHECKOV_WORKERS_NUMBER"
# In the order in which Checkov reports them.
_VERDICTS = (CheckResult.PASSED, CheckResult.FAILED)


def run_frameworks(target: Target, flags: ScanFlags) -> tuple[list[Report], list[Unjudged]]:
    """Return the reports of the frameworks' runners in their order, and which of them broke.

    Several runs go side by side, each in a process of its own if Checkov starts processes here.
    """
    # Runners take more files than those of Checkov once checks are registered.
    register(target.frameworks)
    runs = list(plan_runs(target))
    if not runs:
        logger.error("No runner of Checkov scans %s: see --framework", target)
    reports: dict[str, list[Report]] = {}
    broken: list[Unjudged] = []
    for run, result in zip(runs, _run_all(runs, flags)):
        for report in result.reports:
            reports.setdefault(report.check_type, []).append(report)
        if result.fault:
            broken.append(Unjudged(run.describe(), f"Checkov's runner broke: {result.fault}"))
        broken += [Unjudged(file.path, f"Checkov's runner broke at it: {file.fault}") for file in result.files]
    for parts in reports.values():
        _join(parts)
    return [parts[0] for parts in reports.values()], broken


def _run_all(runs: Sequence[ScanRun], flags: ScanFlags) -> Iterator[RunResult]:
    """Yield the results of the runs in their order."""
    if len(runs) == 1 or parallel_runner.type != ParallelizationType.FORK:
        # What a run changes of Checkov for its time would be changed for other threads, too.
        yield from (run_once(run, flags) for run in runs)
        return
    # Whoever sets the variable may have set any number.
    processes = max(1, parallel_runner.workers_number)
    if not os.environ.get(_WORKERS):
        processes = min(processes, _MOST_PROCESSES)
    bar = _Bar(runs, flags)
    calls = [(number, run, flags) for number, run in enumerate(runs)]
    for number, result in enumerate(run_side_by_side(_run_apart, calls, processes)):
        collect_notes(number)
        bar.tell(runs[number])
        yield result or RunResult([], "its process ended without a report")
    bar.close()


def _run_apart(number: int, run: ScanRun, flags: ScanFlags) -> RunResult:
    """Run in a process beside others, whose notes are read in the order of the runs."""
    with note_apart(number):
        return run_once(run, flags)


class _Bar:
    """Tells how far the batches of a framework are, as Checkov tells it of the files of one run."""

    def __init__(self, runs: Sequence[ScanRun], flags: ScanFlags) -> None:
        batches = [run for run in runs if run.is_batch]
        self._bar = ProgressBar(batches[0].framework) if batches and not flags.quiet else None
        if self._bar:
            self._bar.initiate(len(batches))

    def tell(self, run: ScanRun) -> None:
        """Note that a run has ended."""
        if self._bar and run.is_batch:
            self._bar.update()

    def close(self) -> None:
        """Leave the line of the bar."""
        if self._bar:
            self._bar.close()


def _join(parts: Sequence[Report]) -> None:
    """Make the first of a framework's reports one of all of them: with the records of a single run, in its order."""
    joined = parts[0]
    for part in parts[1:]:
        merge_reports(joined, part)
    if len(parts) > 1:
        for records in (joined.passed_checks, joined.failed_checks, joined.skipped_checks):
            records.sort(key=_find_place)
            for record in records:
                record.check_result.pop(VERDICT, None)  # type: ignore[misc]  # a key of our own
        if joined.check_type == CheckType.TERRAFORM:
            # As its runner does with those of one run.
            remove_duplicate_results(joined)
    # A module that does not parse is in every batch that calls it.
    joined.parsing_errors = sorted(set(joined.parsing_errors))


def _find_place(record: Record) -> tuple[str, int]:
    """Return where a record is among others: Checkov has them by rule and verdict, then as they were found."""
    noted: dict[str, Any] = dict(record.check_result)
    verdict = noted.get(VERDICT, noted["result"])
    return str(record.check_id), _VERDICTS.index(verdict) if verdict in _VERDICTS else len(_VERDICTS)
