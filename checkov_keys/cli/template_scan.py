"""Checkov's own command, narrowed to this pack's checks, with an exit code that tells what could not be judged."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checkov.main import Checkov

from checkov_keys.cli.checks_dir_command import checks_dir
from checkov_keys.domain.errors import UsageError
from checkov_keys.domain.exit_codes import FINDINGS, INCOMPLETE, NOTHING_FOUND
from checkov_keys.domain.users import Unjudged
from checkov_keys.iac import unjudged_file
from checkov_keys.iac.framework_runners import FRAMEWORKS
from checkov_keys.iac.registration import register
from checkov_keys.report.code_scanning import template_sarif
from checkov_keys.report.destinations import FILE_NAMES
from checkov_keys.report.rule_choice import chosen_rules
from checkov_keys.report.sarif_files import write_log
from checkov_keys.report.whole_file import check_writable

if TYPE_CHECKING:
    from checkov.common.output.report import Report

# What helps where GitHub would not take the SARIF. It tells uploads of one category apart by the tool.
_PAST_LIMITS = (
    "scan folders apart, each with a --custom-tool-name of its own, or record what is known with --create-baseline, "
    "and report what is new with --baseline"
)


class TemplateScan(Checkov):
    """One run of Checkov.

    https://www.checkov.io/2.Basics/CLI%20Command%20Reference.html
    """

    def __init__(self, arguments: list[str]) -> None:
        """Parse Checkov's flags and configuration files, and choose this pack's checks among what they choose.

        Raises UsageError where there is nothing to scan or no rule left.
        """
        if arguments[-1] in ("-d", "--directory"):
            # Checkov looks for a configuration file in the directory before it parses the flag.
            raise UsageError("argument -d/--directory: expected a directory")
        super().__init__(arguments)
        self.judged: list[Report] = []
        _check_targets(self.config)
        _check_output(self.config)
        rules = chosen_rules(self.config.check, self.config.skip_check)
        self.config.check = [rule.id for rule in rules]
        self.config.skip_check = None
        self.config.run_all_external_checks = False
        self.config.external_checks_git = None
        self.config.external_checks_dir = [*(self.config.external_checks_dir or []), str(checks_dir())]
        if self.config.framework == ["all"]:
            self.config.framework = [name for name in FRAMEWORKS if name not in self.config.skip_framework]
            self.config.skip_framework = []
        if not self.config.bc_api_key:
            os.environ["BC_SKIP_MAPPING"] = os.environ.get("BC_SKIP_MAPPING") or "TRUE"
        # The loader does the same in every process of Checkov, but a loader that breaks would go unnoticed.
        register()

    def exit_code(self) -> int:
        """Run Checkov and return the exit code, after naming on standard error what could not be judged."""
        with tempfile.TemporaryDirectory() as folder:
            notes = Path(folder, "unjudged")
            notes.touch()
            os.environ[unjudged_file.VARIABLE] = str(notes)
            try:
                code = self.run()
            except SystemExit as stopped:
                return stopped.code if isinstance(stopped.code, int) else INCOMPLETE
            finally:
                del os.environ[unjudged_file.VARIABLE]
            unjudged = unjudged_file.noted_unjudged(notes)
        unparsed = [Unjudged(path, "it does not parse") for report in self.judged for path in report.parsing_errors]
        missed = (*unjudged, *dict.fromkeys(unparsed))
        for one in missed:
            print(f"checkov-keys scan: not judged: {one.address}: {one.reason}", file=sys.stderr)
        sarif = _sarif_file(self.config)
        if sarif:
            write_log(sarif, template_sarif(self.judged, missed, self._tool()), _PAST_LIMITS)
        if missed:
            return INCOMPLETE
        return FINDINGS if code else NOTHING_FOUND

    def _tool(self) -> str | None:
        """Return the tool name that was asked for; Checkov's own default is none."""
        name = self.config.custom_tool_name
        return None if name == self.parser.get_default("custom_tool_name") else str(name)

    def print_results(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  # as Checkov declares it
        """Report by Checkov, keeping for the exit code what it reports: all directories' results so far."""
        self.judged = list(self.scan_reports)
        return super().print_results(*args, **kwargs)


def _check_targets(config: Any) -> None:  # noqa: ANN401  # argparse's namespace
    for path in config.directory or []:
        if not Path(path).is_dir():
            raise UsageError(f"there is no directory {path}")
    for path in config.file or []:
        if not Path(path).is_file():
            raise UsageError(f"there is no file {path}")
    if not (config.directory or config.file):
        raise UsageError("say what to scan: -d DIRECTORY or -f FILE")


def _check_output(config: Any) -> None:  # noqa: ANN401
    """Raise UsageError where Checkov would log that it cannot write, and go on."""
    path = config.output_file_path
    if path:
        files = [entry for entry in path.split(",") if entry != "console"] if "," in path else [f"{path}/results"]
        for file in files:
            check_writable(Path(file))


def _sarif_file(config: Any) -> Path | None:  # noqa: ANN401
    """Return where Checkov has written SARIF: its own lacks what GitHub needs, and is replaced."""
    outputs, path = config.output or [], config.output_file_path
    if "sarif" not in outputs:
        return None
    if not path:
        return Path("results.sarif")
    if "," in path:
        entry = path.split(",")[outputs.index("sarif")]
        return Path("results.sarif") if entry == "console" else Path(entry)
    return Path(path, FILE_NAMES["sarif"])
