"""Completes command lines in a shell, by argcomplete's protocol.

The shell calls the command with the line in its environment and takes what is written to file descriptor 8. Neither
Checkov nor boto3 is imported: somebody waits at each press of Tab.
https://kislyuk.github.io/argcomplete/
"""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

import argcomplete
from argcomplete.lexers import split_line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# At which word of the line, counted from one, the command starts.
VARIABLE = "_ARGCOMPLETE"


def complete(summaries: Mapping[str, str], build_parser: Callable[[str], argparse.ArgumentParser]) -> None:
    """Write what may come next in the line, and end the process.

    `summaries` says what each command does, by its name; `build_parser` returns a command's parser.
    """
    start = int(os.environ[VARIABLE])
    words = split_line(os.environ["COMP_LINE"], int(os.environ["COMP_POINT"]))[3]
    command = next((name for name in summaries if name in words[start : start + 1]), None)
    if command is None:
        parser = _build_parser_of_names(summaries)
    else:
        # A plain parser of the same flags: configuration files do not matter here, nor whether they are broken.
        parser = argparse.ArgumentParser(parents=[build_parser(command)], add_help=False, allow_abbrev=False)
        # For its parser the command's name is what the program's is for others.
        os.environ[VARIABLE] = str(start + 1)
    argcomplete.autocomplete(parser, always_complete_options="long")


def _build_parser_of_names(summaries: Mapping[str, str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser()
    parser.add_argument("-V", "--version", action="store_true")
    commands = parser.add_subparsers()
    for name, summary in summaries.items():
        commands.add_parser(name, help=summary)
    return parser
