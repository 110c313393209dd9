"""The flags of `checkov-keys dashboard`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkov_keys.cli.parsers import build_plain_parser

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Sequence

_EPILOG = """examples:
  checkov-keys dashboard results_json.json
  checkov-keys dashboard account.json templates.json -o report.html
  checkov-keys dashboard - -o report.html

Results of checkov-keys audit, of checkov-keys scan and of any runner of checkov add up.
The exit code does not say whether there are findings: those of audit and scan do.

exit codes:
  0  the page is written, whatever it shows
  2  a file could not be read, and no page is written"""


def build_parser() -> ArgumentParser:
    """Return the command line's parser."""
    description = "Make one self-contained HTML page from JSON results of Checkov."
    parser = build_plain_parser("dashboard", description, _EPILOG)
    parser.add_argument("results", metavar="RESULTS.json", nargs="+", help="results of Checkov; - is standard input")
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        default="checkov-keys-report.html",
        help="the page; default: checkov-keys-report.html in the working directory; - is standard output",
    )
    return parser


def read_options(arguments: Sequence[str]) -> Namespace:
    """Return what the command line says."""
    return build_parser().parse_args(arguments)
