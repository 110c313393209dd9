# PYTHON_ARGCOMPLETE_OK
"""The command `checkov-keys`: its table of commands, and what all of them have in common."""

from __future__ import annotations

import errno
import os
import signal
import sys
import traceback
from contextlib import nullcontext
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from checkov_keys.cli.exit_codes import INCOMPLETE, INTERRUPTED, NOTHING_FOUND
from checkov_keys.domain.errors import CheckovKeysError
from checkov_keys.domain.text import escape_unprintable, one_line
from checkov_keys.report.standard_streams import guard_streams, print_line, print_wrapped

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Sequence


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

    @property
    def has_log(self) -> bool:
        """Tell whether it warns of things on the way: about accounts, or about templates."""
        return self.run.startswith(("accounts.", "scanning."))


COMMANDS: tuple[Command, ...] = (
    Command(
        "checks-dir", "print the directory for checkov --external-checks-dir", "files.checks_dir", "files.checks_dir"
    ),
    Command("scan", "scan templates with Checkov and this pack's checks only", "scanning.flags", "scanning.run"),
    Command("audit", "audit the IAM users of a live AWS account", "accounts.audit_flags", "accounts.audit"),
    Command("usage", "say who still uses the access keys of a user", "accounts.usage_flags", "accounts.usage"),
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
    Command("merge", "merge results or snapshots of several audits, or shards", "files.merge_flags", "files.merge"),
    Command("dashboard", "make one HTML page from JSON results", "files.dashboard_flags", "files.dashboard"),
    Command("list", "list the rules", "files.list_rules", "files.list_rules"),
    Command("doctor", "prove that the checks load and fire in the installed Checkov", "tour.doctor", "tour.doctor"),
    Command("demo", "show everything on bundled examples and an emulated account", "tour.demo_flags", "tour.demo"),
)


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code: 0 nothing found, 1 findings, 2 could not judge everything.

    Whatever nobody foresaw is 2 as well, and so is output that cannot be written: Python's own code for that is 1.
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    with guard_streams() as guards:
        code = _end_in_code(arguments)
        failures = guards.finish()
        for failure in failures:
            # Whoever closes a pipe has seen enough, and wants no more.
            if not failure.endswith(os.strerror(errno.EPIPE)):
                print_line(f"{_name(arguments)}: {failure}", sys.stderr)
        return INCOMPLETE if failures else code


def _end_in_code(arguments: list[str]) -> int:
    """Run a command, and say in one line what ended it before its time."""
    try:
        return _dispatch(arguments)
    except CheckovKeysError as error:
        print_wrapped(f"{_name(arguments)}: {escape_unprintable(str(error))}", sys.stderr)
    except ModuleNotFoundError as error:
        missing = _import("missing_packages").describe_missing(error)
        if missing is None:
            return _say_unexpected(arguments, error)
        print_wrapped(f"{_name(arguments)}: {missing}", sys.stderr)
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        print_line(f"{_name(arguments)}: interrupted", sys.stderr)
        sys.stdout.flush()
        # Python would wait for threads that wait for AWS.
        os._exit(INTERRUPTED)
    except SystemExit as ended:
        # argparse prints help or what is wrong, and ends Python.
        if ended.code in (None, NOTHING_FOUND):
            return NOTHING_FOUND
        if not isinstance(ended.code, int):
            print_wrapped(f"{_name(arguments)}: {one_line(str(ended.code))}", sys.stderr)
    except BaseException as error:  # noqa: BLE001  # whatever it is, it must not end as Python ends it: with 1
        return _say_unexpected(arguments, error)
    return INCOMPLETE


def _say_unexpected(arguments: list[str], error: BaseException) -> int:
    """Say in one line what nobody foresaw, and return the exit code."""
    if os.environ.get("LOG_LEVEL", "").upper() == "DEBUG":
        traceback.print_exception(type(error), error, error.__traceback__)
    text = one_line(str(error))
    kind = f"{type(error).__name__}: {text}" if text else type(error).__name__
    print_wrapped(f"{_name(arguments)}: unexpected {kind}; LOG_LEVEL=DEBUG shows where", sys.stderr)
    return INCOMPLETE


def _name(arguments: Sequence[str]) -> str:
    """Return how messages begin: with the command, if it is one of ours."""
    return " ".join(["checkov-keys", *(command.name for command in COMMANDS if arguments[:1] == [command.name])])


def _dispatch(arguments: list[str]) -> int:
    if "_ARGCOMPLETE" in os.environ:
        _import("completion").complete({command.name: command.summary for command in COMMANDS}, build_parser)
    name, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    if name in ("-h", "--help", "help"):
        print_line(_format_help())
        return NOTHING_FOUND
    command = _find(name)
    if name in ("-V", "--version") or (command and "--version" in rest):
        # Also for a scan, whose flags are read by Checkov's own parser, which is slow to import.
        print_line(_import("versions").format_versions())
        return NOTHING_FOUND
    if command is None:
        return _refuse(name)
    options = _import(command.parser).read_options(rest)
    run = _import(command.run).run
    with _import("log_lines").style_log(_name([name])) if command.has_log else nullcontext():
        return int(run(options))


def _refuse(name: str) -> int:
    """Say what is wrong with the name of a command, and what may be meant."""
    meant = _import("parsers").guess(name, [command.name for command in COMMANDS])
    if meant:
        line = (
            f"checkov-keys: unknown command {name!r}; did you mean {meant[0]}? checkov-keys --help lists all commands"
        )
        print_wrapped(escape_unprintable(line), sys.stderr)
        return INCOMPLETE
    reason = f"unknown command {name!r}" if name else "no command given"
    print_line(f"checkov-keys: {reason}\n\n{_format_help()}", sys.stderr)
    return INCOMPLETE


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


def _format_help() -> str:
    lines = [f"  {command.name:<12}{command.summary}" for command in COMMANDS]
    return "\n".join(
        [
            "usage: checkov-keys COMMAND [OPTIONS]",
            "",
            "Find access keys that nobody needs, in templates and in live AWS accounts.",
            "",
            *lines,
            "",
            "checkov-keys COMMAND --help says more. Exit codes: 0 nothing found, 1 findings,",
            "2 could not judge everything (what was judged is still reported).",
        ]
    )
