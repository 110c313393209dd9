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
from checkov_keys.cli.scanning.flags import SelectionFlags
from checkov_keys.cli.scanning.outcome import (
    choose_tool_name,
    find_unreadable_names,
    find_unseen_loops,
    finish_scan,
    keep_unjudged_notes,
)
from checkov_keys.cli.scanning.targets import check_frameworks, choose_of_directory, say_everything
from checkov_keys.domain.errors import UsageError
from checkov_keys.iac.common.frameworks import FRAMEWORKS
from checkov_keys.iac.host.registration import register
from checkov_keys.iac.host.unjudged_notes import noted_unjudged
from checkov_keys.iac.selection.file_selection import Selection, select_files
from checkov_keys.report.baselines import read_baseline
from checkov_keys.report.destinations import CONSOLE, DEFAULT_SARIF_FILE, FILE_NAMES, check_default_sarif, split_paths
from checkov_keys.report.files import check_writable
from checkov_keys.report.thresholds import choose_rules

if TYPE_CHECKING:
    from checkov.common.output.report import Report
    from checkov.common.runners.runner_registry import RunnerRegistry

    from checkov_keys.cli.scanning.scan_configuration import ScanConfiguration
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
        self._looped: list[str] = []
        self._unlisted: list[Unjudged] = []
        self.files: list[str] = list(self.config.file or ())
        _check_targets(self.config)
        _check_output(self.config)
        with configuration.blamed("check", "skip-check"):
            rules = choose_rules(self.config.check, self.config.skip_check)
        self.config.check = [rule.id for rule in rules]
        self.config.skip_check = None
        self.config.run_all_external_checks = False
        self.config.external_checks_git = None
        self.config.external_checks_dir = [*(self.config.external_checks_dir or []), str(CHECKS_DIR)]
        if self.config.framework == ["all"]:
            self.config.framework = [name for name in FRAMEWORKS if name not in self.config.skip_framework]
            self.config.skip_framework = []
        check_frameworks(self.config.framework, configuration)
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
        present = {name for selection in found for name in selection.frameworks}
        # Checkov always runs something.
        config.framework = [name for name in asked if name in present] or asked[:1]
        # One directory may be scanned whole even if another is not.
        if all(selection.excluded or not selection.frameworks for selection in found):
            config.skip_path = [*skipped, *(p for each in found for p in each.excluded)]

    def scan(self) -> int:
        """Run Checkov and return the exit code, after naming on standard error what could not be judged."""
        with keep_unjudged_notes() as notes:
            try:
                code = self.run()
            except SystemExit as stopped:
                # Checkov's own codes are 0 and 2; 1 would say that there are findings.
                return NOTHING_FOUND if stopped.code == NOTHING_FOUND else INCOMPLETE
            loops, unreadable = find_unseen_loops(self._looped), find_unreadable_names(self.files)
            unjudged = (*noted_unjudged(notes), *loops, *self._unlisted, *unreadable)
        sarif, tool = _find_sarif_file(self.config), choose_tool_name(self.config)
        return finish_scan(self.judged, unjudged, sarif, tool, findings=bool(code))

    def print_results(self, runner_registry: RunnerRegistry, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        """Report by Checkov, keeping for the exit code what it reports: all directories' results so far."""
        self.judged = list(self.scan_reports)
        codes = [(each, each.code_block, each.connected_node) for one in self.judged for each in one.get_all_records()]
        code = super().print_results(runner_registry, *args, **kwargs)
        # Checkov's --compact takes them out of the records of JSON, and breaks if SARIF is made of these.
        for record, block, node in codes:
            record.code_block, record.connected_node = block, node
        # A runner that has read a directory would report it again instead of the next one.
        runner_registry.runners = [type(runner)() for runner in runner_registry.runners]
        return code


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


def _check_output(config: Any) -> None:  # noqa: ANN401
    """Raise UsageError if Checkov would log that it cannot read or write, and go on, or break."""
    outputs, path = config.output or ["cli"], config.output_file_path
    if path:
        entries = split_paths(outputs, path) or [f"{path}/{FILE_NAMES.get(name, 'results')}" for name in outputs]
        for entry in entries:
            if entry != CONSOLE:
                check_writable(Path(entry))
    if "sarif" in outputs and _find_sarif_file(config) == Path(DEFAULT_SARIF_FILE):
        check_default_sarif()
    if config.baseline:
        read_baseline(config.baseline, output_skipped=config.output_baseline_as_skipped)


def _find_sarif_file(config: Any) -> Path | None:  # noqa: ANN401
    """Return the file in which Checkov has written SARIF: its own lacks what GitHub needs, and is replaced."""
    outputs, path = config.output or [], config.output_file_path
    if "sarif" not in outputs:
        return None
    if not path:
        return Path(DEFAULT_SARIF_FILE)
    entries = split_paths(outputs, path)
    if entries:
        entry = entries[outputs.index("sarif")]
        return Path(DEFAULT_SARIF_FILE if entry == CONSOLE else entry)
    return Path(path, FILE_NAMES["sarif"])
