"""`checkov-keys checks-dir`: where Checkov finds the loader."""

from __future__ import annotations

import argparse
from pathlib import Path

import checkov_keys
from checkov_keys.domain.exit_codes import NOTHING_FOUND


def run(arguments: list[str]) -> int:
    """Print the directory for `checkov --external-checks-dir`."""
    argparse.ArgumentParser(
        prog="checkov-keys checks-dir",
        description='Print the directory to load with: checkov --external-checks-dir "$(checkov-keys checks-dir)"',
    ).parse_args(arguments)
    print(checks_dir())
    return NOTHING_FOUND


def checks_dir() -> Path:
    """Return the directory that holds nothing but the loader."""
    return Path(checkov_keys.__file__).resolve().parent / "external_checks"
