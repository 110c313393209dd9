"""Writes a report in Checkov's formats, to the places that Checkov's flags name, under Checkov's file names."""

from __future__ import annotations

import json
import re
import shutil
import sys
import tempfile
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from checkov.common.output.gitlab_sast import GitLabSast
from checkov.common.output.report import Report
from checkov.common.util.json_utils import CustomJSONEncoder

from checkov_keys import __version__
from checkov_keys.domain.errors import UsageError
from checkov_keys.domain.rules import RULES
from checkov_keys.report.code_scanning import TOOL, live_sarif
from checkov_keys.report.live_report import LiveReport, UserRecord, finding_sentence
from checkov_keys.report.spreadsheet import csv_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checkov.common.output.baseline import Baseline

# As Checkov's RunnerRegistry.print_reports names them, in the order in which it prints them.
FILE_NAMES = {
    "github_failed_only": "results_github_failed_only.md",
    "cli": "results_cli.txt",
    "sarif": "results_sarif.sarif",
    "json": "results_json.json",
    "junitxml": "results_junitxml.xml",
    "gitlab_sast": "results_gitlab_sast.json",
    "csv": "results_csv.csv",
}
FORMATS = tuple(FILE_NAMES)
_CONSOLE = "console"
_DELIMITER = "\n--- OUTPUT DELIMITER ---\n\n"
_SARIF_WITHOUT_PLACE = "results.sarif"
_REMEDIES = {rule.id: rule.remedy for rule in RULES}
_ANSI = re.compile(r"\x1b\[[0-9;]*m")


class Style(NamedTuple):
    """How much a report says: Checkov's --quiet and --compact, its tool name in SARIF, the baselines in use."""

    quiet: bool = False
    compact: bool = False
    tool: str | None = None
    baseline: Baseline | None = None
    created_baseline: str | None = None


class Destinations:
    """Where each format goes: standard output, or a file, or both.

    `output_file_path` is a folder, or as many comma-separated entries as there are outputs, each a file or the word
    console. Raises UsageError where a file could not be written, before anything is written.
    https://www.checkov.io/2.Basics/CLI%20Command%20Reference.html
    """

    def __init__(self, formats: Sequence[str] | None, output_file_path: str | None) -> None:
        """Check every destination."""
        outputs = formats or ["cli"]
        # Checkov prints in one order, whatever the order of the flags.
        self.formats = [name for name in FORMATS if name in outputs]
        self.console = set(self.formats)
        self.files: dict[str, Path] = {}
        if output_file_path and "," in output_file_path:
            entries = output_file_path.split(",")
            if len(entries) != len(outputs):
                raise UsageError(f"--output-file-path names {len(entries)} places for {len(outputs)} outputs")
            self.files = {name: Path(entry) for name, entry in zip(outputs, entries) if entry != _CONSOLE}
            self.console -= set(self.files)
        elif output_file_path:
            self.files = {name: Path(output_file_path, FILE_NAMES[name]) for name in self.formats}
        if "sarif" in self.formats and not self.files.get("sarif"):
            # SARIF for the console goes to the working directory, and people see the findings as text.
            self.files["sarif"] = Path(_SARIF_WITHOUT_PLACE)
        if len(set(self.files.values())) < len(self.files):
            raise UsageError(f"--output-file-path {output_file_path}: two outputs would be written to one file")
        for path in self.files.values():
            check_writable(path)


def write_report(report: LiveReport, destinations: Destinations, style: Style) -> None:
    """Write and print a report in every format, as Checkov's RunnerRegistry.print_reports does.

    Files come first: a reader of standard output that goes away, like head, must not cost them.
    """
    texts = {name: _FORMATTERS[name](report, style) for name in destinations.formats}
    for name, path in destinations.files.items():
        write_whole(path, _ANSI.sub("", texts[name]) if name == "cli" else texts[name])
    _print(
        _DELIMITER.join(
            _sarif_on_console(report, destinations, style) if name == "sarif" else f"{texts[name]}\n"
            for name in destinations.formats
            if name in destinations.console
        )
    )
    if destinations.files:
        written = ", ".join(str(path) for path in destinations.files.values())
        print(f"Wrote {written}", file=sys.stderr)  # noqa: T201


def write_whole(path: Path, text: str, *, private: bool = False) -> None:
    """Write a file so that it is whole or not there, `private` for its owner alone.

    Raises UsageError where that is not possible.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not path.is_file():
            # A device or a pipe, such as /dev/stdout, is written to, never replaced.
            path.write_text(text, encoding="utf-8")
            return
        target = path.resolve()
        partial = target.with_name(f".checkov-keys-{uuid.uuid4().hex}")
        try:
            # "x": where others may write too, a link laid there beforehand is not followed.
            with partial.open("x", encoding="utf-8") as file:
                if private:
                    partial.chmod(0o600)
                file.write(text)
            if target.exists() and not private:
                shutil.copymode(target, partial)
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from error


def check_writable(path: Path) -> None:
    """Make the folder of a file and raise UsageError where the file could not be written there."""
    try:
        if path.is_dir():
            raise UsageError(f"cannot write {path}: it is a directory")
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not path.is_file():
            return
        with tempfile.TemporaryFile(dir=path.resolve().parent):
            pass
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from error


def _print(text: str) -> None:
    # A reason may hold what the terminal cannot show.
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, "backslashreplace").decode(encoding), end="")  # noqa: T201  # a report is printed


def _sarif_on_console(report: LiveReport, destinations: Destinations, style: Style) -> str:
    text = "" if "cli" in destinations.formats else f"{_cli(report, style)}\n"
    if destinations.files["sarif"] == Path(_SARIF_WITHOUT_PLACE):
        text += f"\nWrote output in SARIF format to the file '{_SARIF_WITHOUT_PLACE}'\n"
    return text


def _cli(report: LiveReport, style: Style) -> str:
    header = f"checkov-keys {__version__}: {report.scope}\n"
    return header + report.print_console(
        is_quiet=style.quiet,
        is_compact=style.compact,
        baseline=style.baseline,
        created_baseline_path=style.created_baseline,
    )


def _json(report: LiveReport, style: Style) -> str:
    data = report.get_dict(is_quiet=style.quiet)
    if style.compact:
        # Checkov empties the records themselves, which takes the code blocks from the formats after it too.
        for name in ("passed_checks", "failed_checks", "skipped_checks"):
            data["results"][name] = [{**record, "code_block": None} for record in data["results"][name]]
    return json.dumps(data, indent=4, cls=CustomJSONEncoder)


def _junit(report: LiveReport, style: Style) -> str:  # noqa: ARG001
    accounts = ", ".join(account.id for account in report.accounts)
    suite = report.get_test_suite({"tool": f"{TOOL} {__version__}", "account": accounts})
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
            # Checkov's id changes with every run.
            vulnerability["id"] = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{record.resource} {record.check_id}"))
            vulnerability["description"] = finding_sentence(record)
            vulnerability["solution"] = _REMEDIES[record.check_id]
    return json.dumps(data, indent=4)


def _csv(report: LiveReport, style: Style) -> str:
    return csv_text(report, quiet=style.quiet)


_FORMATTERS = {
    "cli": _cli,
    "json": _json,
    "junitxml": _junit,
    "sarif": _sarif,
    "github_failed_only": _github,
    "gitlab_sast": _gitlab,
    "csv": _csv,
}
