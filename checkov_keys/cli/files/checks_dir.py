"""`checkov-keys checks-dir`: where Checkov finds the loader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkov_keys.cli.exit_codes import NOTHING_FOUND
from checkov_keys.cli.locations import CHECKS_DIR
from checkov_keys.cli.parsers import build_plain_parser
from checkov_keys.report.standard_streams import print_line

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Sequence

_EPILOG = """examples:
  checkov -d . --external-checks-dir "$(checkov-keys checks-dir)"

exit codes:
  0  printed"""


def build_parser() -> ArgumentParser:
    """Return the command line's parser."""
    return build_plain_parser("checks-dir", "Print the directory that Checkov loads this pack from.", _EPILOG)


def read_options(arguments: Sequence[str]) -> Namespace:
    """Return what the command line says."""
    return build_parser().parse_args(arguments)


def run(options: Namespace) -> int:
    """Print the directory for `checkov --external-checks-dir`."""
    del options
    print_line(str(CHECKS_DIR))
    return NOTHING_FOUND
