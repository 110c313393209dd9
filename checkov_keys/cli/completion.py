"""Completes command lines in a shell, by argcomplete's protocol.

The shell calls the command with the line in its environment and takes what is written to file descriptor 8. Neither
Checkov nor boto3 is imported: somebody waits at each press of Tab.
https://kislyuk.github.io/argcomplete/
"""

from __future__ import annotations

import argparse
import os
from importlib import import_module
from typing import TYPE_CHECKING

import argcomplete
from argcomplete.lexers import split_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checkov_keys.cli.commands import Command

# Where the shell's line stands, and at which of its words, counted from one, the command starts.
VARIABLE = "_ARGCOMPLETE"


def complete(commands: Sequence[Command]) -> None:
    """Write what may stand next in the line, and end the process."""
    start = int(os.environ[VARIABLE])
    words = split_line(os.environ["COMP_LINE"], int(os.environ["COMP_POINT"]))[3]
    command = next((command for command in commands if command.name in words[start : start + 1]), None)
    if command is None:
        parser = _names(commands)
    else:
        parser = import_module(f"checkov_keys.cli.{command.module}").command_parser()
        # Not configargparse's: configuration files do not matter here, nor whether they are broken.
        parser.__class__ = argparse.ArgumentParser
        # To its parser the command's name is what the program's is to others.
        os.environ[VARIABLE] = str(start + 1)
    argcomplete.autocomplete(parser, always_complete_options="long")


def _names(commands: Sequence[Command]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser()
    parser.add_argument("-V", "--version", action="store_true")
    names = parser.add_subparsers()
    for command in commands:
        names.add_parser(command.name, help=command.summary)
    return parser
