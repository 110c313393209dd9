"""Writes what Checkov's runners found in templates, word for word as Checkov's RunnerRegistry.print_reports does.

That needs everything that Checkov's main imports. SARIF is written elsewhere, when all is known that it must name.
https://www.checkov.io/2.Basics/CLI%20Command%20Reference.html
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checkov_keys.report.destinations import ANSI, DELIMITER, SARIF_WITHOUT_PLACE, print_parts
from checkov_keys.report.files import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from checkov.common.output.report import Report

    from checkov_keys.report.destinations import Destinations, Style


def write_templates(reports: Sequence[Report], destinations: Destinations, style: Style) -> None:
    """Write and print reports in every format but SARIF, of which the console says what Checkov says there.

    Files come first: a reader of standard output that goes away, like head, must not cost them.
    """
    filled = [report for report in reports if not report.is_empty()]
    texts = {name: _FORMATTERS[name](filled, style) for name in destinations.formats if name != "sarif"}
    for name, path in destinations.files.items():
        if name != "sarif":
            write_whole(path, texts[name].file)
    delimiter = ""
    for name in destinations.formats:
        shown = name in destinations.console
        parts = [delimiter] if shown else []
        if name == "cli" and not style.quiet:
            parts.append(f"{_banner()}\n\n")
        if name == "sarif":
            parts += _beside_sarif(filled, destinations, style) if shown else []
        elif shown:
            parts.append(f"{texts[name].console}\n")
        print_parts(parts)
        delimiter = DELIMITER if shown else delimiter


class _Text:
    """A report in one format, for the console and for a file."""

    def __init__(self, console: str, file: str | None = None) -> None:
        self.console = console
        self.file = console if file is None else file


def _banner() -> str:
    from checkov.common.util.banner import banner  # noqa: PLC0415  # it imports an HTTP client

    return str(banner)


def _beside_sarif(reports: Sequence[Report], destinations: Destinations, style: Style) -> list[str]:
    parts = []
    if "cli" not in destinations.formats:
        parts = [f"{_banner()}\n", *(f"{_console(report, style)}\n" for report in reports)]
    if destinations.files["sarif"] == Path(SARIF_WITHOUT_PLACE):
        parts.append(f"\nWrote output in SARIF format to the file '{SARIF_WITHOUT_PLACE}'\n")
    return parts


def _console(report: Report, style: Style) -> str:
    return report.print_console(
        is_quiet=style.quiet,
        is_compact=style.compact,
        created_baseline_path=style.created_baseline,
        baseline=style.baseline,
    )


def _cli(reports: Sequence[Report], style: Style) -> _Text:
    errors = reports[0].add_errors_to_output() if reports else ""
    text = "".join([errors, *(_console(report, style) for report in reports)])
    return _Text(text, ANSI.sub("", text))


def _github(reports: Sequence[Report], style: Style) -> _Text:  # noqa: ARG001
    return _Text("".join(report.print_failed_github_md() for report in reports))


def _gitlab(reports: Sequence[Report], style: Style) -> _Text:  # noqa: ARG001
    from checkov.common.output.gitlab_sast import GitLabSast  # noqa: PLC0415  # it imports an HTTP client

    data = GitLabSast(list(reports)).sast_json
    return _Text(json.dumps(data, indent=4), json.dumps(data))


def _json(reports: Sequence[Report], style: Style) -> _Text:
    """Return an object for one report, a list for several, a summary for none."""
    from checkov.common.output.report import Report  # noqa: PLC0415
    from checkov.common.util.json_utils import CustomJSONEncoder  # noqa: PLC0415  # it imports Checkov's Terraform

    every = [report.get_dict(is_quiet=style.quiet) for report in reports]
    if style.compact:
        for report in every:
            report["results"] = {name: list(map(_without_code, found)) for name, found in report["results"].items()}
    data: Any = every
    if len(every) < 2:  # noqa: PLR2004
        data = every[0] if every else Report("").get_summary()
    return _Text(json.dumps(data, indent=4, cls=CustomJSONEncoder), json.dumps(data, cls=CustomJSONEncoder))


def _without_code(found: Any) -> Any:  # noqa: ANN401  # a record, or the path of a file that does not parse
    return {**found, "code_block": None, "connected_node": None} if isinstance(found, dict) else found


_FORMATTERS: dict[str, Callable[[Sequence[Report], Style], _Text]] = {
    "github_failed_only": _github,
    "cli": _cli,
    "json": _json,
    "gitlab_sast": _gitlab,
}
