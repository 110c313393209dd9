"""A scan by Checkov's runners alone: what `full_checkov` does, sooner, for flags that do not need Checkov's main.

Checkov's main sets logging up before it imports anything else, and so do the imports here.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import checkov.logging_init  # noqa: F401
from checkov.common.output.report import merge_reports

from checkov_keys.cli.exit_codes import INCOMPLETE
from checkov_keys.cli.scanning.outcome import (
    choose_tool_name,
    explain_files,
    find_refused,
    find_unseen_loops,
    keep_notes,
    report_scan,
)
from checkov_keys.domain.rules.family import TEMPLATE_RULES
from checkov_keys.iac.host.gc_pause import garbage_pause, kept_to_the_end
from checkov_keys.iac.host.reporting_scan import run_frameworks
from checkov_keys.iac.host.runners import reader_of, runner_type
from checkov_keys.iac.host.scan_notes import read_notes
from checkov_keys.iac.host.scan_runs import ScanFlags
from checkov_keys.report.baselines import read_baseline, write_baseline
from checkov_keys.report.destinations import BASELINE_FILE, Attempts, Style
from checkov_keys.report.templates.template_report import build_template_report
from checkov_keys.report.thresholds import build_thresholds, choose_rules

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable

    from checkov.common.output.report import Report

    from checkov_keys.cli.scanning.scan_configuration import ScanConfiguration
    from checkov_keys.cli.scanning.targets import Targets
    from checkov_keys.domain.users import Unjudged
    from checkov_keys.iac.selection.file_selection import Target
    from checkov_keys.report.destinations import Destinations


def scan(options: Namespace, chosen: Targets, destinations: Destinations, configuration: ScanConfiguration) -> int:
    """Scan as the flags say that `read_runner_options` returned, and return the exit code.

    Raises UsageError if a flag is wrong.
    """
    baseline = None
    if options.baseline:
        baseline = read_baseline(options.baseline, output_skipped=options.output_baseline_as_skipped)
    flags = _make_scan_flags(options, configuration)
    _load_frameworks(chosen.frameworks)
    merged: dict[str, Report] = {}
    broken: list[Unjudged] = []
    created = None
    attempts = Attempts()
    with keep_notes() as path:
        for target in chosen.targets:
            broken += _scan_target(target, flags, merged)
            if options.create_baseline:
                with attempts.attempt():
                    created = _create_baseline(target, list(merged.values()))
        notes = read_notes(path)
    reports = list(merged.values())
    if baseline:
        baseline.compare_and_reduce_reports(reports)
    unjudged = (
        *broken,
        *notes.unjudged,
        *find_unseen_loops(chosen.looped),
        *chosen.unlisted,
        *explain_files(options.file),
        *find_refused(reports),
    )
    findings = _is_failed(reports, options)
    code = INCOMPLETE
    with garbage_pause(), attempts.attempt():
        report = build_template_report(
            reports,
            unjudged,
            notes.evidence,
            notes.exposures,
            absent=chosen.absent,
            users=notes.users,
            followed=notes.followed,
            languages=options.framework,
            directories=[target.directory for target in chosen.targets if target.directory],
        )
        style = Style(options.quiet, options.compact, choose_tool_name(options), baseline, created)
        code = report_scan(report, destinations, style, findings=findings)
    attempts.finish()
    return code


def _make_scan_flags(options: Namespace, configuration: ScanConfiguration) -> ScanFlags:
    chosen = tuple(rule for rule in TEMPLATE_RULES if not rule.text.if_named)
    if options.check or options.skip_check:
        with configuration.blamed("check", "skip-check"):
            chosen = choose_rules(TEMPLATE_RULES, options.check, options.skip_check)
    var_files = tuple(map(os.path.abspath, options.var_file or ()))
    return ScanFlags(tuple(rule.text.id for rule in chosen), var_files, options.quiet)


def _load_frameworks(frameworks: Iterable[str]) -> None:
    """Import what the frameworks need, before processes that need it too are started."""
    with kept_to_the_end():
        for framework in frameworks:
            runner_type(framework)
            reader_of(framework)
    if hasattr(os, "register_at_fork"):
        # Ctrl-C reaches every process of Checkov: this one reports it.
        os.register_at_fork(after_in_child=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))


def _scan_target(target: Target, flags: ScanFlags, merged: dict[str, Report]) -> list[Unjudged]:
    """Add what is found to the reports by their types, as Checkov does, and return what broke."""
    if not target.frameworks:
        return []
    reports, broken = run_frameworks(target, flags)
    for report in reports:
        if report.check_type in merged:
            merge_reports(merged[report.check_type], report)
        else:
            merged[report.check_type] = report
    return broken


def _create_baseline(target: Target, reports: list[Report]) -> str:
    """Write the baseline of a directory, and return its path."""
    folder = os.path.abspath(target.directory or "")  # noqa: PTH100  # as Checkov shows it, links and all
    path = Path(folder, BASELINE_FILE)
    write_baseline(reports, path)
    return str(path)


def _is_failed(reports: list[Report], options: Namespace) -> bool:
    limits = build_thresholds(options.soft_fail, options.soft_fail_on, options.hard_fail_on)
    return any(report.get_exit_code(limits) for report in reports)
