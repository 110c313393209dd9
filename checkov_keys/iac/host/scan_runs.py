"""One run of one of Checkov's runners over a target, or over a part of it, and which runs a scan needs."""

from __future__ import annotations

import logging
import os
import re
from contextlib import ExitStack, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, NamedTuple

from checkov.runner_filter import RunnerFilter

from checkov_keys.iac.host.broken_files import SEPARABLE, BrokenFile, find_broken_files, list_files
from checkov_keys.iac.host.kept_walk import walk_to_kept
from checkov_keys.iac.host.registration import register
from checkov_keys.iac.host.root_batches import make_batches
from checkov_keys.iac.host.runners import runner_type
from checkov_keys.iac.host.scan_notes import no_notes
from checkov_keys.iac.selection.marks import JSON_SYNTAX, NATIVE
from checkov_keys.iac.terraform.module_files import is_module_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from contextlib import AbstractContextManager

    from checkov.common.output.report import Report

    from checkov_keys.iac.selection.file_selection import Target

logger = logging.getLogger(__name__)

# In a record's `check_result` of a batch: what a comment has made SKIPPED of.
VERDICT = "checkov_keys_verdict"
# The frameworks whose files are judged in batches, and how the files end that their runners report on.
_BATCHED = {"terraform": NATIVE, "terraform_json": JSON_SYNTAX}


class ScanFlags(NamedTuple):
    """How Checkov's runners run, as Checkov's flags say it: rules' ids, --var-file, --quiet."""

    checks: tuple[str, ...]
    var_files: tuple[str, ...] = ()
    quiet: bool = False


class ScanRun(NamedTuple):
    """A run of a framework's runner: over files if there are any, else over a directory or the files kept of it.

    `is_batch` tells whether other runs of the framework go over the other files that are kept.
    """

    framework: str
    directory: str | None
    files: tuple[str, ...] = ()
    skip_paths: tuple[str, ...] = ()
    kept: tuple[str, ...] | None = None
    is_batch: bool = False

    def describe(self) -> str:
        """Return what is not judged if the runner breaks."""
        target = self.directory or ", ".join(self.files)
        if self.is_batch:
            folders = sorted({os.path.dirname(path) for path in self.kept or ()})  # noqa: PTH120
            target = f"{len(folders)} directories of {target}, from {folders[0]} to {folders[-1]}"
        return f"every {self.framework} template in {target}"


class RunResult(NamedTuple):
    """What a run has found; if the runner broke, how, or at which files."""

    reports: list[Report]
    fault: str = ""
    files: tuple[BrokenFile, ...] = ()


class NoReportError(RuntimeError):
    """A runner of Checkov has returned nothing."""


def plan_runs(target: Target) -> Iterator[ScanRun]:
    """Yield the runs that a target needs, in the order of its frameworks: more than one of those with many modules."""
    batches: list[tuple[str, ...]] | None = None
    for framework in target.frameworks:
        whole = ScanRun(framework, target.directory, target.files, target.skip_paths)
        if target.files:
            # Checkov chooses among files by their names.
            if any(map(runner_type(framework)().should_scan_file, target.files)):
                yield whole
        elif target.kept is None:
            yield whole
        elif framework not in _BATCHED:
            yield whole._replace(kept=target.kept.files.get(framework, ()))
        else:
            batches = batches or make_batches(target.kept)
            endings = _BATCHED[framework]
            is_elsewhere = any(path.endswith(endings) for path in target.kept.elsewhere)
            own = [batch for batch in batches if is_elsewhere or any(path.endswith(endings) for path in batch)]
            yield from (whole._replace(kept=batch, is_batch=len(own) > 1) for batch in own)


def run_once(run: ScanRun, flags: ScanFlags) -> RunResult:
    """Run a new runner; if it breaks at some files, run it without them, and name these. Raises nothing."""
    # Here, since not every kind of process has what was registered in another one.
    register((run.framework,))
    try:
        return RunResult(_run_new(run, flags))
    except Exception as error:  # whatever Checkov breaks at
        broken = _find_broken(run, flags) if run.framework in SEPARABLE else None
        if not broken:
            if isinstance(error, NoReportError):
                return RunResult([], str(error))
            logger.exception("Checkov's %s runner broke on %s", run.framework, run.directory or ", ".join(run.files))
            return RunResult([], " ".join(f"{type(error).__name__}: {error}".split()))
    names = {file.path for file in broken}
    left = run._replace(
        files=tuple(file for file in run.files if file not in names),
        skip_paths=(*run.skip_paths, *(re.escape(each) for name in names for each in {name, os.path.abspath(name)})),  # noqa: PTH100
    )
    reports = [] if run.files and not left.files else _run_new(left, flags)
    # What a record says of the broken files was noted, if at all, while these were looked for.
    return RunResult(reports, files=tuple(broken))


@contextmanager
def bound_effort(framework: str, kept: Iterable[str] | None = None) -> Iterator[None]:
    """Keep Checkov from evaluating what only this pack's readers evaluate, and from parsing what no record needs.

    `kept` are the files that a directory is kept to, None if they are all of its files.
    """
    with ExitStack() as stack:
        if framework in _BATCHED:
            # Imports Checkov's code of Terraform.
            from checkov_keys.iac.host.bounded_graph import bound_graphs  # noqa: PLC0415

            stack.enter_context(bound_graphs())
        if framework == "terraform" and kept is not None:
            from checkov_keys.iac.host.needed_blocks import parse_needed_blocks  # noqa: PLC0415

            folders = {os.path.dirname(path) for path in kept if is_module_file(os.path.basename(path))}  # noqa: PTH119, PTH120
            stack.enter_context(parse_needed_blocks(folders))
        yield


def keep_to(
    directory: str | None, kept: tuple[str, ...] | None, skip_paths: tuple[str, ...] = ()
) -> AbstractContextManager[None]:
    """Return what has runners find only some files of a directory, all if these are None."""
    return nullcontext() if kept is None or not directory else walk_to_kept({directory: kept}, skip_paths)


def _run_new(run: ScanRun, flags: ScanFlags) -> list[Report]:
    """Run a new runner: a used one takes what it has read for what it should read."""
    runner_filter = RunnerFilter(
        framework=[run.framework],
        checks=list(flags.checks),
        excluded_paths=list(run.skip_paths),
        var_files=list(flags.var_files) or None,
        show_progress_bar=not (flags.quiet or run.is_batch),
        # As Checkov's flags say it if they are not given.
        download_external_modules=None,
    )
    runner = runner_type(run.framework)()
    if run.is_batch:
        _note_verdicts(runner)
    with bound_effort(run.framework, run.kept), keep_to(run.directory, run.kept, run.skip_paths):
        report = runner.run(root_folder=run.directory, files=list(run.files) or None, runner_filter=runner_filter)
    if report is None:
        raise NoReportError("it made no report")
    return report if isinstance(report, list) else [report]


def _note_verdicts(runner: Any) -> None:  # noqa: ANN401  # as Checkov has no type of it for all
    """Have what a runner reports of a key or a sink tell its verdict, also if a comment skips it."""
    find = runner.run_graph_checks_results

    def find_verdicts(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  # as Checkov
        results = find(*args, **kwargs)
        for found in results.values():
            for result in found:
                result[VERDICT] = result["result"]
        return results

    runner.run_graph_checks_results = find_verdicts


def _find_broken(run: ScanRun, flags: ScanFlags) -> list[BrokenFile] | None:
    """Return the files at which a runner breaks, None if it is not known."""
    files = list(run.files)
    if not files:
        with keep_to(run.directory, run.kept, run.skip_paths):
            files = list_files(run.directory or "", run.skip_paths, run.framework)
    with no_notes():
        return find_broken_files(lambda some: _run_new(ScanRun(run.framework, None, tuple(some)), flags), files)
