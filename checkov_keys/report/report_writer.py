"""Writes a report in Checkov's formats, to the places that Checkov's flags name, under Checkov's file names."""

from __future__ import annotations

import re
import sys
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, NamedTuple

from checkov_keys import __version__
from checkov_keys.domain.errors import UsageError
from checkov_keys.domain.rules import RULES
from checkov_keys.report.code_scanning import TOOL
from checkov_keys.report.drift_text import drift_line
from checkov_keys.report.json_indent import indented_json
from checkov_keys.report.json_text import json_text
from checkov_keys.report.junit_text import junit_text
from checkov_keys.report.plain_text import account_label
from checkov_keys.report.sarif_files import account_file, write_sarif, write_sarif_per_account
from checkov_keys.report.spreadsheet import csv_text
from checkov_keys.report.user_record import UserRecord, finding_sentence
from checkov_keys.report.whole_file import check_writable, write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from checkov.common.output.baseline import Baseline

    from checkov_keys.report.live_report import LiveReport

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
_AT_ONCE = 1 << 20
_ANY_ACCOUNT = "123456789012"
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

    def __init__(
        self, formats: Sequence[str] | None, output_file_path: str | None, *, sarif_per_account: bool = False
    ) -> None:
        """Check every destination; `sarif_per_account` puts SARIF into a file for each account, beside its place."""
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
        self.sarif_per_account = sarif_per_account
        if sarif_per_account:
            self._check_account_files()

    def _check_account_files(self) -> None:
        path = self.files.get("sarif")
        if path is None:
            raise UsageError("--sarif-per-account is for SARIF: add -o sarif")
        if path.exists() and not path.is_file():
            raise UsageError(f"--sarif-per-account writes files beside {path}, which is no place for files")
        check_writable(account_file(path, _ANY_ACCOUNT))


def write_report(report: LiveReport, destinations: Destinations, style: Style) -> None:
    """Write and print a report in every format, as Checkov's RunnerRegistry.print_reports does.

    Files come first: a reader of standard output that goes away, like head, must not cost them.
    """
    written: list[str] = []
    for name, path in destinations.files.items():
        if name == "sarif":
            written.append(_write_sarif(report, path, style, per_account=destinations.sarif_per_account))
            continue
        parts = _FORMATTERS[name](report, style)
        write_whole(path, (_ANSI.sub("", part) for part in parts) if name == "cli" else parts)
        written.append(str(path))
    delimiter = ""
    for name in destinations.formats:
        if name in destinations.console:
            _print([delimiter])
            if name == "sarif":
                _print(_sarif_on_console(report, destinations, style))
            else:
                _print(_again(name, report, destinations, style))
                _print(["\n"])
            delimiter = _DELIMITER
    if written:
        print(f"Wrote {', '.join(written)}", file=sys.stderr)  # noqa: T201


def _write_sarif(report: LiveReport, path: Path, style: Style, *, per_account: bool) -> str:
    """Write SARIF, and return what was written, in words."""
    if not per_account:
        write_sarif(report, path, style.tool)
        return str(path)
    files = write_sarif_per_account(report, path, style.tool)
    return str(files[0]) if len(files) == 1 else f"{len(files)} files {account_file(path, '*')}"


def _again(name: str, report: LiveReport, destinations: Destinations, style: Style) -> Iterator[str]:
    """Yield the parts of a text for the console, from its file where there is one: to make it takes longer."""
    path = destinations.files.get(name)
    # A file holds no colours, and a device cannot be read back.
    if path is None or name == "cli" or not path.is_file():
        yield from _FORMATTERS[name](report, style)
        return
    with path.open(encoding="utf-8", newline="") as file:
        while part := file.read(_AT_ONCE):
            yield part


def _print(parts: Iterable[str]) -> None:
    # A reason may hold what the terminal cannot show.
    encoding = sys.stdout.encoding or "utf-8"
    for part in parts:
        shown = part.encode(encoding, "backslashreplace")
        if "\x1b" in part:
            print(shown.decode(encoding), end="")  # noqa: T201  # a report is printed
        else:
            # Checkov has colorama look for colours in all that is printed, which takes longer than the report.
            sys.stdout.flush()
            sys.stdout.buffer.write(shown)
    sys.stdout.flush()


def _sarif_on_console(report: LiveReport, destinations: Destinations, style: Style) -> Iterator[str]:
    if "cli" not in destinations.formats:
        yield from _cli(report, style)
        yield "\n"
    if destinations.files["sarif"] == Path(_SARIF_WITHOUT_PLACE) and not destinations.sarif_per_account:
        yield f"\nWrote output in SARIF format to the file '{_SARIF_WITHOUT_PLACE}'\n"


def _cli(report: LiveReport, style: Style) -> Iterator[str]:
    yield f"checkov-keys {__version__}: {report.scope}\n"
    yield report.print_console(
        is_quiet=style.quiet,
        is_compact=style.compact,
        baseline=style.baseline,
        created_baseline_path=style.created_baseline,
    )


def _json(report: LiveReport, style: Style) -> Iterator[str]:
    return json_text(report, quiet=style.quiet, compact=style.compact)


def _junit(report: LiveReport, style: Style) -> Iterator[str]:  # noqa: ARG001
    accounts = ", ".join(account_label(account.id, account.name) for account in report.accounts)
    return junit_text(report, {"tool": f"{TOOL} {__version__}", "account": accounts})


def _github(report: LiveReport, style: Style) -> Iterator[str]:  # noqa: ARG001
    yield report.print_failed_github_md()


def _gitlab(report: LiveReport, style: Style) -> Iterator[str]:  # noqa: ARG001
    """Yield GitLab's SAST report.

    https://docs.gitlab.com/development/integrations/secure/
    """
    from checkov.common.output.gitlab_sast import GitLabSast  # noqa: PLC0415  # it imports an HTTP client

    data: dict[str, Any] = GitLabSast([report]).sast_json
    scanner = {"id": TOOL, "name": TOOL, "vendor": {"name": TOOL}, "version": __version__}
    data["scan"].update(
        analyzer=scanner,
        scanner=scanner,
        status="failure" if report.unjudged else "success",
        messages=[
            *({"level": "fatal", "value": missed.sentence} for missed in report.unjudged),
            *({"level": "info", "value": f"Drift: {drift_line(drift)}"} for drift in report.drift),
        ],
    )
    for vulnerability, record in zip(data["vulnerabilities"], report.failed_checks):
        if isinstance(record, UserRecord):
            # Checkov's id changes with every run.
            vulnerability["id"] = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{record.resource} {record.check_id}"))
            vulnerability["description"] = finding_sentence(record)
            vulnerability["solution"] = _REMEDIES[record.check_id]
    yield indented_json(data)


def _csv(report: LiveReport, style: Style) -> Iterator[str]:
    return csv_text(report, quiet=style.quiet)


_FORMATTERS: dict[str, Callable[[LiveReport, Style], Iterator[str]]] = {
    "cli": _cli,
    "json": _json,
    "junitxml": _junit,
    "github_failed_only": _github,
    "gitlab_sast": _gitlab,
    "csv": _csv,
}
