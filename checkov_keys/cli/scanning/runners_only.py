"""A scan by Checkov's runners alone: what `template_scan` does for flags that do not need Checkov's main, sooner."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

from checkov_keys.cli.scanning.flags import CHECKOVS_TOOL
from checkov_keys.cli.scanning.outcome import concluded, loops_unseen, unjudged_notes, unreadable_names
from checkov_keys.cli.scanning.selection_flags import EVERYTHING_THAT_MATTERS
from checkov_keys.domain.rules import RULES
from checkov_keys.iac.common.frameworks import FRAMEWORKS
from checkov_keys.iac.host.gc_pause import garbage_pause, kept_to_the_end
from checkov_keys.iac.host.reporting_scan import Target
from checkov_keys.iac.host.runners import reader_of, runner_type
from checkov_keys.iac.host.unjudged_notes import noted_unjudged
from checkov_keys.iac.selection.file_selection import select_files
from checkov_keys.report.destinations import BASELINE_FILE, Destinations, Style
from checkov_keys.report.writer import write_templates

if TYPE_CHECKING:
    from argparse import Namespace

    from checkov.common.output.baseline import Baseline
    from checkov.common.output.report import Report

    from checkov_keys.cli.scanning.selection_flags import SelectionFlags
    from checkov_keys.domain.users import Unjudged


def run_lean(options: Namespace, selected: SelectionFlags = EVERYTHING_THAT_MATTERS) -> int:
    """Scan as the flags say that `lean_options` returned, and return the exit code.

    Raises UsageError where a flag is wrong.
    """
    # Whatever the user got wrong is said before anything is scanned.
    destinations = Destinations(options.output, options.output_file_path)
    baseline = _baseline(options)
    checks = _checks(options)
    targets, looped = _targets(options, selected)
    frameworks = [name for name in FRAMEWORKS if any(name in target.frameworks for target in targets)]
    if frameworks:
        _load(frameworks)
    merged: dict[str, Report] = {}
    broken: list[Unjudged] = []
    findings = False
    with unjudged_notes() as notes:
        for target in targets:
            broken += _scan(target, options, checks, merged)
            reports = list(merged.values())
            if baseline:
                baseline.compare_and_reduce_reports(reports)
            created = _created_baseline(target, reports) if options.create_baseline else None
            findings = _is_failed(reports, options) or findings
            with garbage_pause():
                write_templates(reports, destinations, Style(options.quiet, options.compact, None, baseline, created))
        unjudged = (*broken, *noted_unjudged(notes), *loops_unseen(looped), *unreadable_names(options.file))
    tool = None if options.custom_tool_name == CHECKOVS_TOOL else options.custom_tool_name
    with garbage_pause():
        return concluded(list(merged.values()), unjudged, destinations.files.get("sarif"), tool, findings=findings)


def _baseline(options: Namespace) -> Baseline | None:
    if not options.baseline:
        return None
    from checkov_keys.report.baselines import read_baseline  # noqa: PLC0415

    return read_baseline(options.baseline, output_skipped=options.output_baseline_as_skipped)


def _checks(options: Namespace) -> tuple[str, ...]:
    rules = RULES
    if options.check or options.skip_check:
        from checkov_keys.report.thresholds import choose_rules  # noqa: PLC0415

        rules = choose_rules(options.check, options.skip_check)
    return tuple(rule.id for rule in rules)


def _targets(options: Namespace, selected: SelectionFlags) -> tuple[list[Target], list[str]]:
    """Return what to scan, and the templates whose loops no check may see."""
    if options.file:
        selection = select_files(options.file, options.framework)
        frameworks = tuple(options.framework) if selected.whole_tree else selection.frameworks
        return [Target(None, tuple(options.file), frameworks)], list(selection.looped)
    skipped = tuple(options.skip_path or ())
    targets: list[Target] = []
    looped: list[str] = []
    for folder in options.directory:
        selection = selected.of_directory(folder, options.framework, skipped)
        targets.append(Target(folder, (), selection.frameworks, (*skipped, *selection.excluded)))
        looped += selection.looped
    return targets, looped


def _load(frameworks: list[str]) -> None:
    """Import what the frameworks need, before there are processes that need it too."""
    with kept_to_the_end():
        # Checkov's main sets logging up before it imports anything else.
        import checkov.logging_init  # noqa: F401, PLC0415

        from checkov_keys.iac.host import registration  # noqa: F401, PLC0415

        for framework in frameworks:
            runner_type(framework)
            reader_of(framework)
    if hasattr(os, "register_at_fork"):
        # Ctrl-C reaches every process of Checkov: this one says so.
        os.register_at_fork(after_in_child=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))


def _scan(target: Target, options: Namespace, checks: tuple[str, ...], merged: dict[str, Report]) -> list[Unjudged]:
    """Add what is found to the reports by their types, as Checkov does, and return what broke."""
    if not target.frameworks:
        return []
    from checkov.common.output.report import merge_reports  # noqa: PLC0415

    from checkov_keys.iac.host.reporting_scan import ScanFlags, scanned  # noqa: PLC0415

    var_files = tuple(map(os.path.abspath, options.var_file or ()))
    reports, broken = scanned(target, ScanFlags(checks, var_files, options.quiet))
    for report in reports:
        if report.check_type in merged:
            merge_reports(merged[report.check_type], report)
        else:
            merged[report.check_type] = report
    return broken


def _created_baseline(target: Target, reports: list[Report]) -> str:
    from checkov_keys.report.baselines import write_baseline  # noqa: PLC0415

    folder = os.path.abspath(target.directory or "")  # noqa: PTH100  # as Checkov shows it, links and all
    path = Path(folder, BASELINE_FILE)
    write_baseline(reports, path)
    return str(path)


def _is_failed(reports: list[Report], options: Namespace) -> bool:
    if not reports:
        return False
    from checkov_keys.report.thresholds import build_thresholds  # noqa: PLC0415

    limits = build_thresholds(options.soft_fail, options.soft_fail_on, options.hard_fail_on)
    return any(report.get_exit_code(limits) for report in reports)
