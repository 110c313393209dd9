# PYTHON_ARGCOMPLETE_OK
"""The command `checkov-keys`: its table of commands, and what all of them have in common."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from checkov_keys import __version__
from checkov_keys.cli.exit_codes import INCOMPLETE, INTERRUPTED, NOTHING_FOUND
from checkov_keys.domain.errors import CheckovKeysError

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(NamedTuple):
    """A command: its name, what it does in a line, and the two modules that it is made of.

    `parser` is quick to import, since help and completion need nothing else: its `build_parser()` returns the parser of
    the command line, its `read_options(arguments)` what the command line says. `run` may import Checkov, which alone
    takes seconds, or boto3: its `run(options)` does the work and returns the exit code. Small commands have one module.
    """

    name: str
    summary: str
    parser: str
    run: str


COMMANDS: tuple[Command, ...] = (
    Command(
        "checks-dir", "print the directory for checkov --external-checks-dir", "files.checks_dir", "files.checks_dir"
    ),
    Command("scan", "scan templates with Checkov and this pack's checks only", "scanning.flags", "scanning.run"),
    Command("audit", "audit the IAM users of a live AWS account", "accounts.audit_flags", "accounts.audit"),
    Command(
        "remediate",
        "say which access keys to turn off, and why; do it with --apply",
        "accounts.remediate_flags",
        "accounts.remediate",
    ),
    Command(
        "rollback",
        "turn on again what remediate --apply turned off",
        "accounts.rollback_flags",
        "accounts.rollback",
    ),
    Command("fix", "write status Inactive into the templates that declare a key", "files.fix_flags", "files.fix"),
    Command("dashboard", "make one HTML page from JSON results", "files.dashboard_flags", "files.dashboard"),
    Command("list", "list the rules", "files.list_rules", "files.list_rules"),
    Command("doctor", "prove that the checks load and fire in the installed Checkov", "tour.doctor", "tour.doctor"),
    Command("demo", "show everything on bundled examples and an emulated account", "tour.demo_flags", "tour.demo"),
)


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code: 0 nothing found, 1 findings, 2 could not judge everything."""
    if "_ARGCOMPLETE" in os.environ:
        _import("completion").complete({command.name: command.summary for command in COMMANDS}, build_parser)
    arguments = sys.argv[1:] if arguments is None else arguments
    name, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    if name in ("-h", "--help", "help"):
        print(_format_help())
        return NOTHING_FOUND
    if name in ("-V", "--version"):
        print(__version__)
        return NOTHING_FOUND
    command = _find(name)
    if command is None:
        reason = f"unknown command {name!r}" if name else "no command given"
        print(f"checkov-keys: {reason}\n\n{_format_help()}", file=sys.stderr)
        return INCOMPLETE
    return _run(command, rest)


def build_parser(name: str) -> ArgumentParser:
    """Return the parser of the command line of one of COMMANDS."""
    command = _find(name)
    if command is None:
        raise ValueError(name)
    parser: ArgumentParser = _import(command.parser).build_parser()
    return parser


def _find(name: str) -> Command | None:
    return next((command for command in COMMANDS if command.name == name), None)


def _import(module: str) -> Any:  # noqa: ANN401  # a module
    return import_module(f"checkov_keys.cli.{module}")


def _run(command: Command, arguments: list[str]) -> int:
    try:
        options = _import(command.parser).read_options(arguments)
        return int(_import(command.run).run(options))
    except CheckovKeysError as error:
        print(f"checkov-keys {command.name}: {error}", file=sys.stderr)
        return INCOMPLETE
    except BrokenPipeError:
        # The reader of our output has gone; Python would complain again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return INCOMPLETE
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        print(f"checkov-keys {command.name}: interrupted", file=sys.stderr)
        with suppress(OSError):
            sys.stdout.flush()
        # Python would wait for threads that wait for AWS.
        os._exit(INTERRUPTED)


def _format_help() -> str:
    lines = [f"  {command.name:<12}{command.summary}" for command in COMMANDS]
    return "\n".join(
        [
            "usage: checkov-keys COMMAND [OPTIONS]",
            "",
            "Find IAM users with more than one active access key, in templates and in live AWS accounts.",
            "",
            *lines,
            "",
            "checkov-keys COMMAND --help says more. Exit codes: 0 nothing found, 1 findings,",
            "2 could not judge everything (what was judged is still reported).",
        ]
    )
