"""Writes a report in Checkov's formats, to the places that Checkov's flags name, under Checkov's file names."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Callable

from checkov_keys import __version__
from checkov_keys.report.destinations import ANSI, DELIMITER, SARIF_WITHOUT_PLACE, account_file, print_parts
from checkov_keys.report.files import write_whole
from checkov_keys.report.formats.console import format_console, format_heading
from checkov_keys.report.formats.gitlab import format_gitlab
from checkov_keys.report.formats.json_stream import stream_json
from checkov_keys.report.formats.junit import stream_junit
from checkov_keys.report.formats.markdown_summary import format_markdown
from checkov_keys.report.formats.sarif_files import write_sarif, write_sarif_per_account
from checkov_keys.report.formats.sarif_log import TOOL
from checkov_keys.report.formats.spreadsheet import csv_text
from checkov_keys.report.plain_text import account_label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checkov_keys.report.destinations import Destinations, Style
    from checkov_keys.report.live.live_report import LiveReport

_AT_ONCE = 1 << 20


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
        write_whole(path, (ANSI.sub("", part) for part in parts) if name == "cli" else parts)
        written.append(str(path))
    delimiter = ""
    for name in destinations.formats:
        if name in destinations.console:
            print_parts([delimiter])
            if name == "sarif":
                print_parts(_sarif_on_console(report, destinations, style))
            else:
                print_parts(_again(name, report, destinations, style))
                print_parts(["\n"])
            delimiter = DELIMITER
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


def _sarif_on_console(report: LiveReport, destinations: Destinations, style: Style) -> Iterator[str]:
    if "cli" not in destinations.formats:
        yield from _cli(report, style)
        yield "\n"
    if destinations.files["sarif"] == Path(SARIF_WITHOUT_PLACE) and not destinations.sarif_per_account:
        yield f"\nWrote output in SARIF format to the file '{SARIF_WITHOUT_PLACE}'\n"


def _cli(report: LiveReport, style: Style) -> Iterator[str]:
    yield format_heading(report)
    yield format_console(
        report,
        is_quiet=style.quiet,
        is_compact=style.compact,
        baseline=style.baseline,
        created_baseline_path=style.created_baseline,
    )


def _json(report: LiveReport, style: Style) -> Iterator[str]:
    return stream_json(report, quiet=style.quiet, compact=style.compact)


def _junit(report: LiveReport, style: Style) -> Iterator[str]:  # noqa: ARG001
    accounts = ", ".join(account_label(account.id, account.name) for account in report.accounts)
    return stream_junit(report, {"tool": f"{TOOL} {__version__}", "account": accounts})


def _github(report: LiveReport, style: Style) -> Iterator[str]:  # noqa: ARG001
    yield format_markdown(report)


def _gitlab(report: LiveReport, style: Style) -> Iterator[str]:  # noqa: ARG001
    yield format_gitlab(report)


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
