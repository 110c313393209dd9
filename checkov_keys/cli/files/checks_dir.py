"""`checkov-keys checks-dir`: where Checkov finds the loader."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import checkov_keys
from checkov_keys.cli.parsers import plain_parser
from checkov_keys.domain.exit_codes import NOTHING_FOUND

if TYPE_CHECKING:
    import argparse

_EPILOG = """examples:
  checkov -d . --external-checks-dir "$(checkov-keys checks-dir)"

exit codes:
  0  printed"""


def run(arguments: list[str]) -> int:
    """Print the directory for `checkov --external-checks-dir`."""
    command_parser().parse_args(arguments)
    print(checks_dir())
    return NOTHING_FOUND


def command_parser() -> argparse.ArgumentParser:
    """Return the command line's parser."""
    return plain_parser("checks-dir", "Print the directory that Checkov loads this pack from.", _EPILOG)


def checks_dir() -> Path:
    """Return the directory that holds nothing but the loader."""
    return Path(checkov_keys.__file__).resolve().parent / "external_checks"
