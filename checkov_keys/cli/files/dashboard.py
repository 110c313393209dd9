"""`checkov-keys dashboard`: one HTML page of Checkov's JSON results."""

from __future__ import annotations

import hashlib
import sys
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from checkov_keys.cli.parsers import plain_parser
from checkov_keys.domain.errors import UsageError
from checkov_keys.domain.exit_codes import NOTHING_FOUND

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

_STANDARD = "-"
_EPILOG = """examples:
  checkov-keys dashboard results_json.json
  checkov-keys dashboard account.json templates.json -o report.html
  checkov-keys dashboard - -o report.html

Results of checkov-keys audit, checkov-keys scan and checkov itself, of any runner, add up.
Whether there are findings is what the exit codes of audit and scan tell.

exit codes:
  0  the page is written, whatever it tells
  2  a file could not be read, and no page is written"""


def run(arguments: list[str]) -> int:
    """Write the page and return the exit code."""
    options = command_parser().parse_args(arguments)

    from checkov_keys.report.dashboard.figures import DashboardNumbers  # noqa: PLC0415
    from checkov_keys.report.dashboard.page import Source, render_page  # noqa: PLC0415
    from checkov_keys.report.dashboard.results import read_results  # noqa: PLC0415  # not for --help
    from checkov_keys.report.files import check_writable, write_whole  # noqa: PLC0415

    output = None if options.output == _STANDARD else Path(options.output)
    if output is not None:
        _check_distinct(output, options.results)
        check_writable(output)
    numbers, sources = DashboardNumbers(), []
    for name, data in _read_once(options.results):
        before = numbers.total
        for results in read_results(data, name):
            numbers.add(results)
        sources.append(Source(name, has_verdicts=numbers.total > before))
        if numbers.total == before:
            _warn(f"{name} tells of no check that ran")
    page = render_page(numbers, sources, datetime.now(timezone.utc))
    if output is None:
        # As UTF-8, which the page says it is, whatever the terminal speaks.
        sys.stdout.buffer.write(page.encode())
        sys.stdout.buffer.flush()
    else:
        write_whole(output, page)
        print(f"wrote {output}", file=sys.stderr)
    return NOTHING_FOUND


def _read_once(names: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Yield each file's name and content, without those whose content was there before."""
    seen: dict[bytes, str] = {}
    for name in names:
        try:
            data = sys.stdin.buffer.read() if name == _STANDARD else Path(name).read_bytes()
        except OSError as error:
            raise UsageError(f"cannot read {name}: {error.strerror}") from error
        shown = "standard input" if name == _STANDARD else name
        digest = hashlib.sha256(data).digest()
        if digest in seen:
            _warn(f"{shown} holds the same as {seen[digest]}: it is counted once")
            continue
        seen[digest] = shown
        yield shown, data


def _check_distinct(output: Path, names: Sequence[str]) -> None:
    for name in names:
        if name != _STANDARD and output.is_file() and Path(name).exists() and output.samefile(name):
            raise UsageError(f"{output} is one of the results: choose another file with -o")


def _warn(sentence: str) -> None:
    print(f"checkov-keys dashboard: warning: {sentence}", file=sys.stderr)


def command_parser() -> argparse.ArgumentParser:
    """Return the command line's parser."""
    description = "Make one HTML page, which needs nothing but itself, of JSON results of Checkov."
    parser = plain_parser("dashboard", description, _EPILOG)
    parser.add_argument("results", metavar="RESULTS.json", nargs="+", help="results of Checkov; - is standard input")
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        default="checkov-keys-report.html",
        help="the page; default: checkov-keys-report.html in the working directory; - is standard output",
    )
    return parser
