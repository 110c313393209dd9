"""Command lines whose flags stand in no configuration file."""

from __future__ import annotations

import argparse


def plain_parser(command: str, description: str, epilog: str, usage: str | None = None) -> argparse.ArgumentParser:
    """Return a parser of a command's flags, without any; the texts are shown as they are written."""
    return argparse.ArgumentParser(
        prog=f"checkov-keys {command}",
        usage=usage,
        description=description,
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
