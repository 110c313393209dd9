"""`checkov-keys scan`: Checkov with only this pack's checks chosen, in the quickest way that will do."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING

from checkov_keys.cli.scanning.outcome import choose_tool_name, explain_files, report_scan
from checkov_keys.cli.scanning.runners_only_flags import read_runner_options
from checkov_keys.cli.scanning.scan_configuration import ScanConfiguration
from checkov_keys.cli.scanning.targets import choose_targets
from checkov_keys.iac.host.gc_pause import kept_to_the_end
from checkov_keys.report.destinations import Destinations, Style
from checkov_keys.report.templates.template_report import build_template_report

if TYPE_CHECKING:
    from argparse import Namespace

    from checkov_keys.cli.scanning.flags import SelectionFlags
    from checkov_keys.cli.scanning.targets import Targets

_UPDATE_CHECK = "CKV_SKIP_PACKAGE_UPDATE_CHECK"


def run(options: Namespace) -> int:
    """Scan templates and return the exit code."""
    # Checkov asks a package index for a newer version of itself when its banner is imported.
    os.environ[_UPDATE_CHECK] = os.environ.get(_UPDATE_CHECK) or "TRUE"
    # Checkov's parser takes its name, and the folders in which it looks for .checkov.yaml, from here.
    sys.argv = ["checkov-keys scan", *options.arguments]
    configuration = ScanConfiguration(options.arguments)
    runner_options = read_runner_options(options.arguments, configuration)
    try:
        if runner_options is None:
            return _run_full_checkov(options.arguments, options.selected, configuration)
        return _run_runners_only(runner_options, options.selected, configuration)
    finally:
        # Python is about to end, and would walk all graphs once more.
        gc.freeze()


def _run_full_checkov(arguments: list[str], selected: SelectionFlags, configuration: ScanConfiguration) -> int:
    with kept_to_the_end():
        from checkov_keys.cli.scanning.full_checkov import FullCheckov  # noqa: PLC0415  # imports all of Checkov

    return FullCheckov(arguments, selected, configuration).scan()


def _run_runners_only(options: Namespace, selected: SelectionFlags, configuration: ScanConfiguration) -> int:
    # What the user got wrong is reported before anything is scanned.
    destinations = Destinations(options.output, options.output_file_path, as_sent=True)
    chosen = choose_targets(options, selected, configuration)
    if not (chosen.frameworks or _needs_checkov(options)):
        return _report_nothing(options, chosen, destinations)
    with kept_to_the_end():
        from checkov_keys.cli.scanning import runners_only  # noqa: PLC0415  # imports Checkov's graphs

    return runners_only.scan(options, chosen, destinations, configuration)


def _needs_checkov(options: Namespace) -> bool:
    """Tell whether flags ask for what only Checkov can say, even if nothing is to be scanned."""
    return bool(options.check or options.skip_check or options.baseline or options.create_baseline)


def _report_nothing(options: Namespace, chosen: Targets, destinations: Destinations) -> int:
    """Report as if targets were scanned in which nothing is, and return the exit code."""
    unjudged = (*chosen.unlisted, *explain_files(options.file))
    report = build_template_report((), unjudged, absent=chosen.absent, languages=options.framework)
    style = Style(options.quiet, options.compact, choose_tool_name(options))
    return report_scan(report, destinations, style, findings=False)
