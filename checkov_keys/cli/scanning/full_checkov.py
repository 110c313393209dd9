"""Checkov's own command with this pack's checks only, and an exit code that says if something was not judged."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import configargparse
from checkov.common.util.consts import DEFAULT_EXTERNAL_MODULES_DIR
from checkov.main import Checkov

from checkov_keys.cli.exit_codes import INCOMPLETE, NOTHING_FOUND
from checkov_keys.cli.locations import CHECKS_DIR
from checkov_keys.cli.parsers import guess
from checkov_keys.cli.scanning.flags import SelectionFlags
from checkov_keys.cli.scanning.outcome import (
    choose_tool_name,
    explain_files,
    find_refused,
    find_unseen_loops,
    keep_notes,
    report_scan,
)
from checkov_keys.cli.scanning.targets import check_frameworks, choose_of_directory, say_everything
from checkov_keys.domain.errors import UsageError
from checkov_keys.domain.rules.family import TEMPLATE_RULES
from checkov_keys.iac.common.frameworks import FRAMEWORKS
from checkov_keys.iac.host.kept_walk import walk_to_kept
from checkov_keys.iac.host.registration import register
from checkov_keys.iac.host.scan_notes import read_notes
from checkov_keys.iac.selection.file_selection import Selection, select_files
from checkov_keys.report.baselines import read_baseline
from checkov_keys.report.destinations import CONSOLE, Destinations, Style, split_paths
from checkov_keys.report.files import check_writable
from checkov_keys.report.standard_streams import print_line
from checkov_keys.report.templates.template_formats import FORMATS
from checkov_keys.report.templates.template_report import build_template_report
from checkov_keys.report.thresholds import choose_rules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checkov.common.output.baseline import Baseline
    from checkov.common.output.report import Report
    from checkov.common.runners.runner_registry import RunnerRegistry

    from checkov_keys.cli.scanning.scan_configuration import ScanConfiguration
    from checkov_keys.domain.templates import AbsentModule
    from checkov_keys.domain.users import Unjudged


class FullCheckov(Checkov):
    """One run of Checkov.

    https://www.checkov.io/2.Basics/CLI%20Command%20Reference.html
    """

    def __init__(self, arguments: list[str], selected: SelectionFlags, configuration: ScanConfiguration) -> None:
        """Parse Checkov's flags and configuration files, and choose this pack's checks among what they choose.

        Raises UsageError if there is nothing to scan or no rule left.
        """
        if arguments[-1:] and arguments[-1] in ("-d", "--directory"):
            # Checkov looks for a configuration file in the directory before it parses the flag.
            raise UsageError("argument -d/--directory: expected a directory")
        self._configuration = configuration
        super().__init__(arguments)
        self.judged: list[Report] = []
        self._kept: dict[str, list[str]] = {}
        self._looped: list[str] = []
        self._unlisted: list[Unjudged] = []
        self._absent: list[AbsentModule] = []
        self._is_scanned = False
        self._style = Style()
        self.files: list[str] = list(self.config.file or ())
        _check_targets(self.config)
        self._destinations, self._others = _split_outputs(self.config)
        if self.config.baseline:
            read_baseline(self.config.baseline, output_skipped=self.config.output_baseline_as_skipped)
        with configuration.blamed("check", "skip-check"):
            rules = choose_rules(TEMPLATE_RULES, self.config.check, self.config.skip_check)
        self.config.check = [rule.text.id for rule in rules]
        self.config.skip_check = None
        self.config.run_all_external_checks = False
        self.config.external_checks_git = None
        self.config.external_checks_dir = [*(self.config.external_checks_dir or []), str(CHECKS_DIR)]
        if self.config.framework == ["all"]:
            self.config.framework = [name for name in FRAMEWORKS if name not in self.config.skip_framework]
            self.config.skip_framework = []
        check_frameworks(self.config.framework, configuration)
        self._asked = list(self.config.framework)
        self._select_files(selected)
        if not self.config.bc_api_key:
            os.environ["BC_SKIP_MAPPING"] = os.environ.get("BC_SKIP_MAPPING") or "TRUE"
        # The loader does the same in every process of Checkov, but a loader that breaks would go unnoticed.
        register()

    def parse_config(self, argv: list[str] = sys.argv[1:]) -> None:  # as Checkov's
        """Parse flags as Checkov does, and files of them without what these may not set."""
        before = configargparse.YAMLConfigFileParser
        # Checkov names it when it builds its parser, and nothing else in this process does by now.
        configargparse.YAMLConfigFileParser = self._configuration.parser_class()
        try:
            super().parse_config(argv)
        except SystemExit as stopped:
            if stopped.code not in (NOTHING_FOUND, None):
                _say_what_may_be_meant(argv, self.parser)
            raise
        finally:
            configargparse.YAMLConfigFileParser = before

    def _select_files(self, selected: SelectionFlags) -> None:
        """Leave out what cannot matter to access keys, unless flags make it matter."""
        config = self.config
        elsewhere = config.external_modules_download_path != DEFAULT_EXTERNAL_MODULES_DIR
        downloads = config.download_external_modules or elsewhere
        if downloads or config.repo_root_for_plan_enrichment or config.deep_analysis:
            everything = SelectionFlags(whole_tree=True)
            for path in config.directory or ():
                choose_of_directory(path, config.framework, config.skip_path or (), everything, self._configuration)
                if not selected.whole_tree:
                    say_everything(path, "flags let modules and plans be in any directory")
            return
        asked = config.framework
        skipped = config.skip_path or ()
        found = [
            choose_of_directory(path, asked, skipped, selected, self._configuration) for path in config.directory or ()
        ]
        if config.file:
            found.append(Selection(tuple(asked)) if selected.whole_tree else select_files(config.file, asked))
        self._looped = [path for selection in found for path in selection.looped]
        self._unlisted = [unjudged for selection in found for unjudged in selection.unlisted]
        self._absent = list({each.source: each for selection in found for each in selection.absent}.values())
        unread = {each.address: each.reason for each in self._unlisted}
        if config.file:
            config.file = [path for path in config.file if path not in unread]
            if not config.file:
                raise UsageError("; ".join(f"{path}: {unread[path]}" for path in self.files))
        present = {name for selection in found for name in selection.frameworks}
        # Checkov always runs something.
        config.framework = [name for name in asked if name in present] or asked[:1]
        # One directory may be scanned whole even if another is not.
        for path, selection in zip(config.directory or (), found):
            if selection.kept is not None:
                # Several runners may read one file, which is there once.
                self._kept[path] = list(
                    dict.fromkeys(file for files in selection.kept.files.values() for file in files)
                )

    def scan(self) -> int:
        """Run Checkov, report, and return the exit code; raise UsageError if a file could not be written."""
        with keep_notes() as path:
            try:
                with walk_to_kept(self._kept, self.config.skip_path or ()):
                    code = self.run()
            except SystemExit as stopped:
                # Checkov's own codes are 0 and 2; 1 would say that there are findings.
                return NOTHING_FOUND if stopped.code == NOTHING_FOUND else INCOMPLETE
            notes = read_notes(path)
        if not self._is_scanned:
            # A flag has had Checkov do something else.
            return NOTHING_FOUND
        unjudged = (
            *notes.unjudged,
            *find_unseen_loops(self._looped),
            *self._unlisted,
            *explain_files(self.files),
            *find_refused(self.judged),
        )
        report = build_template_report(
            self.judged,
            unjudged,
            notes.evidence,
            notes.exposures,
            absent=self._absent,
            users=notes.users,
            followed=notes.followed,
            languages=[name for name in self._asked if name in FRAMEWORKS],
            directories=self.config.directory or (),
            sources=self.config.repo_root_for_plan_enrichment or (),
        )
        style = self._style._replace(tool=choose_tool_name(self.config))
        return report_scan(report, self._destinations, style, findings=bool(code))

    def print_results(
        self,
        runner_registry: RunnerRegistry,
        url: str | None = None,
        created_baseline_path: str | None = None,
        baseline: Baseline | None = None,
    ) -> Any:  # noqa: ANN401  # Checkov's 0 or 1
        """Keep what Checkov would report, all directories' results so far, and print only formats that are not ours.

        Returns what Checkov's own exit code would be.
        """
        self._is_scanned = True
        self.judged = list(self.scan_reports)
        self._style = Style(self.config.quiet, self.config.compact, None, baseline, created_baseline_path)
        codes = [
            each.get_exit_code(runner_registry.get_fail_thresholds(self.config, report_type=each.check_type))
            for each in self.judged
        ]
        if self._others:
            ours = self.config.output, self.config.output_file_path
            self.config.output, self.config.output_file_path = self._others
            super().print_results(runner_registry, url, created_baseline_path, baseline)
            self.config.output, self.config.output_file_path = ours
        if url:
            print_line(f"More details: {url}", sys.stderr)
        # A runner that has read a directory would report it again instead of the next one.
        runner_registry.runners = [type(runner)() for runner in runner_registry.runners]
        return 1 if 1 in codes else 0


def _say_what_may_be_meant(arguments: Sequence[str], parser: Any) -> None:  # noqa: ANN401  # Checkov's parser
    """Say which flags of Checkov are spelled most like those that it does not know."""
    known = [name for action in parser._actions for name in action.option_strings if name.startswith("--")]  # noqa: SLF001
    typed = (argument.partition("=")[0] for argument in arguments if argument.startswith("--"))
    for flag in typed:
        if flag not in known and (meant := guess(flag, known)):
            print_line(f"checkov-keys scan: {flag}: did you mean {meant[0]}?", sys.stderr)


def _split_outputs(config: Any) -> tuple[Destinations, tuple[list[str], str | None] | None]:  # noqa: ANN401
    """Return where our formats go, and Checkov's flags for those that only it has, None if there are none.

    Raises UsageError if Checkov would log that it cannot write, and go on, or break.
    """
    outputs, path = config.output or ["cli"], config.output_file_path
    named = {each.name for each in FORMATS}
    others = [name for name in outputs if name not in named]
    entries = split_paths(outputs, path) or ([str(Path(path, name)) for name in others] if path else [])
    for entry in entries:
        if entry != CONSOLE:
            check_writable(Path(entry))
    if not others:
        return Destinations(outputs, path, as_sent=True), None
    paths = path
    if path and "," in path:
        # A comma at the end is Checkov's way to name one file.
        paths = ",".join(entry for name, entry in zip(outputs, entries) if name in others) + ","
        paths = paths if paths.count(",") == 1 else paths[:-1]
    ours = [name for name in outputs if name in named]
    destinations = Destinations(outputs, path, as_sent=True)
    destinations.formats = [name for name in destinations.formats if name in ours]
    destinations.console &= set(ours)
    destinations.files = {name: file for name, file in destinations.files.items() if name in ours}
    return destinations, (others, paths)


def _check_targets(config: Any) -> None:  # noqa: ANN401  # argparse's namespace
    for path in config.directory or []:
        # Path("") is the working directory.
        if not os.path.isdir(path):  # noqa: PTH112
            raise UsageError(f"no such directory: {path}")
    for path in config.file or []:
        if not Path(path).is_file():
            raise UsageError(f"there is no file {path}")
    if not (config.directory or config.file):
        raise UsageError("nothing to scan: pass -d DIRECTORY or -f FILE")
