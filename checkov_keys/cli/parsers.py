"""Parsers of command lines: plain ones, and ones whose flags may be in Checkov's configuration file too."""

from __future__ import annotations

import argparse
import difflib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from checkov_keys.cli.checkov_flags import CHECKOV_FLAGS, Taker, add_checkov_flags
from checkov_keys.cli.configuration import check_named_files, find_configuration_files, read_configuration
from checkov_keys.cli.exit_codes import INCOMPLETE
from checkov_keys.cli.versions import format_versions
from checkov_keys.domain.errors import UsageError
from checkov_keys.domain.text import escape_unprintable
from checkov_keys.report.standard_streams import print_line, print_wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from checkov_keys.cli.configuration import ConfigurationFile, Value

_TRUE, _FALSE = ("true", "yes", "on", "1"), ("false", "no", "off", "0")
# Flags that print something and end the command.
_PRINTED = frozenset({"help", "version"})
_CHECKOVS_KEYS = frozenset(name.lstrip("-") for flag in CHECKOV_FLAGS for name in flag.names)


class _PrintVersions(argparse.Action):
    """Prints the versions, and ends with exit code 0."""

    def __init__(self, option_strings: Sequence[str], dest: str) -> None:
        super().__init__(
            option_strings, dest, nargs=0, default=argparse.SUPPRESS, help="show versions: this, Checkov's, boto3's"
        )

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        print_line(format_versions())
        parser.exit()


def guess(word: str, known: Iterable[str]) -> list[str]:
    """Return what of the known words is spelled most like one that is not known, [] if nothing is."""
    return difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.7)


class PlainParser(argparse.ArgumentParser):
    """A parser of a command line, whose messages show what cannot be printed."""

    # As configargparse calls it.
    add = argparse.ArgumentParser.add_argument

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the command line, and what may be meant, and end with exit code 2."""
        meant = self._list_meant(message)
        hint = f"did you mean {' and '.join(meant)}? " if meant else ""
        text = escape_unprintable(message)
        print_wrapped(f"{self.prog}: error: {text}; {hint}{self.prog} --help shows all flags", sys.stderr)
        self.exit(INCOMPLETE)

    def _list_meant(self, message: str) -> list[str]:
        """Return the flags that are spelled almost like those which a message of argparse says are unknown."""
        _, is_unknown, words = message.partition("unrecognized arguments: ")
        typed = [word.partition("=")[0] for word in words.split() if word.startswith("-")] if is_unknown else []
        return list(dict.fromkeys(flag for word in typed for flag in guess(word, self._option_string_actions)))


class ConfiguredParser(PlainParser):
    """A parser whose flags may be in files too; the command line overrides these.

    `typed` are the keys that are taken from no file. `open_keys` are those that a file of the working directory may
    set, each with the reason why that is safe: a checkout brings such a file along, and nobody has looked at it.
    """

    typed: frozenset[str] = frozenset()
    open_keys: Mapping[str, str] = {}  # never changed

    def parse_args(self, args: Sequence[str] | None = None, namespace: Any = None) -> argparse.Namespace:  # type: ignore[override]  # noqa: ANN401
        """Return what the command line and the files say; raise UsageError if a file is wrong.

        `from_checkout` of the result has the keys that a file of the working directory set, each with its name.
        """
        # Argparse sets no default of what is there: what is None afterwards was not given.
        names = [action.dest for action in self._actions if action.dest not in _PRINTED]
        options = super().parse_args(args, namespace or argparse.Namespace(**dict.fromkeys(names)))
        options.from_checkout = {}
        # What overrides comes first: home before the working directory.
        for file in reversed(find_configuration_files([Path()], options.config_file)):
            self._take(file, options)
        for action in self._actions:
            if getattr(options, action.dest, "") is None:
                setattr(options, action.dest, action.default)
        return options

    def _take(self, file: ConfigurationFile, options: argparse.Namespace) -> None:
        """Set what a file says and nothing before it said."""
        known = {name[2:]: action for action in self._actions for name in action.option_strings if name[:2] == "--"}
        ignored = []
        given: dict[argparse.Action, Any] = {}
        for key, value in read_configuration(file).items():
            action = known.get(key.replace("_", "-"))
            if action is None or action.dest in _PRINTED:
                continue
            name = action.option_strings[-1][2:]
            if name in self.typed or not (file.trusted or name in self.open_keys):
                # Checkov's own keys are in such a file for scans.
                ignored += [] if name in self.typed and name in _CHECKOVS_KEYS else [key]
            elif getattr(options, action.dest) is None:
                check_named_files(file, name, value)
                given[action] = self._convert(file, action, value)
                if not file.trusted:
                    options.from_checkout[action.dest] = file.name
        for action, converted in given.items():
            setattr(options, action.dest, converted)
        if ignored:
            self.say_ignored(file.name, ignored)

    def say_ignored(self, name: str, keys: Sequence[str]) -> None:
        """Say on standard error which keys of a file had no effect, and what to do."""
        what = "a file may not set that: type the flag"
        if not self.typed.issuperset(key.replace("_", "-") for key in keys):
            what = (
                "a file of the working directory may not set that: type the flag, or name the file with --config-file"
            )
        print_wrapped(f"{self.prog}: {name}: ignored {', '.join(keys)}: {what}", sys.stderr)

    def _convert(self, file: ConfigurationFile, action: argparse.Action, value: Value | None) -> Any:  # noqa: ANN401
        where = f"configuration file {file.name}: {action.option_strings[-1][2:]}"
        if value is None:
            raise UsageError(f"{where}: it needs a text, a number, true or false, or a list of these")
        if action.nargs == 0:
            word = value.lower() if isinstance(value, str) else ""
            if word not in _TRUE + _FALSE:
                raise UsageError(f"{where}: write true or false")
            return word in _TRUE
        repeatable = isinstance(action, argparse._AppendAction)  # noqa: SLF001  # nothing else tells
        if isinstance(value, list) and not repeatable:
            raise UsageError(f"{where}: it takes one value, not a list")
        texts = [value] if isinstance(value, str) else value
        try:
            converted = [self._get_value(action, text) for text in texts]
            for each in converted:
                self._check_value(action, each)
        except argparse.ArgumentError as error:
            raise UsageError(f"{where}: {error.message}") from error
        return converted if repeatable else converted[0]


def build_plain_parser(
    command: str, description: str, epilog: str, usage: str | None = None
) -> argparse.ArgumentParser:
    """Return a parser for a command, without flags yet; the texts are shown as they are written."""
    parser = PlainParser(
        prog=f"checkov-keys {command}",
        usage=usage,
        description=description,
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=_PrintVersions)
    return parser


def build_configured_parser(
    command: str,
    description: str,
    epilog: str,
    *,
    typed: Sequence[str] = (),
    open_keys: Mapping[str, str] | None = None,
) -> ConfiguredParser:
    """Return a parser for a command, with --config-file only yet; it reads .checkov.yaml where Checkov reads it.

    Keys there that mean nothing to the command are ignored, and so are those in `typed`, flags that somebody must type:
    a file in a folder must not be what changes an account. A file in the working directory may set `open_keys` only,
    each of which has a reason. Files at home override it, and the one of --config-file overrides both.
    https://www.checkov.io/2.Basics/CLI%20Command%20Reference.html
    """
    parser = ConfiguredParser(
        prog=f"checkov-keys {command}",
        description=description,
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.typed, parser.open_keys = frozenset(typed), open_keys or {}
    parser.add_argument("--version", action=_PrintVersions)
    add_checkov_flags(parser, Taker.CONFIGURED)
    return parser
