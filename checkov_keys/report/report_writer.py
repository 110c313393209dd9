"""Writes a report in Checkov's formats, to the places that Checkov's flags name, under Checkov's file names."""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from checkov.common.output.gitlab_sast import GitLabSast
from checkov.common.output.report import Report
from checkov.common.util.json_utils import CustomJSONEncoder

from checkov_keys import __version__
from checkov_keys.domain.errors import UsageError
from checkov_keys.report.code_scanning import TOOL, live_sarif
from checkov_keys.report.live_report import LiveReport, UserRecord, key_sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checkov.common.output.baseline import Baseline

# As Checkov's RunnerRegistry.print_reports names them.
FILE_NAMES = {
    "cli": "results_cli.txt",
    "json": "results_json.json",
    "junitxml": "results_junitxml.xml",
    "sarif": "results_sarif.sarif",
    "github_failed_only": "results_github_failed_only.md",
    "gitlab_sast": "results_gitlab_sast.json",
}
FORMATS = tuple(FILE_NAMES)
_CONSOLE = "console"
_DELIMITER = "--- OUTPUT DELIMITER ---"
_ANSI = re.compile(r"\x1b\[[0-9;]*m")


class Style(NamedTuple):
    """How much a report says: Checkov's --quiet, --compact, --output-bc-ids and the like."""

    quiet: bool = False
    compact: bool = False
    tool: str | None = None
    baseline: Baseline | None = None
    created_baseline: str | None = None


class Destinations:
    """Where each format goes: standard output, or a file.

    `output_file_path` is a folder, or as many comma-separated entries as there are formats, each a file or the word
    console. Raises UsageError where a file could not be written, before anything is written.
    """

    def __init__(self, formats: Sequence[str] | None, output_file_path: str | None) -> None:
        """Check every destination."""
        self.formats = list(dict.fromkeys(formats or ["cli"]))
        self.files: dict[str, Path] = {}
        self.console = set(self.formats)
        if output_file_path and "," in output_file_path:
            entries = output_file_path.split(",")
            if len(entries) != len(self.formats):
                raise UsageError(f"--output-file-path names {len(entries)} places for {len(self.formats)} outputs")
            self.files = {name: Path(entry) for name, entry in zip(self.formats, entries) if entry != _CONSOLE}
            self.console -= set(self.files)
        elif output_file_path:
            self.files = {name: Path(output_file_path, FILE_NAMES[name]) for name in self.formats}
        elif "sarif" in self.formats:
            # Checkov writes SARIF into the working directory and shows the findings as text.
            self.files = {"sarif": Path("results.sarif")}
        for path in self.files.values():
            check_writable(path)


def write_report(report: LiveReport, destinations: Destinations, style: Style) -> None:
    """Print and write a report in every format."""
    texts = {name: _FORMATTERS[name](report, style) for name in destinations.formats}
    shown = []
    for name in destinations.formats:
        if name in destinations.console:
            # SARIF is for machines: Checkov shows people the text instead, unless they have asked for it anyway.
            text = _cli(report, style) if name == "sarif" else texts[name]
            if not (name == "sarif" and "cli" in destinations.console):
                shown.append(text)
    print(f"\n{_DELIMITER}\n".join(shown))  # noqa: T201  # a report is printed
    for name, path in destinations.files.items():
        write_whole(path, _ANSI.sub("", texts[name]))
    if destinations.files:
        written = ", ".join(str(path) for path in destinations.files.values())
        print(f"Wrote {written}", file=sys.stderr)  # noqa: T201


def write_whole(path: Path, text: str) -> None:
    """Write a file so that it is whole or not there; raise UsageError where that is not possible."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from error


def check_writable(path: Path) -> None:
    """Make the folder of a file and raise UsageError where the file could not be written there."""
    if path.is_dir():
        raise UsageError(f"cannot write {path}: it is a directory")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from error


def _cli(report: LiveReport, style: Style) -> str:
    header = f"checkov-keys {__version__}: account {report.account.id}\n"
    return header + report.print_console(
        is_quiet=style.quiet,
        is_compact=style.compact,
        baseline=style.baseline,
        created_baseline_path=style.created_baseline,
    )


def _json(report: LiveReport, style: Style) -> str:
    data = report.get_dict(is_quiet=style.quiet)
    if style.compact:
        for records in data["results"].values():
            records[:] = [{k: v for k, v in record.items() if k != "code_block"} for record in records]
    return json.dumps(data, indent=4, cls=CustomJSONEncoder)


def _junit(report: LiveReport, style: Style) -> str:  # noqa: ARG001
    suite = report.get_test_suite({"tool": f"{TOOL} {__version__}", "account": report.account.id})
    return str(Report.get_junit_xml_string([suite]))


def _sarif(report: LiveReport, style: Style) -> str:
    return json.dumps(live_sarif(report, style.tool), cls=CustomJSONEncoder)


def _github(report: LiveReport, style: Style) -> str:  # noqa: ARG001
    return report.print_failed_github_md()


def _gitlab(report: LiveReport, style: Style) -> str:  # noqa: ARG001
    """Return GitLab's SAST report.

    https://docs.gitlab.com/development/integrations/secure/
    """
    data: dict[str, Any] = GitLabSast([report]).sast_json
    scanner = {"id": TOOL, "name": TOOL, "vendor": {"name": TOOL}, "version": __version__}
    data["scan"].update(
        analyzer=scanner,
        scanner=scanner,
        status="failure" if report.unjudged else "success",
        messages=[{"level": "fatal", "value": f"{missed.address}: {missed.reason}"} for missed in report.unjudged],
    )
    for vulnerability, record in zip(data["vulnerabilities"], report.failed_checks):
        if isinstance(record, UserRecord):
            keys = ", ".join(key_sentence(key) for key in record.access_keys if key["status"] == "Active")
            vulnerability["description"] = f"IAM user {record.user} in account {record.account}: {keys}."
    return json.dumps(data, indent=4)


_FORMATTERS = {
    "cli": _cli,
    "json": _json,
    "junitxml": _junit,
    "sarif": _sarif,
    "github_failed_only": _github,
    "gitlab_sast": _gitlab,
}
