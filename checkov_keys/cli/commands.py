# PYTHON_ARGCOMPLETE_OK
"""The command `checkov-keys`: its table of commands, and what every one of them has in common."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from importlib import import_module
from typing import NamedTuple

from checkov_keys import __version__
from checkov_keys.domain.errors import CheckovKeysError
from checkov_keys.domain.exit_codes import INCOMPLETE, INTERRUPTED, NOTHING_FOUND


class Command(NamedTuple):
    """A command: its name, what it does in a line, and the module whose `run(arguments)` does it.

    Modules are imported when their command is called: Checkov alone takes seconds. Their `command_parser()` is for help
    and completion too, and needs neither Checkov nor boto3.
    """

    name: str
    summary: str
    module: str


COMMANDS: tuple[Command, ...] = (
    Command("checks-dir", "print the directory for checkov --external-checks-dir", "files.checks_dir"),
    Command("scan", "scan templates with Checkov and this pack's checks only", "scanning.run"),
    Command("audit", "audit the IAM users of a live AWS account", "accounts.audit"),
    Command("remediate", "say which access keys to turn off, and why; do it with --apply", "accounts.remediate"),
    Command("rollback", "turn on again what remediate --apply turned off", "accounts.rollback"),
    Command("fix", "write status Inactive into the templates that declare a key", "files.fix"),
    Command("dashboard", "make one HTML page of JSON results", "files.dashboard"),
    Command("list", "list the rules", "files.list_rules"),
    Command("doctor", "prove that the checks load and fire in the installed Checkov", "tour.doctor"),
    Command("demo", "show it all on bundled examples and an emulated account", "tour.demo"),
)


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code: 0 nothing found, 1 findings, 2 could not judge everything."""
    if "_ARGCOMPLETE" in os.environ:
        from checkov_keys.cli.completion import complete  # noqa: PLC0415

        complete(COMMANDS)
    arguments = sys.argv[1:] if arguments is None else arguments
    name, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    if name in ("-h", "--help", "help"):
        print(_help())
        return NOTHING_FOUND
    if name in ("-V", "--version"):
        print(__version__)
        return NOTHING_FOUND
    command = next((command for command in COMMANDS if command.name == name), None)
    if command is None:
        said = f"there is no command {name!r}" if name else "say which command to run"
        print(f"checkov-keys: {said}\n\n{_help()}", file=sys.stderr)
        return INCOMPLETE
    return _run(command, rest)


def _run(command: Command, arguments: list[str]) -> int:
    try:
        return int(import_module(f"checkov_keys.cli.{command.module}").run(arguments))
    except CheckovKeysError as error:
        print(f"checkov-keys {command.name}: {error}", file=sys.stderr)
        return INCOMPLETE
    except BrokenPipeError:
        # Whoever reads our output has seen enough; Python would complain again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return INCOMPLETE
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        print(f"checkov-keys {command.name}: interrupted", file=sys.stderr)
        with suppress(OSError):
            sys.stdout.flush()
        # Python itself would wait for threads that wait for AWS.
        os._exit(INTERRUPTED)


def _help() -> str:
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
            "2 could not judge everything (what was judged is reported all the same).",
        ]
    )
